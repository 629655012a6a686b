import type { Action } from "../front";
import { undocumented } from "./errors";
import { pair } from "./member";

/** Source: Alibaba Cloud ENS API 2017-11-10, LeaveSecurityGroup. */
export const leaveSecurityGroup: Action = {
  kind: "write",
  parents: ["InstanceId", "NetworkInterfaceId"],
  run(call) {
    const { member, groupId, groupIds } = pair(call);
    const { context } = call;
    const refuse = (error: ReturnType<typeof undocumented>) => {
      if (error !== undefined) throw error;
    };
    if (!groupIds.includes(groupId)) {
      refuse(undocumented(context.variant("ens.leaveNotMember") ?? "success"));
      return {};
    }
    if (groupIds.length === 1) refuse(undocumented(context.variant("ens.leaveLast") ?? "interfaceError"));
    member.securityGroupIds = groupIds.filter((id) => id !== groupId);
    return {};
  },
};
