import type * as pulumi from "@pulumi/pulumi";
import type { InferOutput } from "valibot";
import { listed } from "../../core/cloud/answer";
import { association, batched, type Finding, type ListedParent } from "../../core/contract/association";
import type { Deadline } from "../../core/contract/cloud";
import { CloudError } from "../../core/contract/errors";
import { cloudId, identity, type Plain } from "../../core/contract/fields";
import { attachmentResource, type CommonInputs } from "../../core/program/resource";
import {
  type SecurityGroupAttachmentsArgs,
  SecurityGroupAttachmentsResource,
} from "../../core/program/security-groups";
import { given } from "../../core/util/given";
import { schema } from "../../core/util/schema";
import type { TencentcloudSession } from "../client";
import { tencentcloud } from "../cloud";

export type { SecurityGroupAttachmentsArgs };

/** Arguments of {@link SecurityGroupAttachment}. Source: Tencent Cloud CVM API 2017-03-12, AssociateSecurityGroups. */
export interface SecurityGroupAttachmentArgs extends CommonInputs {
  /** Instance (string, `ins-...`), whose primary network interface joins the group. A change replaces. */
  instanceId: pulumi.Input<string>;
  /** Security group (string, `sg-...`). A change replaces. */
  securityGroupId: pulumi.Input<string>;
}

/**
 * Binds a security group to a Tencent Cloud CVM instance. Additive: the instance's other groups are never touched.
 *
 * The identity is (instanceId, securityGroupId); the id is `ins-1#sg-2`. Groups apply in the order in which they were bound: a
 * new one comes last. An instance takes 5. Last group: CVM documents no rule; if it refuses the detach, bind another one first.
 * Do not list the same groups in `tencentcloud.Instance.securityGroups` or `orderlySecurityGroups`: it would undo this.
 *
 * ```ts
 * new tencentcloud.cvm.SecurityGroupAttachment("app-ssh", { instanceId, securityGroupId });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/tencentcloud-cvm-security-group-attachment.md).
 */
export class SecurityGroupAttachment extends attachmentResource<
  SecurityGroupAttachmentArgs,
  typeof fields
>() {
  constructor(name: string, args: SecurityGroupAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(cvmSecurityGroupAttachment, name, args, opts);
  }
}

/**
 * Binds a security group to many Tencent Cloud CVM instances, or many to one. Additive: other groups are never touched.
 *
 * The id is the group's or the instance's, whichever is given once. Last group: as for {@link SecurityGroupAttachment}.
 *
 * ```ts
 * new tencentcloud.cvm.SecurityGroupAttachments("app-ssh", { securityGroupId, instanceIds: [instanceId] });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/tencentcloud-cvm-security-group-attachment.md#many-at-once).
 */
export class SecurityGroupAttachments extends SecurityGroupAttachmentsResource {
  constructor(name: string, args: SecurityGroupAttachmentsArgs, opts?: pulumi.CustomResourceOptions) {
    super(cvmSecurityGroupAttachment, name, args, opts);
  }
}

const fields = { instanceId: identity(cloudId()), securityGroupId: identity(cloudId()) };

type Pair = Plain<SecurityGroupAttachmentArgs, typeof fields>;

