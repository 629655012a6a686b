import { createHash, createHmac } from "node:crypto";
import type { Expiring, Renewable } from "../core/cloud/renewable";
import type { Deadline } from "../core/contract/cloud";
import { type Authenticator, isUnauthorized, type Proof, type Unsigned } from "../openstack/request";

/** An access key; with a security token if it is temporary. */
export interface Keys extends Expiring {
  access: string;
  secret: string;
  securityToken?: string;
}

const ALGORITHM = "SDK-HMAC-SHA256";

/** Signs requests with an access key, the way of Huawei Cloud and of the clouds built with it. */
export class Signer implements Authenticator {
  /** @param projectId - the project a request is about; IAM's own are about none. */
  constructor(
    readonly keys: Renewable<Keys>,
    readonly projectId?: string,
  ) {}

  prove<T>(request: Unsigned, deadline: Deadline, call: (proof: Proof) => Promise<T>): Promise<T> {
    return this.keys.use(deadline, isUnauthorized, (keys) =>
      call({
        headers: sign(request, keys, this.projectId, new Date()),
        secrets: [keys.secret, ...(keys.securityToken ? [keys.securityToken] : [])],
      }),
    );
  }
}

/**
 * The headers that sign a request.
 * Source: https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html (Signature Algorithm), and
 * /api-sign-securetoken.html for temporary keys; checked against the signatures of Huawei's own SDK (core 3.1.211).
 */
export function sign(
  { method, url, body, headers }: Unsigned,
  { access, secret, securityToken }: Keys,
  projectId: string | undefined,
  now: Date,
): Record<string, string> {
  const date = `${now.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const added = {
    // Their SDK sends it with every request, and the gateway's documentation demands it.
    "content-type": headers["content-type"] ?? "application/json",
    "x-sdk-date": date,
    ...(projectId ? { "x-project-id": projectId } : {}),
    ...(securityToken ? { "x-security-token": securityToken } : {}),
  };
  const signed = Object.entries({ ...added, host: url.host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    method,
    canonicalPath(url),
    canonicalQuery(url),
    ...signed.map(([name, value]) => `${name}:${value.trim()}`),
    "",
    names,
    sha256(body ?? ""),
  ].join("\n");
  const signature = createHmac("sha256", secret)
    .update([ALGORITHM, date, sha256(canonical)].join("\n"))
    .digest("hex");
  return {
    ...added,
    authorization: `${ALGORITHM} Access=${access}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** Every segment percent-encoded, and a slash at the end. */
function canonicalPath(url: URL): string {
  const path = url.pathname
    .split("/")
    .map((segment) => encode(decodeURIComponent(segment)))
    .join("/");
  return path.endsWith("/") ? path : `${path}/`;
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
}

/** RFC 3986: unlike encodeURIComponent, it leaves only letters, digits and - . _ ~ as they are. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
