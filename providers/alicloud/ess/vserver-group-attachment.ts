import type * as pulumi from "@pulumi/pulumi";
import type { InferOutput } from "valibot";
import { listed } from "../../core/cloud/answer";
import {
  association,
  batched,
  type Finding,
  type ListedPair,
  type ListedParent,
} from "../../core/contract/association";
import type { Deadline } from "../../core/contract/cloud";
import { cloudId, flag, identity, integer, type Plain, setting } from "../../core/contract/fields";
import { attachmentResource, attachmentsResource, type CommonInputs } from "../../core/program/resource";
import { given } from "../../core/util/given";
import { schema } from "../../core/util/schema";
import { accepted, after, named, page } from "../answers";
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
 * Attaches a VServer group of a Classic Load Balancer to an Alibaba Cloud scaling group. Additive: other VServer groups of the
 * scaling group are never touched.
 *
 * The identity is (scalingGroupId, loadBalancerId, vserverGroupId, port); the same VServer group on another port is another
 * attachment. The id is `asg-1:lb-2:rsp-3:80`. Last group: a scaling group needs none, so the last one can be detached.
 *
 * ```ts
 * new alicloud.ess.VServerGroupAttachment("web-80", { scalingGroupId, loadBalancerId, vserverGroupId, port: 80 });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/alicloud-ess-vserver-group-attachment.md).
 */
export class VServerGroupAttachment extends attachmentResource<VServerGroupAttachmentArgs, typeof fields>() {
  constructor(name: string, args: VServerGroupAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(vserverGroupAttachment, name, args, opts);
  }
}

/** Arguments of {@link VServerGroupAttachments}. */
export interface VServerGroupAttachmentsArgs extends CommonInputs {
  /** Scaling group (string, `asg-...`) of all attachments. A change replaces. */
  scalingGroupId: pulumi.Input<string>;
  /**
   * VServer groups with their ports (list of objects, whose arguments are those of {@link VServerGroupAttachmentArgs}). What is new is
   * attached and a setting is changed in place; a list that lost some replaces the resource under the same id, so that an attachment
   * another resource has taken over in the same update is never detached. Up to 2,000; order makes no difference.
   */
  attachments: pulumi.Input<pulumi.Input<VServerGroup>[]>;
}

/** One of {@link VServerGroupAttachmentsArgs}' attachments. */
export type VServerGroup = Omit<VServerGroupAttachmentArgs, "scalingGroupId" | keyof CommonInputs>;

/**
 * Attaches many VServer groups to an Alibaba Cloud scaling group. Additive: other VServer groups are never touched.
 *
 * The id is the scaling group's. Last group: a scaling group needs none, so the last one can be detached.
 *
 * ```ts
 * const attachments = [{ loadBalancerId, vserverGroupId, port: 80 }];
 * new alicloud.ess.VServerGroupAttachments("web", { scalingGroupId, attachments });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/alicloud-ess-vserver-group-attachment.md#many-at-once).
 */
export class VServerGroupAttachments extends attachmentsResource<
  VServerGroupAttachmentsArgs,
  pulumi.Unwrap<VServerGroup>
>() {
  constructor(name: string, args: VServerGroupAttachmentsArgs, opts?: pulumi.CustomResourceOptions) {
    super(vserverGroupAttachment, name, args, opts);
  }
}

const fields = {
  scalingGroupId: identity(cloudId()),
  loadBalancerId: identity(cloudId()),
  vserverGroupId: identity(cloudId()),
  port: identity(integer(1, 65535)),
  weight: setting(integer(0, 100), { default: 50, observed: true }),
  forceAttach: setting(flag(), { default: false }),
  forceDetach: setting(flag(), { default: false }),
};

type Pair = Plain<VServerGroupAttachmentArgs, typeof fields>;

