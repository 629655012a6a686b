import type * as pulumi from "@pulumi/pulumi";
import type { CommonArgs, Finding } from "../../core/contract/association";
import type { Deadline } from "../../core/contract/cloud";
import { cloudId, flag, identity, integer, setting } from "../../core/contract/fields";
import { association } from "../../core/contract/kind";
import { AttachmentResource, type CommonInputs } from "../../core/program/resource";
import type { AlicloudSession } from "../client";
import { alicloud } from "../cloud";

/** Arguments of {@link VServerGroupAttachment}. Source: Alibaba Cloud Auto Scaling API 2014-08-28, AttachVServerGroups. */
export interface VServerGroupAttachmentArgs extends CommonInputs {
  /** Scaling group (string, `asg-...`). A change replaces. */
  scalingGroupId: pulumi.Input<string>;
  /** Classic Load Balancer the VServer group belongs to (string, `lb-...`). A change replaces. */
  loadBalancerId: pulumi.Input<string>;
  /** VServer group (string, `rsp-...`). A change replaces. */
  vserverGroupId: pulumi.Input<string>;
  /** Port that the scaling group's instances serve (1 to 65535). A change replaces. */
  port: pulumi.Input<number>;
  /**
   * Weight of the instances in the VServer group (0 to 100). Default 50. A change updates in place, by detaching
   * (instances stay in the VServer group) and attaching again, since the API cannot change it.
   */
  weight?: pulumi.Input<number>;
  /**
   * Whether attach also puts the scaling group's present instances into the VServer group (boolean). Default false:
   * only instances launched later. A change updates in place and touches no instance.
   */
  forceAttach?: pulumi.Input<boolean>;
  /**
   * Whether detach also takes the scaling group's instances out of the VServer group (boolean). Default false: they stay
   * and go on receiving traffic. A change updates in place and takes effect at detach.
   */
  forceDetach?: pulumi.Input<boolean>;
}

/**
 * Attaches a VServer group of a Classic Load Balancer to an Alibaba Cloud scaling group. Additive: other VServer groups
 * of the scaling group are never touched.
 *
 * The identity is (scalingGroupId, loadBalancerId, vserverGroupId, port); the same VServer group on another port is
 * another attachment. The id is `asg-1:lb-2:rsp-3:80`.
 *
 * ```ts
 * new alicloud.ess.VServerGroupAttachment("web-80", { scalingGroupId, loadBalancerId, vserverGroupId, port: 80 });
 * ```
 */
export class VServerGroupAttachment extends AttachmentResource {
  /** Scaling group. */
  declare readonly scalingGroupId: pulumi.Output<string>;
  /** Classic Load Balancer. */
  declare readonly loadBalancerId: pulumi.Output<string>;
  /** VServer group. */
  declare readonly vserverGroupId: pulumi.Output<string>;
  /** Port. */
  declare readonly port: pulumi.Output<number>;
  /** Weight, as the cloud showed it last. */
  declare readonly weight: pulumi.Output<number>;
  /** Whether attach took in the present instances. */
  declare readonly forceAttach: pulumi.Output<boolean>;
  /** Whether detach will take out the instances. */
  declare readonly forceDetach: pulumi.Output<boolean>;

  /** @throws Error for what {@link AttachmentResource} refuses; wrong arguments are reported by `pulumi preview`. */
  constructor(name: string, args: VServerGroupAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(vserverGroupAttachment, name, { ...args }, opts);
  }
}

interface Args extends CommonArgs {
  scalingGroupId: string;
  loadBalancerId: string;
  vserverGroupId: string;
  port: number;
  weight: number;
  forceAttach: boolean;
  forceDetach: boolean;
}

