import { VendorError } from "../cloud";

/**
 * Codes of the API gateway and those that every product has. Sources: Alibaba Cloud ECS API, "Client errors" (2021-07);
 * Alibaba Cloud ECS, "FaaS FAQ", error codes for all API operations (2021); Alibaba Cloud SMS, "API error codes"
 * (InvalidTimeStamp.Expired: more than 15 minutes apart; SignatureNonceUsed).
 */
export const errors = {
  /** In the error tables of Auto Scaling and ENS, too. */
  missing: (name: string) =>
    new VendorError(
      400,
      "MissingParameter",
      `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
    ),
  /** Source: Alibaba Cloud Auto Scaling API, DetachVServerGroups, error codes. */
  invalid: (name: string) =>
    new VendorError(400, "InvalidParameter", `The specified value of parameter "${name}" is not valid.`),
  version: new VendorError(400, "InvalidVersion", "Specified parameter Version is not valid."),
  noAction: new VendorError(
    404,
    "InvalidAction.NotFound",
    "Specified api is not found, please check your url and method.",
  ),
  /** Source: Alibaba Cloud ECS API, CreateSecurityGroup, error codes (every regional action has this one). */
  noRegion: new VendorError(404, "InvalidRegionId.NotFound", "The specified region does not exist."),

  incompleteSignature: new VendorError(
    400,
    "IncompleteSignature",
    "The request signature does not conform to Alibaba Cloud standards.",
  ),
  timestampFormat: new VendorError(
    400,
    "InvalidTimeStamp.Format",
    "Specified time stamp or date value is not well formatted.",
  ),
  timestampExpired: new VendorError(
    400,
    "InvalidTimeStamp.Expired",
    "Specified time stamp or date value is expired.",
  ),
  nonceUsed: new VendorError(400, "SignatureNonceUsed", "Specified signature nonce was used already."),
  noKey: new VendorError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."),
  inactiveKey: new VendorError(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled."),
  signature: (stringToSign: string) =>
    new VendorError(
      400,
      "SignatureDoesNotMatch",
      `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
    ),
  noToken: new VendorError(400, "MissingSecurityToken", "SecurityToken is mandatory for this action."),
  malformedToken: new VendorError(
    400,
    "InvalidSecurityToken.Malformed",
    "Specified SecurityToken is malformed.",
  ),
  anotherToken: new VendorError(
    400,
    "InvalidSecurityToken.MismatchWithAccessKey",
    "Specified SecurityToken mismatch with the AccessKey.",
  ),
  expiredToken: new VendorError(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."),

  /** Source: Alibaba Cloud ECS API, "API throttling": codes hold "Throttling", also with 403 and 429. */
  throttled: new VendorError(400, "Throttling.User", "Request was denied due to user flow control."),
  internal: new VendorError(
    500,
    "InternalError",
    "The request processing has failed due to some unknown error.",
  ),
};
