import { VendorError } from "../../cloud";

/**
 * Every refusal of Edge Node Service has HTTP status 400.
 * Source: Alibaba Cloud ENS API 2017-11-10, JoinSecurityGroup and LeaveSecurityGroup, error codes
 * (www.alibabacloud.com/help/en/ens/latest/api-ens-2017-11-10-leavesecuritygroup).
 */
export const errors = {
  missing: new VendorError(
    400,
    "MissingParameter",
    "The input parameter that is mandatory for processing this request is not supplied.",
  ),
  forbidden: new VendorError(400, "NoPermission", "Permission denied."),
  field: (name: string) =>
    new VendorError(
      400,
      `InvalidParameter.${name}`,
      `The specified field ${name} invalid. Please check it again.`,
    ),
  parameter: (why: string) =>
    new VendorError(400, "InvalidParameter", `The errorMessage is ${why}. Please check it again.`),
  noGroup: new VendorError(
    400,
    "InvalidSecurityGroupId.NotFound",
    "The specified SecurityGroupId does not exist.",
  ),
  noInstance: new VendorError(400, "InvalidInstanceId.NotFound", "The specified InstanceId does not exist."),
  status: new VendorError(
    400,
    "IncorrectInstanceStatus",
    "The current status of the resource does not support this operation.",
  ),
  interfaceError: new VendorError(400, "ens.interface.error", "An error occurred while calling the API."),
  callInterface: new VendorError(400, "CallInterface", "Call Interface Happen Error."),
};

/** The tables have no code for "already a member", "not a member" and "the last group": a variant says which it is. */
export function undocumented(variant: string): VendorError | undefined {
  const { interfaceError, callInterface, forbidden } = errors;
  const invalidParameter = errors.parameter("the security group");
  return { interfaceError, callInterface, invalidParameter, noPermission: forbidden }[variant];
}
