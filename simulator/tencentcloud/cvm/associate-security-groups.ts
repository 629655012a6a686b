import { binding } from "./binding";
import { errors } from "./errors";

/** Source: Tencent Cloud CVM API 2017-03-12, AssociateSecurityGroups (https://www.tencentcloud.com/document/api/213/33265). */
export const associateSecurityGroups = binding("AssociateSecurityGroups", {
  check({ id, state, groups }, groupId, { world, variant }) {
    if (state === "PENDING") throw errors.pending(id);
    if (state === "SHUTDOWN") throw errors.isolating(id);
    if (groups.includes(groupId)) {
      if (variant("cvm.associateTwice") === "error") throw errors.failed;
      return;
    }
    const { securityGroupsPerInstance, instancesPerSecurityGroup } = world.quotas;
    if (groups.length >= securityGroupsPerInstance) throw errors.groupsOfInstance;
    const members = Object.values(world.instances).filter((other) =>
      other.securityGroupIds.includes(groupId),
    );
    if (members.length >= instancesPerSecurityGroup) throw errors.instancesOfGroup;
  },
  // A new group comes last: "matched in the order in which they were bound".
  change: (groups, groupId) => (groups.includes(groupId) ? groups : [...groups, groupId]),
});
