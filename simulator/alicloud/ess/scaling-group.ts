import { VendorError } from "../../cloud";
import type { RpcCall } from "../front";
import { required } from "../parameters";
import { checkRegion, ownOne } from "../resources";
import type { AlicloudWorld, ScalingGroup, VServerGroupAttachment } from "../world";

/** The scaling group that a call names. Source of both errors: Alibaba Cloud Auto Scaling API, error codes (2021-07). */
export function scalingGroup(call: RpcCall): ScalingGroup {
  const { parameters, world } = call;
  required(parameters, "RegionId");
  const id = required(parameters, "ScalingGroupId");
  checkRegion(call);
  const group = ownOne(world.scalingGroups, id, call);
  if (group === undefined) {
    throw new VendorError(
      404,
      "InvalidScalingGroupId.NotFound",
      "The specified scaling group does not exist.",
    );
  }
  if (group.lifecycleState === "Deleting") {
    throw new VendorError(
      400,
      "IncorrectScalingGroupStatus",
      "The current status of the specified scaling group does not support this action.",
    );
  }
  return group;
}

/**
 * What is attached now. Auto Scaling detaches by itself when the load balancer or the VServer group is deleted
 * (Alibaba Cloud Auto Scaling, "Limits": alibabacloud.com/help/en/auto-scaling/product-overview/limits).
 */
export const attached = (group: ScalingGroup, world: AlicloudWorld): VServerGroupAttachment[] =>
  group.vserverGroups.filter(
    ({ loadBalancerId, vserverGroupId }) =>
      world.loadBalancers[loadBalancerId] !== undefined &&
      world.vserverGroups[vserverGroupId]?.loadBalancerId === loadBalancerId,
  );

/** The same group on another port is another attachment (AttachVServerGroups, description). */
export const same = (one: Omit<VServerGroupAttachment, "weight">, two: typeof one): boolean =>
  one.loadBalancerId === two.loadBalancerId &&
  one.vserverGroupId === two.vserverGroupId &&
  one.port === two.port;
