import { exchange, type HttpReply, header, retryAfterOf, type TlsSettings } from "../core/cloud/http";
import { type Reply, send } from "../core/cloud/request";
import type { Deadline, Session } from "../core/contract/cloud";
import { CloudError } from "../core/contract/errors";
import { parseJson } from "../core/util/json";
import type { Settings } from "../core/util/settings";
import { userAgent } from "../core/util/version";
import { limits } from "./errors";

/** Milliseconds one request may take. A Nova whose database hangs never answers (measured: nothing in 90 s). */
const REQUEST_TIMEOUT = 60_000;

/** A service of the cloud, by its type in the catalogue. */
export type Service = "compute" | "network";

/** A cloud that speaks Nova's API, reached with certain credentials in a certain region. */
export interface NovaSession extends Session {
  /** Whether the cloud shows an endpoint of that service. */
  has(service: Service): boolean;
  /** One request to a service, with a path below its endpoint. @throws CloudError */
  request(service: Service, request: ApiRequest, deadline: Deadline): Promise<unknown>;
  /** The list under `key` of the answer to a GET; an answer without it is an error, never an empty list. @throws CloudError */
  list<Item>(
    service: Service,
    request: Omit<ApiRequest, "body">,
    key: string,
    deadline: Deadline,
  ): Promise<Item[]>;
}

/** A request to a service. */
export interface ApiRequest {
  /** The action as the API's documentation names it, for the log and for errors. */
  action: string;
  /** What it is about, for the log. */
  ids: readonly string[];
  path: string;
  query?: Record<string, string>;
  /** A JSON body; makes it a POST. */
  body?: unknown;
}

/** A request before it is signed. */
export interface Unsigned {
  method: "GET" | "POST";
  url: URL;
  headers: Record<string, string>;
  body?: string;
}

/** What proves who sends a request: a token, or a signature. */
export interface Authenticator {
  sign(request: Unsigned, deadline: Deadline): Promise<Proof>;
}

/** The proof for one request. */
export interface Proof {
  /** To add to the request. */
  headers: Record<string, string>;
  /** What no message may repeat. */
  secrets: readonly string[];
  /** The cloud answered 401: makes the next proof a new one. Absent: there is no other. */
  renew?(): void;
}

/** Sends requests and reads answers. */
export class Client {
  readonly limits = limits;

  constructor(
    readonly cloud: string,
    readonly settings: Settings,
    readonly tls: TlsSettings,
    readonly authenticator?: Authenticator,
  ) {}

  /**
   * One request, and on 401 one more with new credentials.
   * @param secrets - parts of the request that no message may repeat.
   * @throws CloudError
   */
  async request(
    request: Omit<ApiRequest, "path" | "query"> & { url: URL; product: string; secrets?: readonly string[] },
    at: { accountId: string; region: string },
    deadline: Deadline,
  ): Promise<{ body: unknown; headers: HttpReply["headers"] }> {
    const { product, action, ids, url } = request;
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const unsigned: Unsigned = {
      method: body === undefined ? "GET" : "POST",
      url,
      headers: {
        accept: "application/json",
        "user-agent": userAgent,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body }),
    };
    const about = { cloud: this.cloud, product, accountId: at.accountId, region: at.region, action, ids };
    for (let isLast = false; ; isLast = true) {
      const proof = await this.authenticator?.sign(unsigned, deadline);
      const secrets = [...(request.secrets ?? []), ...(proof?.secrets ?? [])];
      const signed = { ...unsigned, headers: { ...unsigned.headers, ...proof?.headers } };
      try {
        return await send(about, this, deadline, () =>
          this.#exchange({ ...signed, action }, secrets, deadline),
        );
      } catch (error) {
        const isRefused = error instanceof CloudError && error.status === 401;
        if (isLast || !isRefused || !proof?.renew) throw error;
        proof.renew();
      }
    }
  }

  async #exchange(
    request: Unsigned & { action: string },
    secrets: readonly string[],
    deadline: Deadline,
  ): Promise<Reply<{ body: unknown; headers: HttpReply["headers"] }>> {
    const reply = await exchange(
      { ...request, timeout: REQUEST_TIMEOUT, tls: this.tls },
      this.settings,
      deadline,
    );
    const requestId = header(reply, "x-openstack-request-id") || header(reply, "x-request-id") || undefined;
    const isFine = reply.status >= 200 && reply.status < 300;
    const body = parseJson(reply.text);
    if (isFine && (body !== undefined || reply.text === "")) {
      return { body: { body, headers: reply.headers }, requestId };
    }
    throw errorOf(reply, body, { action: request.action, host: request.url.host, secrets, requestId });
  }
}

