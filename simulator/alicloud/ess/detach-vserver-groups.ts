import type { Action } from "../front";
import { flag } from "../parameters";
import { attached, same, scalingGroup } from "./scaling-group";
import { vserverGroupsParameter } from "./vserver-groups-parameter";

/**
 * A tuple that is not attached is ignored and the call succeeds; without ForceDetach the scaling group's instances stay
 * in the VServer group and keep getting traffic.
 * Source: Alibaba Cloud Auto Scaling API 2014-08-28, DetachVServerGroups, description and request parameters.
 */
export const detachVServerGroups: Action = {
  kind: "write",
  parents: ["ScalingGroupId"],
  run(call) {
    const { world, parameters } = call;
    const group = scalingGroup(call);
    const tuples = vserverGroupsParameter(parameters);
    const before = attached(group, world);
    const removed = before.filter((item) => tuples.some((tuple) => same(item, tuple)));
    group.vserverGroups = before.filter((item) => !removed.includes(item));
    if (!flag(parameters, "ForceDetach")) return {};
    for (const { vserverGroupId, port } of removed) {
      const vserverGroup = world.vserverGroups[vserverGroupId];
      if (vserverGroup === undefined) continue;
      vserverGroup.backends = vserverGroup.backends.filter(
        (backend) => backend.port !== port || !group.instanceIds.includes(backend.serverId),
      );
    }
    return {};
  },
};
