import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** RFC 3986, which both signatures want: also ! ' ( ) * are escaped. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const canonicalQuery = (pairs: Iterable<readonly [string, string]>): string =>
  [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");

/**
 * What HMAC-SHA1 signs: every parameter of query and form but the signature itself.
 * Source: Alibaba Cloud, "Request syntax and signature method V2 for RPC APIs" (2025-03-04), alibabacloud.com/help/en/ram/common-parameters-2
 */
export function stringToSignV2(method: string, parameters: Iterable<readonly [string, string]>): string {
  const signed = [...parameters].filter(([name]) => name !== "Signature");
  return `${method}&${encode("/")}&${encode(canonicalQuery(signed))}`;
}

export const signV2 = (secret: string, stringToSign: string): string =>
  createHmac("sha1", `${secret}&`).update(stringToSign).digest("base64");

export const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");

export interface SignedRequest {
  method: string;
  path: string;
  query: Iterable<readonly [string, string]>;
  headers: Record<string, string | string[] | undefined>;
  signedHeaders: string[];
  bodyHash: string;
}

/**
 * What ACS3-HMAC-SHA256 signs.
 * Source: Alibaba Cloud, "Request syntax and signature method V3", alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export function stringToSignV3(request: SignedRequest): string {
  const headers = request.signedHeaders.map(
    (name) => `${name}:${String(request.headers[name] ?? "").trim()}\n`,
  );
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers.join(""),
    request.signedHeaders.join(";"),
    request.bodyHash,
  ].join("\n");
  return `ACS3-HMAC-SHA256\n${sha256(canonical)}`;
}

export const signV3 = (secret: string, stringToSign: string): string =>
  createHmac("sha256", secret).update(stringToSign).digest("hex");

export function sameSignature(one: string, two: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(two)];
  return a.length === b.length && timingSafeEqual(a, b);
}
