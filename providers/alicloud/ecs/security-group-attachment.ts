import type * as pulumi from "@pulumi/pulumi";
import type { InferOutput } from "valibot";
import { listed } from "../../core/cloud/answer";
import type { Deadline } from "../../core/contract/cloud";
import { CloudError } from "../../core/contract/errors";
import {
  type SecurityGroupAttachmentsArgs,
  SecurityGroupAttachmentsResource,
} from "../../core/program/security-groups";
import { given } from "../../core/util/given";
import { schema } from "../../core/util/schema";
import { accepted, named, namedGroups, namesIn, page, tags, tagsOf } from "../answers";
import type { AlicloudSession } from "../client";
import {
  type Listing,
  type Member,
  type MemberPage,
  type SecurityGroupAttachmentArgs,
  SecurityGroupAttachmentResource,
  securityGroupAssociation,
} from "../security-group-pair";
import { request } from "./request";

export type { SecurityGroupAttachmentArgs } from "../security-group-pair";

export type { SecurityGroupAttachmentsArgs };

/**
 * Puts an Alibaba Cloud ECS instance, or a secondary elastic network interface, into a security group. Additive: its other
 * groups are never touched. Source: ECS API 2014-05-26, JoinSecurityGroup and LeaveSecurityGroup.
 *
 * The identity is (instanceId or networkInterfaceId, securityGroupId); the id is `i-1:sg-2` or `eni-1:sg-2`. Last group: ECS
 * refuses to detach it; attach another one first. Do not list the same groups in `alicloud.ecs.Instance.securityGroups`: it
 * would undo this.
 *
 * ```ts
 * new alicloud.ecs.SecurityGroupAttachment("app-ssh", { instanceId, securityGroupId });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/alicloud-ecs-security-group-attachment.md).
 */
export class SecurityGroupAttachment extends SecurityGroupAttachmentResource {
  constructor(name: string, args: SecurityGroupAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(ecsSecurityGroupAttachment, name, args, opts);
  }
}

/**
 * Puts many Alibaba Cloud ECS instances into a security group, or one into many. Additive: other groups are never touched.
 *
 * The id is the group's or the instance's, whichever is given once. Last group: as for {@link SecurityGroupAttachment}.
 *
 * ```ts
 * new alicloud.ecs.SecurityGroupAttachments("app-ssh", { securityGroupId, instanceIds: [instanceId] });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/alicloud-ecs-security-group-attachment.md#many-at-once).
 */
export class SecurityGroupAttachments extends SecurityGroupAttachmentsResource {
  constructor(name: string, args: SecurityGroupAttachmentsArgs, opts?: pulumi.CustomResourceOptions) {
    super(ecsSecurityGroupAttachment, name, args, opts);
  }
}

/** How it is attached, found and detached. */
export const ecsSecurityGroupAttachment = securityGroupAssociation("alicloud/ecs:SecurityGroupAttachment", {
  // "InstanceLastSecurityGroup" (LeaveSecurityGroup).
  least: 1,
  page: (session, of, deadline, at) =>
    (of.kind === "instances" ? instancesPage : interfacesPage)(session, of, deadline, at),
  unlisted: describeUnlisted,
  async groupNames(session, ids, deadline) {
    // "SecurityGroupIds: a JSON array of up to 100", "MaxResults: at most 100" (DescribeSecurityGroups, 2014-05-26).
    const fields = { regionId: session.region, securityGroupIds: JSON.stringify(ids), maxResults: 100 };
    return namesIn(await request(session, "DescribeSecurityGroups", fields, deadline, ids, namedGroups));
  },
  // The region is required for network interfaces.
  async write(session, action, { instanceId, networkInterfaceId, securityGroupId }, deadline) {
    const member = instanceId ? { instanceId } : { networkInterfaceId: networkInterfaceId ?? "" };
    const fields = { regionId: session.region, securityGroupId, ...member };
    const ids = [`${instanceId ?? networkInterfaceId}:${securityGroupId}`];
    await request(session, action, fields, deadline, ids, accepted);
  },
});

const groups = schema((v) => v.object({ SecurityGroupId: v.array(v.string()) }));

/** The part of DescribeInstances' answer that matters. An unknown instance is left out of the list. */
const instances = schema((v) => {
  const vpc = v.nullish(v.object({ VpcId: v.nullish(v.string()) }));
  const shown = { InstanceName: v.nullish(v.string()), VpcAttributes: vpc, Tags: tags() };
  const instance = v.object({
    InstanceId: v.string(),
    Status: v.string(),
    SecurityGroupIds: groups(),
    ...shown,
  });
  return v.object({ ...page().entries, Instances: v.object({ Instance: v.array(instance) }) });
});