/** The session of a cloud whose endpoints are known. */
export class ApiSession implements NovaSession {
  constructor(
    readonly client: Client,
    readonly accountId: string,
    readonly region: string,
    readonly endpoints: { compute: URL; network?: URL },
  ) {}

  has(service: Service): boolean {
    return this.endpoints[service] !== undefined;
  }

  async request(service: Service, request: ApiRequest, deadline: Deadline): Promise<unknown> {
    const endpoint = this.endpoints[service];
    if (!endpoint) throw new Error(`the cloud shows no endpoint of its ${service} service`);
    const url = new URL(endpoint.href.replace(/(?<!\/)\/+$/, "") + request.path);
    // Not by URLSearchParams: it writes a blank as "+", which not every signature checker reads as one.
    url.search = Object.entries(request.query ?? {})
      .map((pair) => pair.map(encodeURIComponent).join("="))
      .join("&");
    const { body } = await this.client.request({ ...request, product: service, url }, this, deadline);
    return body;
  }

  async list<Item>(
    service: Service,
    request: Omit<ApiRequest, "body">,
    key: string,
    deadline: Deadline,
  ): Promise<Item[]> {
    const items = field(await this.request(service, request, deadline), key);
    if (Array.isArray(items)) return items as Item[];
    throw new CloudError({
      code: "UnreadableAnswer",
      message: `the answer has no list "${key}"`,
      action: request.action,
    });
  }
}

/** `value[name]`, if value is an object. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function errorOf(
  reply: HttpReply,
  body: unknown,
  about: { action: string; host: string; secrets: readonly string[]; requestId: string | undefined },
): CloudError {
  const { status } = reply;
  const fault = faultIn(body);
  const kind = header(reply, "content-type")?.split(";")[0] ?? "nothing";
  const unreadable = `${about.host} answered HTTP ${status} with ${reply.text === "" ? "nothing" : kind}, not with this API's JSON`;
  const requestId = about.requestId ?? fault?.requestId;
  const retryAfter = retryAfterOf(reply);
  return new CloudError({
    code: fault?.code ?? (status < 300 ? "UnreadableAnswer" : `HTTP${status}`),
    message: conceal(fault?.message ?? unreadable, about.secrets),
    status,
    action: about.action,
    ...(requestId ? { requestId } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

interface Fault {
  code: string;
  message: string;
  requestId?: string;
}

/**
 * The four shapes of an error: Nova `{"<fault>":{"code":404,"message":"..."}}`; Keystone `{"error":{"code":401,"title":"..."}}`;
 * Neutron `{"NeutronError":{"type":"..."}}`; and Huawei's gateway and services, `{"error_code":"APIGW.0301","error_msg":"..."}`,
 * `{"error":{"code":"Ecs.0114"}}` or `{"code":"VPC.0101","message":"..."}`.
 */
function faultIn(body: unknown): Fault | undefined {
  const requestId = textOf(field(body, "request_id"));
  const flat = textOf(field(body, "error_code")) ?? textOf(field(body, "code"));
  if (flat) {
    const message = textOf(field(body, "error_msg")) ?? textOf(field(body, "message")) ?? flat;
    return { code: flat, message, ...(requestId ? { requestId } : {}) };
  }
  const [name, inner] = Object.entries(body ?? {})[0] ?? [];
  const message = textOf(field(inner, "message"));
  if (name === undefined || message === undefined) return undefined;
  const code = textOf(field(inner, "code")) ?? textOf(field(inner, "type")) ?? textOf(field(inner, "title"));
  return { code: code ?? name, message, ...(requestId ? { requestId } : {}) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Whoever echoes a request in an error must not make us print its secrets. */
function conceal(message: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length > 3)
    .reduce((text, secret) => text.replaceAll(secret, "***"), message);
}
