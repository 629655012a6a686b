import { apiFront } from "../front";
import { associateSecurityGroups } from "./associate-security-groups";
import { describeInstances } from "./describe-instances";
import { disassociateSecurityGroups } from "./disassociate-security-groups";
import { errors } from "./errors";

/** Cloud Virtual Machine, API 2017-03-12: https://www.tencentcloud.com/document/api/213 */
export const cvm = apiFront({
  name: "cvm",
  version: "2017-03-12",
  regional: true,
  actions: {
    AssociateSecurityGroups: associateSecurityGroups,
    DisassociateSecurityGroups: disassociateSecurityGroups,
    DescribeInstances: describeInstances,
  },
  overlap: () => errors.mutex,
});
