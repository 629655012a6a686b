import { randomUUID } from "node:crypto";
import { exchange, type HttpReply } from "../core/cloud/http";
import type { Reply } from "../core/cloud/request";
import type { Deadline } from "../core/contract/cloud";
import { CloudError } from "../core/contract/errors";
import { parseObject } from "../core/util/json";
import type { Settings } from "../core/util/settings";
import { userAgent } from "../core/util/version";
import { endpointOf, type Product, versions } from "./endpoints";

/** A key of Alibaba Cloud, with a token if it is temporary. */
export interface Credential {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
  /** Milliseconds since 1970. */
  expires?: number;
}

/** One action of an RPC-style API. */
export interface Rpc {
  product: Product;
  action: string;
  region: string;
  /** Nested objects and lists become `VServerGroup.1.Port=80`; undefined and empty lists are dropped. */
  params: Record<string, unknown>;
  /** Parameters that must not stand in the URL. */
  form?: Record<string, string>;
}

/** Milliseconds an answer may take, as the vendor's Terraform provider has it (`client_read_timeout`). */
const READ_TIMEOUT = 60_000;

const ALGORITHM = "ACS3-HMAC-SHA256";

/**
 * Makes one signed request (anonymous without a `credential`) and gives back its body.
 *
 * Flattening, time and signature are the vendor's (`@alicloud/openapi-util`, which the official core brings along). The
 * core itself (`@alicloud/openapi-core`) is not loaded: it requires packages that it does not declare, which strict
 * installations do not find (pnpm without hoisting, yarn's Plug'n'Play). Nor would its transport do: it knows no proxy, no
 * cancelling, closes a connection whose answer is slow (the connect timeout is set as the socket's idle timeout), and turns
 * an HTML answer into a SyntaxError without a status.
 *
 * @throws CloudError
 */
export async function rpc(
  request: Rpc,
  credential: Credential | undefined,
  settings: Settings,
  deadline: Deadline,
): Promise<Reply<unknown>> {
  const { default: vendor } = require("@alicloud/openapi-util") as typeof import("@alicloud/openapi-util");
  const { product, action, region } = request;
  const url = endpointOf(product, region, settings);
  const query = vendor.query(request.params) as Record<string, string>;
  const body = request.form && new URLSearchParams(request.form).toString();
  const digest = vendor.hash(Buffer.from(body ?? ""), ALGORITHM).toString("hex");
  const headers: Record<string, string> = {
    host: url.host,
    accept: "application/json",
    "user-agent": userAgent,
    "x-acs-action": action,
    "x-acs-version": versions[product],
    "x-acs-date": vendor.getTimestamp(),
    "x-acs-signature-nonce": randomUUID(),
    "x-acs-content-sha256": digest,
    ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
    ...(credential?.securityToken ? { "x-acs-security-token": credential.securityToken } : {}),
  };
  if (credential) {
    const { accessKeyId, accessKeySecret } = credential;
    const signed = { method: "POST", pathname: "/", query, headers } as Parameters<
      typeof vendor.getAuthorization
    >[0];
    headers.authorization = vendor.getAuthorization(signed, ALGORITHM, digest, accessKeyId, accessKeySecret);
  }
  url.search = new URLSearchParams(query).toString();
  const timeout =
    Number(settings.config("alicloud:clientReadTimeout") ?? settings.env("CLIENT_READ_TIMEOUT")) ||
    READ_TIMEOUT;
  const reply = await exchange(
    { method: "POST", url, headers, action, timeout, ...(body === undefined ? {} : { body }) },
    settings,
    deadline,
  );
  return read(reply, url.host, `${product}:${action}`, credential);
}

/** The body, or the error it tells of, with the action as RAM policies name it: `ecs:JoinSecurityGroup`. */
function read(
  reply: HttpReply,
  host: string,
  action: string,
  credential: Credential | undefined,
): Reply<unknown> {
  const { status } = reply;
  const body = parseObject<Record<string, unknown>>(reply.text);
  if (!body) {
    const what = status >= 500 ? `HTTP${status}` : "UnreadableAnswer";
    throw new CloudError({
      code: what,
      message: `${host} answered HTTP ${status} without a JSON object in its body`,
      status,
      action,
    });
  }
  const requestId = typeof body.RequestId === "string" ? body.RequestId : undefined;
  if (status < 400) return { body, requestId };
  const retryAfter = Number(reply.headers["x-acs-retry-after"]);
  throw new CloudError({
    code: String(body.Code ?? `HTTP${status}`),
    message: conceal(String(body.Message ?? `HTTP ${status}`), credential),
    status,
    action,
    ...(requestId ? { requestId } : {}),
    // "x-acs-retry-after", in milliseconds (getThrottlingTimeLeft of the official core).
    ...(retryAfter > 0 ? { retryAfter } : {}),
  });
}

/** A message about a wrong signature quotes what was signed, the session token included. */
function conceal(message: string, credential: Credential | undefined): string {
  let text = message.replace(/(string to sign|StringToSign|CanonicalRequest)\b.*$/is, "$1 (left out)");
  for (const secret of [credential?.accessKeySecret, credential?.securityToken]) {
    if (secret) text = text.replaceAll(secret, "***").replaceAll(encodeURIComponent(secret), "***");
  }
  return text;
}
