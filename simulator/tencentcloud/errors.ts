import { VendorError } from "../cloud";

/** A refusal of API 3.0: "errors come with HTTP 200". */
export const refusal = (code: string, message: string): VendorError => new VendorError(200, code, message);

/**
 * Codes that every action has. Source: Tencent Cloud API 3.0, "Common Error Codes"
 * (https://www.tencentcloud.com/document/api/213/33281); a message is that of an answer quoted in public.
 */
export const errors = {
  missing: (name: string) =>
    refusal("MissingParameter", `The request is missing a required parameter \`${name}\`.`),
  invalid: (name: string, wanted: string) =>
    refusal("InvalidParameter", `The value type of parameter \`${name}\` is not valid: ${wanted} is wanted.`),
  notAnObject: refusal("InvalidParameter", "The request body is not a JSON object."),
  unknown: (name: string) => refusal("UnknownParameter", `The parameter \`${name}\` is not recognized.`),
  noVersion: (version: string) =>
    refusal("NoSuchVersion", `The specified version \`${version}\` does not exist.`),
  noAction: (action: string) =>
    refusal("InvalidAction", `The request action=\`${action}\` is invalid or not found.`),
  noRegion: (region: string) => refusal("UnsupportedRegion", `The region \`${region}\` is not supported.`),

  authorization: refusal(
    "AuthFailure.InvalidAuthorization",
    "The `Authorization` in the request is illegal.",
  ),
  secretId: refusal(
    "AuthFailure.SecretIdNotFound",
    "The SecretId is not found, please ensure that your SecretId is correct.",
  ),
  expiredSignature: refusal(
    "AuthFailure.SignatureExpire",
    "Signature expired. The difference between the timestamp and the server time cannot exceed 5 minutes.",
  ),
  signature: refusal(
    "AuthFailure.SignatureFailure",
    "The provided credentials could not be validated. Please ensure your signature is correct.",
  ),
  token: refusal("AuthFailure.TokenFailure", "Token error."),
  notAuthorized: (operation: string, resource: string) =>
    refusal(
      "UnauthorizedOperation",
      `you are not authorized to perform operation (${operation})\nresource (${resource}) has no permission`,
    ),

  throttled: refusal(
    "RequestLimitExceeded",
    "Your current request times equals to `11` in a second, which exceeds the frequency limit `10` for a second. Please reduce the frequency of calls.",
  ),
  mutex: refusal("MutexOperation.TaskRunning", "Mutex task is running, please try later"),
  internal: refusal("InternalError", "An internal error has occurred. Retry your request."),
};
