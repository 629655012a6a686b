import { rpcFront } from "../front";
import { describeInstances } from "./describe-instances";
import { describeNetworkInterfaces } from "./describe-network-interfaces";
import { describeSecurityGroups } from "./describe-security-groups";
import { errors } from "./errors";
import { joinSecurityGroup } from "./join-security-group";
import { leaveSecurityGroup } from "./leave-security-group";

/** Edge Node Service, API 2017-11-10: https://www.alibabacloud.com/help/en/ens/latest/api-ens-2017-11-10-overview */
export const ens = rpcFront({
  name: "Ens",
  version: "2017-11-10",
  actions: {
    JoinSecurityGroup: joinSecurityGroup,
    LeaveSecurityGroup: leaveSecurityGroup,
    DescribeInstances: describeInstances,
    DescribeNetworkInterfaces: describeNetworkInterfaces,
    DescribeSecurityGroups: describeSecurityGroups,
  },
  forbidden: errors.forbidden,
  busy: errors.status,
});