/** How it is attached, found and detached. */
export const vserverGroupAttachment = association<Pair, AlicloudSession>({
  token: "alicloud/ess:VServerGroupAttachment",
  cloud: alicloud,
  fields,
  plural: {
    attachments: ["loadBalancerId", "vserverGroupId", "port", "weight", "forceAttach", "forceDetach"],
  },
  id: (pair) => [pair.scalingGroupId, pair.loadBalancerId, pair.vserverGroupId, pair.port].join(":"),
  parseId: (id) => {
    const [scalingGroupId, loadBalancerId, vserverGroupId, port] = id.split(":");
    return { scalingGroupId, loadBalancerId, vserverGroupId, port: Number(port) };
  },
  describe: (pair) => ({
    what: `VServer group ${pair.vserverGroupId} of ${pair.loadBalancerId} on port ${pair.port}`,
    where: `scaling group ${pair.scalingGroupId}`,
  }),
  parent: (pair) => `scaling group ${pair.scalingGroupId}`,

  find: batched(
    // "ScalingGroupId.N: 1 to 20" (DescribeScalingGroups, 2014-08-28).
    { fits: (pairs) => scalingGroupIds(pairs).length <= 20 },
    async (session, pairs, deadline) => {
      const ids = scalingGroupIds(pairs);
      const { items, ...answer } = await groupsPage(session, ids, deadline, 1);
      const groups = listed(items, ({ ScalingGroupId }) => ScalingGroupId, ids, answer);
      return pairs.map((pair) => findIn(groups.get(pair.scalingGroupId), pair));
    },
  ),
  attach: batched(
    {
      common: ({ scalingGroupId, forceAttach }) => ({ scalingGroupId, force: { ForceAttach: forceAttach } }),
      fits: fitsOneCall,
    },
    (session, pairs, deadline, common) => write(session, "AttachVServerGroups", pairs, common, deadline),
  ),
  detach: batched(
    {
      common: ({ scalingGroupId, forceDetach }) => ({ scalingGroupId, force: { ForceDetach: forceDetach } }),
      fits: fitsOneCall,
    },
    (session, pairs, deadline, common) => write(session, "DetachVServerGroups", pairs, common, deadline),
  ),
  nowhere: {
    scalingGroupId: "asg-bp100000000000000000",
    loadBalancerId: "lb-bp1000000000000000000",
    vserverGroupId: "rsp-bp10000000000000",
    port: 80,
    weight: 0,
    forceAttach: false,
    forceDetach: false,
  },
  list(session, { parents }) {
    const ids = parents?.filter((id) => id.startsWith("asg-"));
    if (ids?.length === 0) return [];
    const few = ids && ids.length <= 20 ? ids : undefined;
    return [
      {
        what: "scaling groups",
        async page(deadline, at = "1") {
          const { items, total, next } = await groupsPage(session, few, deadline, Number(at));
          return { parents: items.map(parentOf), total, ...given({ next }) };
        },
      },
    ];
  },
  // The API has no way to change a weight.
  async change(session, pair, deadline) {
    const { scalingGroupId } = pair;
    const off = { scalingGroupId, force: { ForceDetach: false } };
    const on = { scalingGroupId, force: { ForceAttach: false } };
    await write(session, "DetachVServerGroups", [pair], off, deadline);
    await write(session, "AttachVServerGroups", [pair], on, deadline);
  },
});

function scalingGroupIds(pairs: readonly Pair[]): string[] {
  return [...new Set(pairs.map((pair) => pair.scalingGroupId))];
}

/** "VServerGroup.N: 1 to 5" load balancers with "VServerGroupAttribute.M: 1 to 5" groups each. */
function fitsOneCall(pairs: readonly Pair[]): boolean {
  const groups = [...byLoadBalancer(pairs).values()];
  return groups.length <= 5 && groups.every((attributes) => attributes.length <= 5);
}

function byLoadBalancer(pairs: readonly Pair[]): Map<string, Pair[]> {
  const groups = new Map<string, Pair[]>();
  for (const pair of pairs) {
    groups.set(pair.loadBalancerId, [...(groups.get(pair.loadBalancerId) ?? []), pair]);
  }
  return groups;
}