/** How it is attached, found and detached. */
export const vserverGroupAttachment = association<Args, AlicloudSession>({
  token: "alicloud/ess:VServerGroupAttachment",
  cloud: alicloud,
  fields: {
    scalingGroupId: identity(cloudId()),
    loadBalancerId: identity(cloudId()),
    vserverGroupId: identity(cloudId()),
    port: identity(integer(1, 65535)),
    weight: setting(integer(0, 100), { default: 50, observed: true }),
    forceAttach: setting(flag(), { default: false }),
    forceDetach: setting(flag(), { default: false }),
  },
  id: (pair) => [pair.scalingGroupId, pair.loadBalancerId, pair.vserverGroupId, pair.port].join(":"),
  describe: (pair) => ({
    what: `VServer group ${pair.vserverGroupId} of ${pair.loadBalancerId} on port ${pair.port}`,
    where: `scaling group ${pair.scalingGroupId}`,
  }),
  parent: (pair) => `scaling group ${pair.scalingGroupId}`,

  find: {
    lane: () => "DescribeScalingGroups",
    // "ScalingGroupId.N: 1 to 20" (DescribeScalingGroups, 2014-08-28).
    fits: (pairs) => new Set(pairs.map((pair) => pair.scalingGroupId)).size <= 20,
    async call(session, pairs, deadline): Promise<Finding<Args>[]> {
      const ids = [...new Set(pairs.map((pair) => pair.scalingGroupId))];
      const parameters = { RegionId: session.region, ScalingGroupId: ids, PageSize: 50 };
      const answer = await session.call<ScalingGroups>(
        "ess",
        "DescribeScalingGroups",
        parameters,
        deadline,
        ids,
      );
      const groups = answer.ScalingGroups?.ScalingGroup ?? [];
      return pairs.map((pair) => findIn(groups, pair));
    },
  },
  attach: {
    lane: (pair) => `AttachVServerGroups ${pair.scalingGroupId} ${pair.forceAttach}`,
    fits: fitsOneCall,
    call: (session, pairs, deadline) =>
      write(session, "AttachVServerGroups", pairs, { ForceAttach: pairs[0]?.forceAttach }, deadline),
  },
  detach: {
    lane: (pair) => `DetachVServerGroups ${pair.scalingGroupId} ${pair.forceDetach}`,
    fits: fitsOneCall,
    call: (session, pairs, deadline) =>
      write(session, "DetachVServerGroups", pairs, { ForceDetach: pairs[0]?.forceDetach }, deadline),
  },
  async change(session, pair, deadline) {
    await write(session, "DetachVServerGroups", [pair], { ForceDetach: false }, deadline);
    await write(session, "AttachVServerGroups", [pair], { ForceAttach: false }, deadline);
  },
});

/** "VServerGroup.N: 1 to 5" load balancers with "VServerGroupAttribute.M: 1 to 5" groups each. */
function fitsOneCall(pairs: readonly Args[]): boolean {
  const groups = [...byLoadBalancer(pairs).values()];
  return groups.length <= 5 && groups.every((attributes) => attributes.length <= 5);
}

function byLoadBalancer(pairs: readonly Args[]): Map<string, Args[]> {
  const groups = new Map<string, Args[]>();
  for (const pair of pairs) {
    groups.set(pair.loadBalancerId, [...(groups.get(pair.loadBalancerId) ?? []), pair]);
  }
  return groups;
}

async function write(
  session: AlicloudSession,
  action: "AttachVServerGroups" | "DetachVServerGroups",
  pairs: readonly Args[],
  force: { ForceAttach?: boolean | undefined; ForceDetach?: boolean | undefined },
  deadline: Deadline,
): Promise<void> {
  const groups = [...byLoadBalancer(pairs)].map(([LoadBalancerId, members]) => ({
    LoadBalancerId,
    VServerGroupAttribute: members.map((pair) => ({
      VServerGroupId: pair.vserverGroupId,
      Port: pair.port,
      ...(action === "AttachVServerGroups" ? { Weight: pair.weight } : {}),
    })),
  }));
  const ScalingGroupId = pairs[0]?.scalingGroupId;
  await session.call(
    "ess",
    action,
    { RegionId: session.region, ScalingGroupId, ...force, VServerGroup: groups },
    deadline,
    pairs.map(vserverGroupAttachment.id),
  );
}

/** The part of DescribeScalingGroups' answer that matters. A scaling group that does not exist is left out of it. */
interface ScalingGroups {
  ScalingGroups?: { ScalingGroup?: ScalingGroup[] };
}

interface ScalingGroup {
  ScalingGroupId: string;
  LifecycleState?: "Active" | "Inactive" | "Deleting";
  VServerGroups?: {
    VServerGroup?: {
      LoadBalancerId: string;
      VServerGroupAttributes?: {
        VServerGroupAttribute?: { VServerGroupId: string; Port: number; Weight: number }[];
      };
    }[];
  };
}

function findIn(groups: ScalingGroup[], pair: Args): Finding<Args> {
  const group = groups.find((candidate) => candidate.ScalingGroupId === pair.scalingGroupId);
  if (!group || group.LifecycleState === "Deleting") {
    return { state: "missing", what: `scaling group ${pair.scalingGroupId}` };
  }
  const attribute = (group.VServerGroups?.VServerGroup ?? [])
    .filter((entry) => entry.LoadBalancerId === pair.loadBalancerId)
    .flatMap((entry) => entry.VServerGroupAttributes?.VServerGroupAttribute ?? [])
    .find((entry) => entry.VServerGroupId === pair.vserverGroupId && Number(entry.Port) === pair.port);
  return attribute
    ? { state: "attached", observed: { weight: Number(attribute.Weight) } }
    : { state: "detached" };
}
