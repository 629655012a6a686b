import type { GenericSchema, InferOutput } from "valibot";
import { answerOf, type Shape } from "../core/cloud/answer";
import { exchange, type HttpReply, header, retryAfterOf, type TlsSettings } from "../core/cloud/http";
import { type Reply, send } from "../core/cloud/request";
import { Secrets } from "../core/cloud/secrets";
import type { Deadline, Vendor } from "../core/contract/cloud";
import type { CloudError } from "../core/contract/errors";
import { parseJson } from "../core/util/json";
import type { Settings } from "../core/util/settings";
import { userAgent } from "../core/util/version";
import { limits } from "./errors";

/** Milliseconds one request may take. A Nova whose database hangs never answers (measured: nothing in 90 s). */
const REQUEST_TIMEOUT = 60_000;

/** A request, and what is said of it. */
export interface Request {
  /** The service, for the log: `compute`, `identity`, `iam`. */
  product: string;
  /** The action as the API's documentation names it, for the log and for errors. */
  action: string;
  /** What it is about, for the log. */
  ids: readonly string[];
  url: URL;
  /** A JSON body; makes it a POST. */
  body?: unknown;
  /** Parts of the body that no message may repeat. */
  secrets?: readonly string[];
}

/** What came back. */
export interface Received<Body = unknown> {
  /** Undefined: there was none. */
  body: Body;
  headers: HttpReply["headers"];
  requestId: string | undefined;
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
  /** Makes a call with a proof for `request`, and once more with another one if the cloud answers 401. */
  prove<T>(request: Unsigned, deadline: Deadline, call: (proof: Proof) => Promise<T>): Promise<T>;
}

/** The proof for one request. */
export interface Proof {
  /** To add to the request. */
  headers: Record<string, string>;
  /** What no message may repeat. */
  secrets: readonly string[];
}

/** Whether a cloud refuses who asks: a token or a temporary key may have expired. Nothing was done. */
export function isUnauthorized({ status }: CloudError): boolean {
  return status === 401;
}

const anonymous: Authenticator = { prove: (_request, _deadline, call) => call({ headers: {}, secrets: [] }) };

/** Sends requests and reads answers. */
export class Client {
  readonly limits = limits;

  constructor(
    readonly cloud: Vendor,
    readonly settings: Settings,
    readonly tls: TlsSettings,
    readonly authenticator: Authenticator = anonymous,
  ) {}

  /**
   * One request, and on 401 one more with new credentials.
   * @param shape - of the part of the answer that matters.
   * @throws CloudError
   */
  async request<T extends GenericSchema>(
    request: Request,
    at: { accountId: string; region: string },
    deadline: Deadline,
    shape: Shape<T>,
  ): Promise<Received<InferOutput<T>>> {
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
    const about = {
      cloud: this.cloud.name,
      product,
      accountId: at.accountId,
      region: at.region,
      action,
      ids,
    };
    return this.authenticator.prove(unsigned, deadline, ({ headers, secrets }) => {
      const signed = { ...unsigned, headers: { ...unsigned.headers, ...headers }, action };
      const own = [...(request.secrets ?? []), ...secrets];
      const hidden = Secrets.of(this.cloud, this.settings, ...own);
      return send(about, this, deadline, async () => {
        const { body: received, requestId } = await this.#exchange(signed, hidden, deadline);
        return {
          body: { ...received, body: answerOf(shape, received.body, { action, requestId }) },
          requestId,
        };
      });
    });
  }

  async #exchange(
    request: Unsigned & { action: string },
    secrets: Secrets,
    deadline: Deadline,
  ): Promise<Reply<Received>> {
    const reply = await exchange(
      { ...request, timeout: REQUEST_TIMEOUT, tls: this.tls },
      this.settings,
      deadline,
    );
    const requestId = header(reply, "x-openstack-request-id") || header(reply, "x-request-id") || undefined;
    const isFine = reply.status >= 200 && reply.status < 300;
    const body = parseJson(reply.text);
    if (isFine && (body !== undefined || reply.text === "")) {
      const id = requestId && secrets.conceal(requestId);
      return { body: { body, headers: reply.headers, requestId: id }, requestId: id };
    }
    throw errorOf(reply, body, { action: request.action, host: request.url.host, secrets, requestId });
  }
}

/** `value[name]`, if value is an object. */
function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function errorOf(
  reply: HttpReply,
  body: unknown,
  about: { action: string; host: string; secrets: Secrets; requestId: string | undefined },
): CloudError {
  const { status } = reply;
  const fault = faultIn(body);
  const kind = header(reply, "content-type")?.split(";")[0] ?? "nothing";
  const unreadable = `${about.host} answered HTTP ${status} with ${reply.text === "" ? "nothing" : kind}, not with this API's JSON`;
  const requestId = about.requestId ?? fault?.requestId;
  const retryAfter = retryAfterOf(reply);
  return about.secrets.error({
    code: fault?.code ?? (status < 300 ? "UnreadableAnswer" : `HTTP${status}`),
    message: fault?.message ?? unreadable,
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