/** How it is attached, found and detached. */
export const cvmSecurityGroupAttachment = association<Pair, TencentcloudSession>({
  token: "tencentcloud/cvm:SecurityGroupAttachment",
  cloud: tencentcloud,
  fields,
  plural: { instanceIds: "instanceId", securityGroupIds: "securityGroupId" },
  id: (pair) => `${pair.instanceId}#${pair.securityGroupId}`,
  parseId: (id) => {
    const [instanceId, securityGroupId] = id.split("#");
    return { instanceId, securityGroupId };
  },
  describe: (pair) => ({
    what: `security group ${pair.securityGroupId}`,
    where: `instance ${pair.instanceId}`,
  }),
  parent: (pair) => `instance ${pair.instanceId}`,
  // "Each CVM instance can be bound to at most 5 security groups" (Security group limits).
  perParent: { most: 5 },

  find: batched(
    // "InstanceIds: at most 100" (DescribeInstances); each comes with all of its groups.
    { fits: (pairs) => instanceIds(pairs).length <= 100 },
    async (session, pairs, deadline) => {
      const ids = instanceIds(pairs);
      const answer = await instancesPage(session, { InstanceIds: ids }, ids, deadline, 0);
      const found = listed(answer.instances, (each) => each.InstanceId, ids, answer);
      return pairs.map((pair): Finding<Pair> | Error => {
        const instance = found.get(pair.instanceId);
        return failureOf(session, instance, pair) ?? findIn(instance, pair);
      });
    },
  ),
  attach: batched({ common: groupOf, fits: fitsOneCall }, (session, pairs, deadline, group) =>
    write(session, "AssociateSecurityGroups", group, pairs, deadline),
  ),
  detach: batched({ common: groupOf, fits: fitsOneCall }, (session, pairs, deadline, group) =>
    write(session, "DisassociateSecurityGroups", group, pairs, deadline),
  ),
  nowhere: { instanceId: "ins-00000000", securityGroupId: "sg-00000000" },
  list(session, { parents, groups }) {
    // An id of another form would be refused, and the whole list with it.
    const ids = parents?.filter((id) => /^ins-[0-9a-z]+$/.test(id));
    if (ids?.length === 0) return [];
    // "At most 10 filters, each of at most 5 values", and never ids and filters together.
    const few = ids && ids.length <= 100 ? { InstanceIds: ids } : undefined;
    const inGroups =
      groups && groups.length <= 5 ? { Filters: [{ Name: "security-group-id", Values: groups }] } : {};
    return [
      {
        what: "instances",
        async page(deadline, at = "0") {
          const of = few ?? inGroups;
          const { instances, total } = await instancesPage(session, of, ids ?? [], deadline, Number(at));
          const next = Number(at) + PAGE;
          return { parents: instances.map(parentOf), total, ...(next < total ? { next: String(next) } : {}) };
        },
      },
    ];
  },
  // "The instance `['ins-meu2jpya']` already has operation in progress. Please try again later."
  named(error, pairs) {
    const ids = new Set(error.message.match(/\bins-[0-9a-z]+\b/g));
    return pairs.filter((pair) => ids.has(pair.instanceId));
  },
});

function instanceIds(pairs: readonly Pair[]): string[] {
  return [...new Set(pairs.map((pair) => pair.instanceId))];
}

/** "Only one security group and up to 100 instances" (AssociateSecurityGroups, DisassociateSecurityGroups). */
function groupOf(pair: Pair): string {
  return pair.securityGroupId;
}

function fitsOneCall(pairs: readonly Pair[]): boolean {
  return pairs.length <= 100;
}

async function write(
  session: TencentcloudSession,
  action: "AssociateSecurityGroups" | "DisassociateSecurityGroups",
  securityGroupId: string,
  pairs: readonly Pair[],
  deadline: Deadline,
): Promise<void> {
  const params = { SecurityGroupIds: [securityGroupId], InstanceIds: instanceIds(pairs) };
  const ids = pairs.map(cvmSecurityGroupAttachment.id);
  const { RequestId } = await session.call("cvm", action, params, deadline, ids, accepted);
  for (const id of ids) session.writes.set(id, RequestId);
}

/** The answer to a write: nothing but the id of the request. */
export const accepted = schema((v) => v.object({ RequestId: v.string() }));

