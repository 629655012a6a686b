import type { Action } from "../front";
import { undocumented } from "./errors";
import { pair } from "./member";

/** Source: Alibaba Cloud ENS API 2017-11-10, JoinSecurityGroup. */
export const joinSecurityGroup: Action = {
  kind: "write",
  parents: ["InstanceId", "NetworkInterfaceId"],
  run(call) {
    const { member, groupId, groupIds } = pair(call);
    if (groupIds.includes(groupId)) {
      const error = undocumented(call.context.variant("ens.joinMember") ?? "success");
      if (error !== undefined) throw error;
      return {};
    }
    member.securityGroupIds = [...groupIds, groupId];
    return {};
  },
};
