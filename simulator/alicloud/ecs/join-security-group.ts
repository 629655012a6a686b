import type { Action, RpcCall } from "../front";
import { errors } from "./errors";
import { memberCount, type Pair, pair } from "./member";

/** Source: Alibaba Cloud ECS API 2014-05-26, JoinSecurityGroup (description: same region, same VPC, at most five groups). */
export const joinSecurityGroup: Action = {
  kind: "write",
  parents: ["InstanceId", "NetworkInterfaceId"],
  run(call) {
    const found = pair(call);
    const { member, groupId } = found;
    if (member.groupIds.includes(groupId)) return twice(found, call);
    check(found, call);
    member.setGroupIds([...member.groupIds, groupId]);
    return {};
  },
};

/** The table has a code for an instance that is in the group already, and none for an ENI. */
function twice({ member }: Pair, { context }: RpcCall): object {
  if (member.kind === "interface" && context.variant("ecs.joinEniTwice") === "success") return {};
  throw errors.alreadyMember;
}

function check({ member, groupId, group }: Pair, { world }: RpcCall): void {
  const { quotas, securityGroups } = world;
  if (group.vpcId !== member.vpcId)
    throw member.kind === "instance" ? errors.instanceVpc : errors.interfaceVpc;
  if (member.groupIds.some((id) => securityGroups[id]?.type !== group.type)) throw errors.mixedTypes;
  if (member.groupIds.length >= quotas.securityGroupsPerInstance) throw errors.tooManyGroups;
  const members = memberCount(groupId, world);
  if (group.type === "normal" && members >= quotas.membersPerBasicGroup) throw errors.basicGroupFull;
  if (group.type === "enterprise" && members >= quotas.membersPerAdvancedGroup)
    throw errors.advancedGroupFull;
}
