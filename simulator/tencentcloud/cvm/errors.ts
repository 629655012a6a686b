import { errors as common, refusal } from "../errors";

/**
 * Codes of the three actions. Source: TencentCloud/tencentcloud-sdk-go v1.3.166, cvm/v20170312; messages seen in public
 * logs where there are some, else the code's description.
 */
export const errors = {
  malformedInstance: (id: string) =>
    refusal("InvalidInstanceId.Malformed", `The specified instance ID \`${id}\` is in an invalid format.`),
  malformedGroup: (id: string) =>
    refusal("InvalidSgId.Malformed", `The specified security group ID \`${id}\` is in the wrong format.`),
  noInstance: (id: string) => refusal("InvalidInstanceId.NotFound", `The instance \`${id}\` does not exist.`),
  noGroup: (id: string) =>
    refusal("InvalidSecurityGroupId.NotFound", `The specified security group ID \`${id}\` does not exist.`),
  tooMany: (name: string, most: number) =>
    refusal(
      "InvalidParameterValue.LimitExceeded",
      `The number of values of parameter \`${name}\` exceeds the limit \`${most}\`.`,
    ),
  pending: (id: string) =>
    refusal(
      "UnsupportedOperation.InstanceStatePending",
      `Instances in PENDING status are not supported: \`${id}\`.`,
    ),
  isolating: (id: string) =>
    refusal("UnsupportedOperation.InstanceStateIsolating", `The instance \`${id}\` is being isolated.`),
  groupsOfInstance: refusal(
    "LimitExceeded.AssociateUSGLimitExceeded",
    "The number of security groups associated with the instance exceeds the limit.",
  ),
  instancesOfGroup: refusal(
    "LimitExceeded.CvmsVifsPerSecGroupLimitExceeded",
    "The number of instances associated with the security group exceeds the limit.",
  ),
  inProgress: (ids: string[]) =>
    refusal(
      "OperationDenied.InstanceOperationInProgress",
      `The instance \`[${ids.map((id) => `'${id}'`).join(", ")}]\` already has operation in progress. Please try again later.`,
    ),
  mutex: common.mutex,
  failed: refusal("FailedOperation.SecurityGroupActionFailed", "Security group operation failed."),
  unsupported: refusal("UnsupportedOperation", "Unsupported operation."),
  idsAndFilters: refusal(
    "InvalidParameter",
    "`InstanceIds` and `Filters` cannot be specified at the same time.",
  ),
  filtersNoList: refusal("InvalidParameter", "The parameter `Filters` must be a list."),
  noFilter: (name: unknown) => refusal("InvalidFilter", `The filter \`${name}\` is not supported.`),
  tooManyFilters: refusal(
    "InvalidFilterValue.LimitExceeded",
    "The number of filters or of their values exceeds the limit.",
  ),
  limit: refusal("InvalidParameterValue.Range", "The value of parameter `Limit` must be from 1 to 100."),
};
