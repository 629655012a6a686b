import { VendorError } from "../../cloud";
import { rpcFront } from "../front";
import { describeInstanceAttribute } from "./describe-instance-attribute";
import { describeInstances } from "./describe-instances";
import { describeNetworkInterfaces } from "./describe-network-interfaces";
import { describeSecurityGroups } from "./describe-security-groups";
import { errors } from "./errors";
import { joinSecurityGroup } from "./join-security-group";
import { leaveSecurityGroup } from "./leave-security-group";

/** Elastic Compute Service, API 2014-05-26: https://www.alibabacloud.com/help/en/ecs/developer-reference/ */
export const ecs = rpcFront({
  name: "Ecs",
  version: "2014-05-26",
  actions: {
    JoinSecurityGroup: joinSecurityGroup,
    LeaveSecurityGroup: leaveSecurityGroup,
    DescribeInstances: describeInstances,
    DescribeInstanceAttribute: describeInstanceAttribute,
    DescribeNetworkInterfaces: describeNetworkInterfaces,
    DescribeSecurityGroups: describeSecurityGroups,
  },
  // Source: Alibaba Cloud ECS API, "Client errors" (2021-07).
  forbidden: new VendorError(
    403,
    "Forbidden.RAM",
    "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
  ),
  busy: errors.conflict,
  overlap: () => errors.conflict,
});