/** The part of Instance (cvm_models of the SDK) that matters. */
const instance = schema((v) =>
  v.object({
    InstanceId: v.string(),
    InstanceName: v.nullish(v.string()),
    InstanceState: v.string(),
    VirtualPrivateCloud: v.nullish(v.object({ VpcId: v.nullish(v.string()) })),
    Tags: v.nullish(v.array(v.object({ Key: v.string(), Value: v.nullish(v.string()) }))),
    SecurityGroupIds: v.array(v.string()),
    LatestOperation: v.nullish(v.string()),
    LatestOperationState: v.nullish(v.string()),
    LatestOperationRequestId: v.nullish(v.string()),
    LatestOperationErrorMsg: v.nullish(v.string()),
  }),
);

/** The part of DescribeInstances' answer that matters. An unknown instance is left out of the list. */
const described = schema((v) =>
  v.object({ RequestId: v.string(), TotalCount: v.number(), InstanceSet: v.array(instance()) }),
);

type Instance = InferOutput<ReturnType<typeof instance>>;

/** "LatestOperationState: FAILED" of our own write, told once: what comes after it is another attempt. */
function failureOf(
  session: TencentcloudSession,
  instance: Instance | undefined,
  pair: Pair,
): CloudError | undefined {
  const id = cvmSecurityGroupAttachment.id(pair);
  const requestId = session.writes.get(id);
  if (!instance || !requestId || instance.LatestOperationRequestId !== requestId) return undefined;
  if (instance.LatestOperationState !== "FAILED") return undefined;
  session.writes.delete(id);
  const isBound = instance.SecurityGroupIds.includes(pair.securityGroupId);
  const action = instance.LatestOperation ?? "";
  if (isBound === (action === "AssociateSecurityGroups")) return undefined;
  const message = instance.LatestOperationErrorMsg || `${action} was accepted, but failed afterwards`;
  return new CloudError({ code: "LatestOperationFailed", message, requestId, action });
}

/** What an instance that is being created refuses, "InstanceStatePending". */
const UNBORN = "PENDING";

/** "LatestOperationState: SUCCESS, OPERATING, FAILED": both writes end only after they have answered. */
function findIn(instance: Instance | undefined, pair: Pair): Finding<Pair> {
  if (!instance) return { state: "missing", what: `instance ${pair.instanceId}` };
  const isOperating = instance.LatestOperationState === "OPERATING";
  const operation = instance.LatestOperation ?? "another operation";
  if (instance.SecurityGroupIds.includes(pair.securityGroupId)) {
    // Only a change of groups can still take it away or not be through with it.
    const isChanging = isOperating && /SecurityGroups$/.test(operation);
    return {
      state: "attached",
      ...(isChanging ? { busy: `instance ${pair.instanceId} is at ${operation}` } : {}),
    };
  }
  if (isOperating) return { state: "detached", busy: `instance ${pair.instanceId} is at ${operation}` };
  if (instance.InstanceState === UNBORN) {
    return { state: "detached", busy: `instance ${pair.instanceId} is being created` };
  }
  return { state: "detached" };
}

/** "Limit: default 20, maximum 100" (DescribeInstances), however many ids are given. */
const PAGE = 100;

async function instancesPage(
  session: TencentcloudSession,
  of: object,
  ids: readonly string[],
  deadline: Deadline,
  offset: number,
) {
  const action = "DescribeInstances";
  const params = { Offset: offset, Limit: PAGE, ...of };
  const answer = await session.call("cvm", action, params, deadline, ids, described);
  const { RequestId: requestId, TotalCount: total, InstanceSet: instances } = answer;
  return { instances, action, requestId, total };
}

function parentOf({ InstanceId: instanceId, ...shown }: Instance): ListedParent<Pair> {
  return {
    id: instanceId,
    ...given({
      name: shown.InstanceName ?? undefined,
      network: shown.VirtualPrivateCloud?.VpcId ?? undefined,
    }),
    tags: Object.fromEntries((shown.Tags ?? []).map(({ Key, Value }) => [Key, Value ?? ""])),
    attached: shown.SecurityGroupIds.map((securityGroupId) => ({
      pair: { instanceId, securityGroupId },
      group: securityGroupId,
      seen: { state: "attached" },
    })),
  };
}
