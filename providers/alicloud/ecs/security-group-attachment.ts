import type * as pulumi from "@pulumi/pulumi";
import { listed } from "../../core/cloud/answer";
import type { Deadline } from "../../core/contract/cloud";
import { CloudError } from "../../core/contract/errors";
import {
  type SecurityGroupAttachmentsArgs,
  SecurityGroupAttachmentsResource,
} from "../../core/program/security-groups";
import { schema } from "../../core/util/schema";
import { accepted, listedIn, named, page, tags, tagsOf } from "../answers";
import type { AlicloudSession } from "../client";
import {
  type Listing,
  type Member,
  type MemberPage,
  type Members,
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
  describeInstances,
  describeNetworkInterfaces,
  listPage: (session, of, deadline, at) =>
    of.members === "instances"
      ? listInstances(session, of, deadline, at)
      : listNetworkInterfaces(session, of, deadline, at),
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
const instances = schema((v) =>
  v.object({
    ...page().entries,
    Instances: v.object({
      Instance: v.array(v.object({ InstanceId: v.string(), Status: v.string(), SecurityGroupIds: groups() })),
    }),
  }),
);

async function describeInstances(
  session: AlicloudSession,
  ids: string[],
  deadline: Deadline,
): Promise<Members> {
  const action = "DescribeInstances";
  // 10 entries a page where maxResults is not given, however many ids are.
  const fields = { regionId: session.region, instanceIds: JSON.stringify(ids), maxResults: 100 };
  const answer = await request(session, action, fields, deadline, ids, instances);
  const found = listedIn(answer, action, answer.Instances.Instance, ({ InstanceId }) => InstanceId, ids);
  const members: Members = new Map([...found].map(([id, instance]) => [id, memberOf(instance)]));
  await Promise.all(
    ids.map(async (id) => {
      if (!members.has(id)) members.set(id, await describeUnlisted(session, id, deadline));
    }),
  );
  return members;
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
    if (RegionId === session.region) return memberOf(instance);
    return new Error(
      `instance ${id} is in region ${RegionId}, not in ${session.region}; give the argument region: "${RegionId}"`,
    );
  } catch (error) {
    if (error instanceof CloudError && error.code === "InvalidInstanceId.NotFound") return undefined;
    return error as Error;
  }
}

/** The same for network interfaces. An unknown one is left out of the list. */
const networkInterfaces = schema((v) =>
  v.object({
    ...page().entries,
    NetworkInterfaceSets: v.object({
      NetworkInterfaceSet: v.array(
        v.object({ NetworkInterfaceId: v.string(), Status: v.string(), SecurityGroupIds: groups() }),
      ),
    }),
  }),
);

async function describeNetworkInterfaces(
  session: AlicloudSession,
  ids: string[],
  deadline: Deadline,
): Promise<Members> {
  const action = "DescribeNetworkInterfaces";
  const fields = { regionId: session.region, networkInterfaceId: ids, maxResults: 100 };
  const answer = await request(session, action, fields, deadline, ids, networkInterfaces);
  const items = answer.NetworkInterfaceSets.NetworkInterfaceSet;
  const found = listedIn(answer, action, items, ({ NetworkInterfaceId }) => NetworkInterfaceId, ids);
  return new Map([...found].map(([id, each]) => [id, memberOf(each)]));
}

/** The same answers, with what a list shows beside the groups. */
const allInstances = schema((v) =>
  v.object({
    ...page().entries,
    Instances: v.object({
      Instance: v.array(
        v.object({
          InstanceId: v.string(),
          InstanceName: v.optional(v.string()),
          VpcAttributes: v.optional(v.object({ VpcId: v.optional(v.string()) })),
          Tags: tags(),
          SecurityGroupIds: groups(),
        }),
      ),
    }),
  }),
);

/** "When you use MaxResults and NextToken, the returned TotalCount is meaningless": the list is complete where no token comes. */
async function listInstances(
  session: AlicloudSession,
  { ids, groupId }: Listing,
  deadline: Deadline,
  at: string | undefined,
): Promise<MemberPage> {
  const fields = {
    regionId: session.region,
    maxResults: 100,
    ...(ids ? { instanceIds: JSON.stringify(ids) } : {}),
    ...(groupId ? { securityGroupId: groupId } : {}),
    ...(at ? { nextToken: at } : {}),
  };
  const answer = await request(session, "DescribeInstances", fields, deadline, ids ?? [], allInstances);
  const members = answer.Instances.Instance.map((each) => ({
    id: each.InstanceId,
    ...named(each.InstanceName, each.InstanceId),
    ...(each.VpcAttributes?.VpcId ? { network: each.VpcAttributes.VpcId } : {}),
    tags: tagsOf(each.Tags),
    securityGroupIds: each.SecurityGroupIds.SecurityGroupId,
  }));
  return { members, ...(answer.NextToken ? { next: answer.NextToken } : {}) };
}

const allNetworkInterfaces = schema((v) =>
  v.object({
    ...page().entries,
    NetworkInterfaceSets: v.object({
      NetworkInterfaceSet: v.array(
        v.object({
          NetworkInterfaceId: v.string(),
          NetworkInterfaceName: v.optional(v.string()),
          Type: v.string(),
          ServiceManaged: v.optional(v.boolean()),
          VpcId: v.optional(v.string()),
          Tags: tags(),
          SecurityGroupIds: groups(),
        }),
      ),
    }),
  }),
);

/**
 * A primary network interface has the groups of its instance, and is listed as that; the groups of one that a service of the vendor
 * manages are that service's.
 */
async function listNetworkInterfaces(
  session: AlicloudSession,
  { ids, groupId }: Listing,
  deadline: Deadline,
  at: string | undefined,
): Promise<MemberPage> {
  const fields = {
    regionId: session.region,
    maxResults: 100,
    type: "Secondary",
    ...(ids ? { networkInterfaceId: [...ids] } : {}),
    ...(groupId ? { securityGroupId: groupId } : {}),
    ...(at ? { nextToken: at } : {}),
  };
  const action = "DescribeNetworkInterfaces";
  const answer = await request(session, action, fields, deadline, ids ?? [], allNetworkInterfaces);
  const members = answer.NetworkInterfaceSets.NetworkInterfaceSet.filter(
    ({ Type }) => Type !== "Primary",
  ).map((each) => ({
    id: each.NetworkInterfaceId,
    ...named(each.NetworkInterfaceName, each.NetworkInterfaceId),
    ...(each.VpcId ? { network: each.VpcId } : {}),
    tags: tagsOf(each.Tags),
    securityGroupIds: each.SecurityGroupIds.SecurityGroupId,
  }));
  return { members, ...(answer.NextToken ? { next: answer.NextToken } : {}) };
}

function memberOf(described: { Status: string; SecurityGroupIds: { SecurityGroupId: string[] } }): Member {
  return { status: described.Status, securityGroupIds: described.SecurityGroupIds.SecurityGroupId };
}
