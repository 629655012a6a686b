import type { Action, RpcCall } from "../front";
import { errors } from "./errors";
import { pair } from "./member";

/** Source: Alibaba Cloud ECS API 2014-05-26, LeaveSecurityGroup. */
export const leaveSecurityGroup: Action = {
  kind: "write",
  parents: ["InstanceId", "NetworkInterfaceId"],
  run(call) {
    const { member, groupId } = pair(call);
    if (!member.groupIds.includes(groupId)) return notMember(call);
    // "An instance or ENI must be added to at least one security group."
    if (member.groupIds.length === 1) {
      throw member.kind === "instance" ? errors.lastOfInstance : errors.lastOfInterface;
    }
    member.setGroupIds(member.groupIds.filter((id) => id !== groupId));
    return {};
  },
};

/**
 * "Alibaba Cloud modified verification rules for the LeaveSecurityGroup operation on July 8, 2024": the error code instead
 * of success. The variants are what it was before, and the older code that the table still has.
 */
function notMember({ context }: RpcCall): object {
  const variant = context.variant("ecs.leaveNotMember");
  if (variant === "success") return {};
  throw variant === "notInGroup" ? errors.notMemberOld : errors.notMember;
}