async function write(
  session: AlicloudSession,
  action: "AttachVServerGroups" | "DetachVServerGroups",
  pairs: readonly Pair[],
  { scalingGroupId, force }: { scalingGroupId: string; force: Record<string, boolean> },
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
  const where = { RegionId: session.region, ScalingGroupId: scalingGroupId };
  const ids = pairs.map(vserverGroupAttachment.id);
  await session.call("ess", action, { ...where, ...force, VServerGroup: groups }, deadline, ids, accepted);
}

const attribute = schema((v) =>
  v.object({ VServerGroupId: v.string(), Port: v.number(), Weight: v.number() }),
);

const scalingGroup = schema((v) => {
  const attributes = v.object({ VServerGroupAttribute: v.array(attribute()) });
  const entry = v.object({ LoadBalancerId: v.string(), VServerGroupAttributes: attributes });
  return v.object({
    ScalingGroupId: v.string(),
    ScalingGroupName: v.nullish(v.string()),
    VpcId: v.nullish(v.string()),
    LifecycleState: v.string(),
    // Left out where there are none.
    VServerGroups: v.nullish(v.object({ VServerGroup: v.array(entry) })),
  });
});

/** The part of DescribeScalingGroups' answer that matters. A scaling group that does not exist is left out of the list. */
const scalingGroups = schema((v) =>
  v.object({ ...page().entries, ScalingGroups: v.object({ ScalingGroup: v.array(scalingGroup()) }) }),
);

type ScalingGroup = InferOutput<ReturnType<typeof scalingGroup>>;

function findIn(group: ScalingGroup | undefined, pair: Pair): Finding<Pair> {
  if (!group || group.LifecycleState === "Deleting") {
    return { state: "missing", what: `scaling group ${pair.scalingGroupId}` };
  }
  const found = (group.VServerGroups?.VServerGroup ?? [])
    .filter((entry) => entry.LoadBalancerId === pair.loadBalancerId)
    .flatMap((entry) => entry.VServerGroupAttributes.VServerGroupAttribute)
    .find((entry) => entry.VServerGroupId === pair.vserverGroupId && entry.Port === pair.port);
  return found ? { state: "attached", observed: { weight: found.Weight } } : { state: "detached" };
}

/** "PageSize: at most 50" (DescribeScalingGroups, 2014-08-28). */
const PAGE = 50;

/** A page of all scaling groups, or of these, which are at most 20. */
async function groupsPage(
  session: AlicloudSession,
  ids: readonly string[] | undefined,
  deadline: Deadline,
  number: number,
) {
  const action = "DescribeScalingGroups";
  const where = { RegionId: session.region, PageNumber: number, PageSize: PAGE };
  const parameters = { ...where, ...given({ ScalingGroupId: ids }) };
  const answer = await session.call("ess", action, parameters, deadline, ids ?? [], scalingGroups);
  return { items: answer.ScalingGroups.ScalingGroup, ...after(number, PAGE, answer, action) };
}

function parentOf(group: ScalingGroup): ListedParent<Pair> {
  return {
    id: group.ScalingGroupId,
    ...named(group.ScalingGroupName, group.ScalingGroupId),
    ...given({ network: group.VpcId ?? undefined }),
    attached: group.LifecycleState === "Deleting" ? [] : attachedTo(group),
  };
}

function attachedTo({ ScalingGroupId: scalingGroupId, VServerGroups }: ScalingGroup): ListedPair<Pair>[] {
  return (VServerGroups?.VServerGroup ?? []).flatMap(({ LoadBalancerId: loadBalancerId, ...entry }) =>
    entry.VServerGroupAttributes.VServerGroupAttribute.map(
      ({ VServerGroupId: vserverGroupId, Port: port, Weight: weight }) => ({
        pair: {
          scalingGroupId,
          loadBalancerId,
          vserverGroupId,
          port,
          weight,
          forceAttach: false,
          forceDetach: false,
        },
        group: vserverGroupId,
        seen: { state: "attached", observed: { weight } },
      }),
    ),
  );
}
