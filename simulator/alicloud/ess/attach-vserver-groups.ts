import { VendorError } from "../../cloud";
import type { Action, RpcCall } from "../front";
import { flag } from "../parameters";
import type { ScalingGroup, VServerGroupAttachment } from "../world";
import { attached, same, scalingGroup } from "./scaling-group";
import { vserverGroupsParameter } from "./vserver-groups-parameter";

/** Source: Alibaba Cloud Auto Scaling API 2014-08-28, AttachVServerGroups, error codes (2021-07; the same on 2024-05-30). */
const errors = {
  noLoadBalancer: (id: string) =>
    new VendorError(404, "InvalidLoadBalancerId.NotFound", `The load balancer "${id}" does not exist.`),
  region: (id: string) =>
    new VendorError(
      400,
      "InvalidLoadBalancerId.RegionMismatch",
      `The load balancer "${id}" and the specified scaling group are not in the same Region.`,
    ),
  status: (id: string) =>
    new VendorError(
      400,
      "IncorrectLoadBalancerStatus",
      `The current status of the load balancer "${id}" does not support this action.`,
    ),
  healthCheck: (id: string) =>
    new VendorError(
      400,
      "IncorrectLoadBalancerHealthCheck",
      `The current health check type of the load balancer "${id}" does not support this action.`,
    ),
  vpc: (id: string) =>
    new VendorError(
      400,
      "InvalidLoadBalancerId.VPCMismatch",
      `The specified virtual switch and the instance in the load balancer "${id}" are not in the same VPC.`,
    ),
  notOfLoadBalancer: (id: string) =>
    new VendorError(
      400,
      "InvalidVServerGroupId.ForLoadBalancer",
      `Invalid VServerGroupId For LoadBalancer "${id}".`,
    ),
  quota: new VendorError(
    400,
    "QuotaExceeded.VServerGroup",
    "VServerGroup quota exceeded in the specified scaling group.",
  ),
};

/** All or nothing: every tuple is checked before the first is attached. */
export const attachVServerGroups: Action = {
  kind: "write",
  parents: ["ScalingGroupId"],
  run(call) {
    const { world, parameters, context } = call;
    const group = scalingGroup(call);
    const tuples = vserverGroupsParameter(parameters);
    for (const tuple of tuples) check(tuple, group, call);

    const before = attached(group, world);
    const isOld = (tuple: VServerGroupAttachment) => before.some((item) => same(item, tuple));
    const added = tuples.filter((tuple) => !isOld(tuple));
    if (before.length + added.length > world.quotas.vserverGroupsPerScalingGroup) throw errors.quota;
    // The vendor says nothing of a tuple that is attached already. No error is documented for it, so it is let be.
    const updated = before.map((item) =>
      context.variant("ess.attachTwice") === "updateWeight"
        ? (tuples.find((tuple) => same(item, tuple)) ?? item)
        : item,
    );
    group.vserverGroups = [...updated, ...added];
    if (flag(parameters, "ForceAttach")) register(tuples, group, call);
    return {};
  },
};

function check(tuple: VServerGroupAttachment, group: ScalingGroup, { world }: RpcCall): void {
  const { loadBalancerId: id, vserverGroupId } = tuple;
  const balancer = Object.hasOwn(world.loadBalancers, id) ? world.loadBalancers[id] : undefined;
  if (balancer === undefined || balancer.accountId !== group.accountId) throw errors.noLoadBalancer(id);
  if (balancer.regionId !== group.regionId) throw errors.region(id);
  if (balancer.status !== "active") throw errors.status(id);
  if (!balancer.listeners.some(({ healthCheck }) => healthCheck)) throw errors.healthCheck(id);
  if (balancer.vpcId !== group.vpcId) throw errors.vpc(id);
  if (world.vserverGroups[vserverGroupId]?.loadBalancerId !== id) throw errors.notOfLoadBalancer(id);
}

/** ForceAttach: also the instances that the scaling group has by now get traffic. */
function register(tuples: VServerGroupAttachment[], group: ScalingGroup, { world }: RpcCall): void {
  for (const { vserverGroupId, port, weight } of tuples) {
    const backends = world.vserverGroups[vserverGroupId]?.backends ?? [];
    for (const serverId of group.instanceIds) {
      if (!backends.some((item) => item.serverId === serverId && item.port === port)) {
        backends.push({ serverId, port, weight });
      }
    }
  }
}
