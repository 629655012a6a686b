import { randomUUID } from "node:crypto";
import { exchange, type HttpReply } from "../core/cloud/http";
import type { KeyApi, KeyRequest } from "../core/cloud/key-session";
import type { Reply } from "../core/cloud/request";
import { Secrets } from "../core/cloud/secrets";
import type { Deadline } from "../core/contract/cloud";
import { parseObject } from "../core/util/json";
import { type Settings, settingOf } from "../core/util/settings";
import { userAgent } from "../core/util/version";
import { endpointOf, type Product, versions } from "./endpoints";
import { classify, limits } from "./errors";
import { names, vendor } from "./settings";

/** A key of Alibaba Cloud, with a token if it is temporary. */
export interface Credential {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
  /** Milliseconds since 1970. */
  expires?: number;
}

/** How Alibaba Cloud is asked. */
export const api: KeyApi<Product, Credential> = {
  vendor,
  limits,
  endpointOf,
  exchange: rpc,
  // "Specified SecurityToken is expired." (common error codes of STS).
  isExpired: ({ code }) => code === "InvalidSecurityToken.Expired",
  classify,
};

/** Milliseconds an answer may take, as the vendor's Terraform provider has it (`client_read_timeout`). */
const READ_TIMEOUT = 60_000;

const ALGORITHM = "ACS3-HMAC-SHA256";

/**
 * Makes one signed request (anonymous without a `credential`) and gives back its body. Nested objects and lists among the
 * parameters become `VServerGroup.1.Port=80`; undefined and empty lists are dropped.
 *
 * Flattening, time and signature are the vendor's (`@alicloud/openapi-util`, which the official core brings along). The
 * core itself (`@alicloud/openapi-core`) is not loaded: it requires packages that it does not declare, which strict
 * installations do not find (pnpm without hoisting, yarn's Plug'n'Play). Nor would its transport do: it knows no proxy, no
 * cancelling, closes a connection whose answer is slow (the connect timeout is set as the socket's idle timeout), and turns
 * an HTML answer into a SyntaxError without a status.
 *
 * @throws CloudError
 */
async function rpc(
  request: KeyRequest<Product>,
  credential: Credential | undefined,
  settings: Settings,
  deadline: Deadline,
): Promise<Reply<unknown>> {
  const { default: official } = require("@alicloud/openapi-util") as typeof import("@alicloud/openapi-util");
  const { product, action, region } = request;
  const url = endpointOf(product, region, settings);
  const query = official.query({ ...request.params }) as Record<string, string>;
  const body = request.form && new URLSearchParams(request.form).toString();
  const digest = official.hash(Buffer.from(body ?? ""), ALGORITHM).toString("hex");
  const headers: Record<string, string> = {
    host: url.host,
    accept: "application/json",
    "user-agent": userAgent,
    "x-acs-action": action,
    "x-acs-version": versions[product],
    "x-acs-date": official.getTimestamp(),
    "x-acs-signature-nonce": randomUUID(),
    "x-acs-content-sha256": digest,
    ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
    ...(credential?.securityToken ? { "x-acs-security-token": credential.securityToken } : {}),
  };
  if (credential) {
    const { accessKeyId, accessKeySecret } = credential;
    const signed = { method: "POST", pathname: "/", query, headers } as Parameters<
      typeof official.getAuthorization
    >[0];
    headers.authorization = official.getAuthorization(
      signed,
      ALGORITHM,
      digest,
      accessKeyId,
      accessKeySecret,
    );
  }
  url.search = new URLSearchParams(query).toString();
  const timeout = settingOf(settings, names.readTimeout) ?? READ_TIMEOUT;
  // As RAM policies name it: `ecs:JoinSecurityGroup`.
  const named = `${product}:${action}`;
  const reply = await exchange(
    { method: "POST", url, headers, action: named, timeout, ...(body === undefined ? {} : { body }) },
    settings,
    deadline,
  );
  const { accessKeySecret, securityToken } = credential ?? {};
  const own = [...(request.secrets ?? []), ...Object.values(request.form ?? {})];
  const secrets = Secrets.of(vendor, settings, accessKeySecret, securityToken, ...own);
  return read(reply, url.host, named, secrets);
}

/** The body, or the error it tells of. */
function read(reply: HttpReply, host: string, action: string, secrets: Secrets): Reply<unknown> {
  const { status } = reply;
  const body = parseObject<Record<string, unknown>>(reply.text);
  if (!body) {
    throw secrets.error({
      code: status >= 500 ? `HTTP${status}` : "UnreadableAnswer",
      message: `${host} answered HTTP ${status} without a JSON object in its body`,
      status,
      action,
    });
  }
  const requestId = typeof body.RequestId === "string" ? body.RequestId : undefined;
  // An error in a body with status 200 is one all the same; a success of ENS may have a number there.
  const isError = typeof body.Code === "string" && /[a-z]/i.test(body.Code);
  if (status >= 200 && status < 300 && !isError) {
    const id = requestId && secrets.conceal(requestId);
    return { body: { ...body, RequestId: id }, requestId: id };
  }
  const retryAfter = Number(reply.headers["x-acs-retry-after"]);
  throw secrets.error({
    code: isError ? String(body.Code) : status < 400 ? "UnreadableAnswer" : `HTTP${status}`,
    message:
      typeof body.Message === "string" ? withoutSigned(body.Message) : `${host} answered HTTP ${status}`,
    status,
    action,
    ...(requestId ? { requestId } : {}),
    // "x-acs-retry-after", in milliseconds (getThrottlingTimeLeft of the official core).
    ...(retryAfter > 0 ? { retryAfter } : {}),
  });
}

/** A message about a wrong signature quotes all that was signed. */
function withoutSigned(message: string): string {
  return message.replace(/(string to sign|StringToSign|CanonicalRequest)\b.*$/is, "$1 (left out)");
}
