import { errors } from "../errors";
import type { Action } from "../front";
import { integer, list, required } from "../parameters";
import { checkRegion, own, paged } from "../resources";
import type { AlicloudWorld, ScalingGroup } from "../world";
import { attached } from "./scaling-group";

/**
 * Unknown and deleted ids are left out, without an error.
 * Source: Alibaba Cloud Auto Scaling API 2014-08-28, DescribeScalingGroups, parameters and nesting of the JSON answer (2021-07).
 */
export const describeScalingGroups: Action = {
  kind: "read",
  run(call) {
    const { world, parameters } = call;
    required(parameters, "RegionId");
    checkRegion(call);
    const ids = list(parameters, "ScalingGroupId");
    if (ids.length > 20) throw errors.invalid("ScalingGroupId.21");
    const number = integer(parameters, "PageNumber", { least: 1, most: 2 ** 31, otherwise: 1 });
    const size = integer(parameters, "PageSize", { least: 1, most: 50, otherwise: 10 });
    const found = own(world.scalingGroups, call).filter(([id]) => ids.length === 0 || ids.includes(id));
    const { page, ...counts } = paged(found, number, size);
    return {
      ...counts,
      ScalingGroups: { ScalingGroup: page.map(([id, group]) => describe(id, group, world)) },
    };
  },
};

function describe(id: string, group: ScalingGroup, world: AlicloudWorld): object {
  const byLoadBalancer = new Map<string, object[]>();
  for (const { loadBalancerId, vserverGroupId, port, weight } of attached(group, world)) {
    const attributes = byLoadBalancer.get(loadBalancerId) ?? [];
    attributes.push({ VServerGroupId: vserverGroupId, Port: port, Weight: weight });
    byLoadBalancer.set(loadBalancerId, attributes);
  }
  return {
    ScalingGroupId: id,
    ScalingGroupName: group.name,
    RegionId: group.regionId,
    VpcId: group.vpcId,
    LifecycleState: group.lifecycleState,
    TotalCapacity: group.instanceIds.length,
    VServerGroups: {
      VServerGroup: [...byLoadBalancer].map(([LoadBalancerId, VServerGroupAttribute]) => ({
        LoadBalancerId,
        VServerGroupAttributes: { VServerGroupAttribute },
      })),
    },
  };
}