async function instancesPage(
  session: AlicloudSession,
  of: Listing,
  deadline: Deadline,
  at: string | undefined,
): Promise<MemberPage> {
  const action = "DescribeInstances";
  const { ids } = of;
  const fields = { ...paging(session, of, at), ...(ids ? { instanceIds: JSON.stringify(ids) } : {}) };
  const answer = await request(session, action, fields, deadline, ids ?? [], instances);
  const members = answer.Instances.Instance.map((each) => ({
    ...memberOf(each.InstanceId, each),
    ...named(each.InstanceName, each.InstanceId),
    ...given({ network: each.VpcAttributes?.VpcId ?? undefined }),
  }));
  return { members, ...restOf(answer, action, of) };
}

/** The same for network interfaces. */
const networkInterfaces = schema((v) => {
  const shown = { NetworkInterfaceName: v.nullish(v.string()), VpcId: v.nullish(v.string()), Tags: tags() };
  const own = { NetworkInterfaceId: v.string(), Type: v.nullish(v.string()), Status: v.string() };
  const managed = { ServiceManaged: v.nullish(v.boolean()) };
  const networkInterface = v.object({ ...own, ...managed, SecurityGroupIds: groups(), ...shown });
  const sets = v.object({ NetworkInterfaceSet: v.array(networkInterface) });
  return v.object({ ...page().entries, NetworkInterfaceSets: sets });
});

async function interfacesPage(
  session: AlicloudSession,
  of: Listing,
  deadline: Deadline,
  at: string | undefined,
): Promise<MemberPage> {
  const action = "DescribeNetworkInterfaces";
  const { ids, onlySecondary } = of;
  const fields = {
    ...paging(session, of, at),
    ...(onlySecondary ? { type: "Secondary" } : {}),
    ...(ids ? { networkInterfaceId: [...ids] } : {}),
  };
  const answer = await request(session, action, fields, deadline, ids ?? [], networkInterfaces);
  const members = answer.NetworkInterfaceSets.NetworkInterfaceSet.map((each) => ({
    ...memberOf(each.NetworkInterfaceId, each),
    ...named(each.NetworkInterfaceName, each.NetworkInterfaceId),
    ...given({ network: each.VpcId ?? undefined }),
    isPrimary: each.Type === "Primary",
    isManaged: each.ServiceManaged === true,
  }));
  return { members, ...restOf(answer, action, of) };
}

/** Which page of what. 10 entries a page where maxResults is not given, however many ids are. */
function paging({ region }: AlicloudSession, { groupId }: Listing, at: string | undefined) {
  return { regionId: region, maxResults: 100, ...given({ securityGroupId: groupId, nextToken: at }) };
}

/**
 * What the answer says of the others. "When you use MaxResults and NextToken, the returned TotalCount is meaningless": it counts where
 * ids were given, which all fit on one page.
 */
function restOf(
  { RequestId: requestId, TotalCount, NextToken: next }: InferOutput<ReturnType<typeof page>>,
  action: string,
  { ids }: Listing,
): Omit<MemberPage, "members"> {
  return { action, requestId, next, total: ids && TotalCount };
}

const attribute = schema((v) =>
  v.object({
    RequestId: v.string(),
    InstanceId: v.string(),
    RegionId: v.optional(v.string()),
    Status: v.string(),
    SecurityGroupIds: groups(),
  }),
);

/**
 * An instance that is not listed may be gone, or hidden by a RAM policy, or in another region: DescribeInstanceAttribute
 * tells them apart. It answers 404 InvalidInstanceId.NotFound, 403, or the region, where the list is just empty.
 */
async function describeUnlisted(
  session: AlicloudSession,
  id: string,
  deadline: Deadline,
): Promise<Member | Error | undefined> {
  const action = "DescribeInstanceAttribute";
  try {
    const instance = await request(session, action, { instanceId: id }, deadline, [id], attribute);
    const { InstanceId, RegionId = session.region, RequestId: requestId } = instance;
    listed([InstanceId], String, [id], { action, requestId });
    if (RegionId === session.region) return memberOf(InstanceId, instance);
    return new Error(
      `instance ${id} is in region ${RegionId}, not in ${session.region}; give the argument region: "${RegionId}"`,
    );
  } catch (error) {
    if (error instanceof CloudError && error.code === "InvalidInstanceId.NotFound") return undefined;
    return error as Error;
  }
}

function memberOf(id: string, { Status: status, SecurityGroupIds, Tags }: Described): Member {
  return { id, status, securityGroupIds: SecurityGroupIds.SecurityGroupId, tags: tagsOf(Tags) };
}

/** What instances and network interfaces have in common. */
interface Described {
  Status: string;
  SecurityGroupIds: InferOutput<ReturnType<typeof groups>>;
  Tags?: InferOutput<ReturnType<typeof tags>>;
}
