import type { Context, Request } from "../cloud";
import { errors } from "./errors";
import { commonOf, pairs } from "./parameters";
import { isSignedV1, isSignedV3, parseAuthorization } from "./signature";
import type { SecretId, TencentcloudWorld } from "./world";

/** Checks key, clock, signature and token, and says whose the key is. */
export function authenticate(request: Request, { world, now }: Context<TencentcloudWorld>): SecretId {
  const { authorization } = request.headers;
  const common = commonOf(request);
  const secretIdV1 = authorization === undefined ? common("SecretId") : undefined;
  const v3 = parseAuthorization(authorization);
  if (authorization === undefined && secretIdV1 === undefined) throw errors.missing("Authorization");
  if (authorization !== undefined && v3 === undefined) throw errors.authorization;
  const key = world.secretIds[v3?.secretId ?? secretIdV1 ?? ""];
  if (key === undefined) throw errors.secretId;
  const given = common("Timestamp");
  if (given === undefined) throw errors.missing("Timestamp");
  const timestamp = Number(given);
  // "The difference between Timestamp and the server time cannot exceed 5 minutes."
  if (!(Math.abs(now() / 1000 - timestamp) <= 300)) throw errors.expiredSignature;
  const signed =
    v3 === undefined
      ? isSignedV1(request, pairs(request), key.secretKey)
      : v3.date === new Date(timestamp * 1000).toISOString().slice(0, 10) &&
        v3.signedHeaders.split(";").includes("host") &&
        isSignedV3(request, v3, key.secretKey);
  if (!signed) throw errors.signature;
  if (key.token !== common("Token") || (key.expiresAt ?? Number.POSITIVE_INFINITY) <= now())
    throw errors.token;
  return key;
}
