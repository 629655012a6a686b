import { VendorError } from "../cloud";

/** A request that the API gateway takes for unauthenticated. */
export const incorrect = (why: string): VendorError =>
  new VendorError(401, "APIGW.0301", `Incorrect IAM authentication information: ${why}`);

/**
 * The API gateway's refusals. Sources: Huawei Cloud, API Request Signing Guide, "Error Codes" (status, code and the
 * message's beginning), and "Common Errors Related to IAM Authentication Information" (2026-02-09), for what follows the
 * colon.
 */
export const errors = {
  noToken: incorrect("x-auth-token not found"),
  token: incorrect("decrypt token fail"),
  malformed: incorrect("the Authorization header is malformed"),
  noKey: (access: string) => incorrect(`Get secretKey failed,ak:${access},err:ak not exist`),
  locked: incorrect("AK access failed to reach the limit,forbidden."),
  signature: incorrect("verify aksk signature fail"),
  // Source: the same case of an app's signature, APIGW.0303 in "Error Codes".
  expiredSignature: (date: string | undefined, now: number) =>
    incorrect(`signature expired, signature time:${date}, server time:${new Date(now).toISOString()}`),
  notAuthorized: new VendorError(403, "APIGW.0302", "The IAM user is not authorized to access the API."),
  noSuchApi: new VendorError(
    404,
    "APIGW.0101",
    "The API does not exist or has not been published in the environment",
  ),
  throttled: new VendorError(
    429,
    "APIGW.0308",
    "The throttling threshold has been reached: policy user over ratelimit,limit:100,time:1 minute",
  ),
};
