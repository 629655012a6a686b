import { createHash, createHmac } from "node:crypto";
import type { Request } from "../cloud";

/*
 * SDK-HMAC-SHA256. Source: Huawei Cloud, API Request Signing Guide, "Signature Algorithm"
 * (https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html); checked against signatures that
 * the vendor's SDK for Node (core 3.1.211) has made.
 */

export interface Authorization {
  access: string;
  signedHeaders: string[];
  signature: string;
}

export function parseAuthorization(header: string | undefined): Authorization | undefined {
  const [, access, signedHeaders, signature] =
    /^SDK-HMAC-SHA256 Access=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(header ?? "") ??
    [];
  if (access === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  return { access, signedHeaders: signedHeaders.split(";"), signature };
}

/** The signature that the request must carry, if these are its signed headers. */
export function signatureOf(request: Request, signedHeaders: string[], secret: string): string {
  const date = String(request.headers["x-sdk-date"]);
  const canonical = [
    request.method,
    canonicalPath(request.target),
    canonicalQuery(request.url),
    ...signedHeaders.map((name) => `${name}:${String(request.headers[name] ?? "").trim()}`),
    "",
    signedHeaders.join(";"),
    sha256(request.body),
  ].join("\n");
  return createHmac("sha256", secret)
    .update(["SDK-HMAC-SHA256", date, sha256(canonical)].join("\n"))
    .digest("hex");
}

function canonicalPath(target: string): string {
  const path = target
    .replace(/\?.*$/, "")
    .split("/")
    .map((segment) => encode(decodeURIComponent(segment)))
    .join("/");
  return path.endsWith("/") ? path : `${path}/`;
}

const canonicalQuery = ({ searchParams }: URL): string =>
  [...searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");

/** All but letters, digits and -._~ */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");

/** 20261120T090440Z as milliseconds since 1970; NaN if it is none. */
export function parseDate(text: string | undefined): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? "")?.slice(1);
  return parts === undefined
    ? Number.NaN
    : Date.parse(`${parts.slice(0, 3).join("-")}T${parts.slice(3).join(":")}Z`);
}
