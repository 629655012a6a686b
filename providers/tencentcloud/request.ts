import { exchange, type HttpReply } from "../core/cloud/http";
import type { KeyApi, KeyRequest } from "../core/cloud/key-session";
import type { Reply } from "../core/cloud/request";
import { Secrets } from "../core/cloud/secrets";
import type { Deadline } from "../core/contract/cloud";
import { parseObject } from "../core/util/json";
import type { Settings } from "../core/util/settings";
import { userAgent } from "../core/util/version";
import { endpointOf, type Service, versions } from "./endpoints";
import { classify, limits } from "./errors";
import { vendor } from "./settings";

/** A key of Tencent Cloud, with a token if it is temporary. */
export interface Credential {
  secretId: string;
  secretKey: string;
  token?: string;
  /** Milliseconds since 1970. */
  expires?: number;
}

/** How Tencent Cloud is asked. */
export const api: KeyApi<Service, Credential> = {
  vendor,
  limits,
  endpointOf,
  exchange: request,
  // "Token error" (common error codes of API 3.0), and what DescribeInstances has for it.
  isExpired: ({ code }) =>
    code === "AuthFailure.TokenFailure" || code === "UnauthorizedOperation.InvalidToken",
  classify,
};

/** Milliseconds an answer may take, the SDK's own default. */
const TIMEOUT = 60_000;

/**
 * Makes one signed request (unsigned without a `credential`, as the web identity actions want it) and gives back its answer.
 *
 * The signature is the official SDK's (`tencentcloud-sdk-nodejs`). Its transport is not used: it drops the cause of a failure
 * (no code, a message in prose), reads `http_proxy` even for loopback and never NO_PROXY, and takes the service to sign for
 * from the first label of the endpoint, whatever that is.
 *
 * @throws CloudError
 */
async function request(
  { product: service, action, region, params, secrets = [] }: KeyRequest<Service>,
  credential: Credential | undefined,
  settings: Settings,
  deadline: Deadline,
): Promise<Reply<unknown>> {
  const url = endpointOf(service, region, settings);
  const body = JSON.stringify(params);
  const timestamp = Math.floor(Date.now() / 1000);
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    // The SDK signs the host without its port, and the signature covers this header as it is sent.
    Host: url.hostname,
    "User-Agent": userAgent,
    "X-TC-Action": action,
    "X-TC-Version": versions[service],
    "X-TC-Timestamp": String(timestamp),
    "X-TC-Region": region,
    // Messages are in Chinese by default.
    "X-TC-Language": "en-US",
    ...(credential?.token ? { "X-TC-Token": credential.token } : {}),
  };
  headers.Authorization = credential ? sign(service, url, body, timestamp, headers, credential) : "SKIP";
  // As CAM policies name it: `cvm:AssociateSecurityGroups`.
  const named = `${service}:${action}`;
  const reply = await exchange(
    { method: "POST", url, headers, body, action: named, timeout: TIMEOUT },
    settings,
    deadline,
  );
  const { secretKey, token } = credential ?? {};
  return read(reply, url.host, named, Secrets.of(vendor, settings, secretKey, token, ...secrets));
}

function sign(
  service: Service,
  url: URL,
  body: string,
  timestamp: number,
  headers: Record<string, string>,
  { secretId, secretKey }: Credential,
): string {
  const { default: signer } =
    require("tencentcloud-sdk-nodejs/tencentcloud/common/sign") as typeof import("tencentcloud-sdk-nodejs/tencentcloud/common/sign");
  return signer.sign3({
    method: "POST",
    url: url.href,
    payload: Buffer.from(body),
    timestamp,
    service,
    secretId,
    secretKey,
    multipart: false,
    boundary: "",
    headers,
  });
}

/** The answer, or the error it tells of. "HTTP status is 200 also for errors" (Responses, CVM API 3.0). */
function read(reply: HttpReply, host: string, action: string, secrets: Secrets): Reply<unknown> {
  const { status } = reply;
  const { Response } = parseObject<{ Response?: unknown }>(reply.text) ?? {};
  const isObject = typeof Response === "object" && Response !== null && !Array.isArray(Response);
  const answer = isObject ? (Response as Record<string, unknown>) : {};
  const requestId = typeof answer.RequestId === "string" ? answer.RequestId : undefined;
  if (status !== 200 || !isObject) {
    throw secrets.error({
      code: status >= 500 ? `HTTP${status}` : "UnreadableAnswer",
      message: `${host} answered HTTP ${status}${isObject ? "" : ' without a "Response" object in its body'}`,
      status,
      action,
      ...(requestId ? { requestId } : {}),
    });
  }
  if (!("Error" in answer)) {
    const id = requestId && secrets.conceal(requestId);
    return { body: { ...answer, RequestId: id }, requestId: id };
  }
  const { Code, Message } = (answer.Error ?? {}) as { Code?: unknown; Message?: unknown };
  throw secrets.error({
    code: typeof Code === "string" ? Code : "UnreadableAnswer",
    message: typeof Message === "string" ? Message : "the answer tells of an error, but not of which",
    action,
    ...(requestId ? { requestId } : {}),
  });
}
