import { VendorError } from "../../cloud";

/**
 * Codes of JoinSecurityGroup and LeaveSecurityGroup, with the texts of the vendor's tables; where a table has only `%s`
 * the text is ours. Source: Alibaba Cloud ECS API 2014-05-26, both pages, error codes, as of 2025
 * (help.aliyun.com/zh/ecs/developer-reference/api-ecs-2014-05-26-joinsecuritygroup and -leavesecuritygroup).
 */
export const errors = {
  noRegion: new VendorError(400, "MissingParameter.RegionId", "The specified RegionId should not be null."),
  bothIds: new VendorError(
    403,
    "InvalidParam.EniIdAndInstanceId.Conflict",
    "The InstanceId and NetworkInterfaceId can not be specified at the same time.",
  ),
  malformedInstance: new VendorError(
    400,
    "InvalidInstanceId.Malformed",
    'The specified parameter "InstanceId" is not valid.',
  ),
  malformedInterface: new VendorError(
    403,
    "InvalidParam.Malformed",
    'The specified parameter "NetworkInterfaceId" is not valid.',
  ),
  noInstance: new VendorError(404, "InvalidInstanceId.NotFound", "The specified InstanceId does not exist."),
  noInterface: new VendorError(
    404,
    "InvalidEniId.NotFound",
    "The specified NetworkInterfaceId does not exist.",
  ),
  noGroup: new VendorError(
    404,
    "InvalidSecurityGroupId.NotFound",
    "The specified SecurityGroupId does not exist.",
  ),
  managedGroup: new VendorError(
    403,
    "InvalidOperation.ResourceManagedByCloudProduct",
    "The security group is managed by a cloud product and can not be changed.",
  ),
  managedInterface: new VendorError(
    403,
    "InvalidOperation.EniServiceManaged",
    "The network interface is managed by a service and can not be changed.",
  ),
  interfaceType: new VendorError(
    403,
    "InvalidOperation.InvalidEniType",
    "The type of the network interface does not support this operation.",
  ),
  interfaceState: new VendorError(
    400,
    "InvalidOperation.InvalidEniState",
    "The current state of the network interface does not support this operation.",
  ),
  beingCreated: new VendorError(
    403,
    "Forbidden.InstanceIsBeingCreated",
    "The specified instance is being created.",
  ),
  status: new VendorError(
    403,
    "IncorrectInstanceStatus",
    "The current status of the resource does not support this operation.",
  ),
  locked: new VendorError(
    403,
    "InstanceLockedForSecurity",
    "The specified operation is denied as your instance is locked for security reasons.",
  ),
  instanceVpc: new VendorError(
    400,
    "InvalidInstanceId.Mismatch",
    "Specified instance and security group are not in the same VPC.",
  ),
  interfaceVpc: new VendorError(
    403,
    "InvalidOperation.VpcMismatch",
    "The network interface and the security group are not in the same VPC.",
  ),
  alreadyMember: new VendorError(
    403,
    "InvalidInstanceId.AlreadyExists",
    "The specified instance already exists in the specified security group.",
  ),
  mixedTypes: new VendorError(
    400,
    "InvalidOperation.MultiGroupType",
    "The specified instance can't join different types of security group.",
  ),
  tooManyGroups: new VendorError(
    400,
    "InstanceSecurityGroupLimitExceeded",
    "Exceeding the allowed amount of security groups that an instance can be in.",
  ),
  basicGroupFull: new VendorError(
    403,
    "SecurityGroupInstanceLimitExceeded",
    "The maximum number of instances in a security group is exceeded.",
  ),
  advancedGroupFull: new VendorError(
    403,
    "InvalidOperation.NetworkInterfaceCountExceeded",
    "The maximum number of NetworkInterface in a enterprise level security group is exceeded.",
  ),
  notMember: new VendorError(
    400,
    "InvalidSecurityGroupAssociation.NotFound",
    "The specified instance or network interface is not in the security group.",
  ),
  notMemberOld: new VendorError(403, "InstanceNotInSecurityGroup", "The instance not in the group."),
  lastOfInstance: new VendorError(
    403,
    "InstanceLastSecurityGroup",
    "The specified security group is the last security group for the instance.",
  ),
  lastOfInterface: new VendorError(
    403,
    "InvalidOperation.AtLeastInOneGroup",
    "The network interface must be in at least one security group.",
  ),
  conflict: new VendorError(
    409,
    "InvalidOperation.Conflict",
    "Request was denied due to conflict with a previous request, please try again later.",
  ),
};
