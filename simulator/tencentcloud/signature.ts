import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Request } from "../cloud";

/*
 * Sources: Tencent Cloud API 3.0, "Signature v3" (https://www.tencentcloud.com/document/api/213/33224) and "Signature"
 * (.../33225, v1); and what the vendor's clients send, as said beside it.
 */

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

export interface Authorization {
  secretId: string;
  date: string;
  service: string;
  signedHeaders: string;
  signature: string;
}

export function parseAuthorization(header: string | undefined): Authorization | undefined {
  const [, secretId, date, service, signedHeaders, signature] =
    /^TC3-HMAC-SHA256 +Credential=([^/]+)\/([\d-]+)\/([^/]+)\/tc3_request, *SignedHeaders=([^,]+), *Signature=([0-9a-f]+)$/.exec(
      header ?? "",
    ) ?? [];
  if (!secretId || !date || !service || !signedHeaders || !signature) return undefined;
  return { secretId, date, service, signedHeaders, signature };
}

/**
 * Whether the signature is the one that this key makes. The service is what the client has signed: the Node SDK takes the
 * first label of its endpoint, so `127` for 127.0.0.1. The same SDK signs the host without the port that it sends, the
 * SDKs for Go and Python with it: either is good.
 */
export function isSignedV3(request: Request, given: Authorization, secretKey: string): boolean {
  const { date, service, signedHeaders } = given;
  const timestamp = String(request.headers["x-tc-timestamp"]);
  const payload =
    request.headers["x-tc-content-sha256"] === "UNSIGNED-PAYLOAD" ? "UNSIGNED-PAYLOAD" : request.body;
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), service), "tc3_request");
  return hostsOf(request).some((host) => {
    const headers = signedHeaders.split(";").map((name) => {
      const value = name === "host" ? host : String(request.headers[name] ?? "");
      return `${name}:${value.trim().toLowerCase()}\n`;
    });
    const [path = "/", query = ""] = request.target.split("?", 2);
    const canonical = [request.method, path, query, headers.join(""), signedHeaders, sha256(payload)].join(
      "\n",
    );
    const scope = `${date}/${service}/tc3_request`;
    const toSign = ["TC3-HMAC-SHA256", timestamp, scope, sha256(canonical)].join("\n");
    return same(hmac(key, toSign).toString("hex"), given.signature);
  });
}

/** Version 1, in the parameters: HmacSHA1 (default) or HmacSHA256 over the sorted parameters as they are. */
export function isSignedV1(request: Request, parameters: [string, string][], secretKey: string): boolean {
  const value = (name: string) => parameters.find(([key]) => key === name)?.[1] ?? "";
  const algorithm = value("SignatureMethod") === "HmacSHA256" ? "sha256" : "sha1";
  const sorted = parameters
    .filter(([name]) => name !== "Signature")
    .sort(([one], [two]) => (one < two ? -1 : 1))
    .map(([name, text]) => `${name}=${text}`)
    .join("&");
  return hostsOf(request).some((host) => {
    const text = `${request.method}${host}${request.url.pathname}?${sorted}`;
    return same(createHmac(algorithm, secretKey).update(text).digest("base64"), value("Signature"));
  });
}

function hostsOf({ headers }: Request): string[] {
  const host = headers.host ?? "";
  return [host, host.replace(/:\d+$/, "")];
}

const same = (one: string, two: string): boolean =>
  one.length === two.length && timingSafeEqual(Buffer.from(one), Buffer.from(two));
