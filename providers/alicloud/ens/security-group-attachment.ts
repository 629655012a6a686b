import type * as pulumi from "@pulumi/pulumi";
import type { Deadline } from "../../core/contract/cloud";
import {
  type SecurityGroupAttachmentsArgs,
  SecurityGroupAttachmentsResource,
} from "../../core/program/security-groups";
import { schema } from "../../core/util/schema";
import { accepted, after, listedIn, named, page } from "../answers";
import type { AlicloudSession } from "../client";
import {
  type Listing,
  type MemberPage,
  type Members,
  type SecurityGroupAttachmentArgs,
  SecurityGroupAttachmentResource,
  securityGroupAssociation,
} from "../security-group-pair";

export type { SecurityGroupAttachmentArgs } from "../security-group-pair";

export type { SecurityGroupAttachmentsArgs };

/**
 * Puts an instance of Alibaba Cloud's edge nodes (ENS), or a network interface of one, into a security group. Additive: its
 * other groups are never touched. Source: ENS API 2017-11-10, JoinSecurityGroup and LeaveSecurityGroup.
 *
 * The identity is (instanceId or networkInterfaceId, securityGroupId); the id is `i-1:sg-2` or `eni-1:sg-2`. Last group: ENS
 * documents no rule; if it refuses the detach, attach another one first. ENS has one endpoint for all its edge nodes: `region`
 * serves the other products of the program, and is recorded all the same; its change replaces the resource and leaves the
 * attachment as it is.
 *
 * ```ts
 * new alicloud.ens.SecurityGroupAttachment("edge", { networkInterfaceId, securityGroupId });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/alicloud-ens-security-group-attachment.md).
 */
export class SecurityGroupAttachment extends SecurityGroupAttachmentResource {
  constructor(name: string, args: SecurityGroupAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(ensSecurityGroupAttachment, name, args, opts);
  }
}

/**
 * Puts many Alibaba Cloud ENS instances into a security group, or one into many. Additive: other groups are never touched.
 *
 * The id is the group's or the instance's, whichever is given once. Last group: as for {@link SecurityGroupAttachment}.
 *
 * ```ts
 * new alicloud.ens.SecurityGroupAttachments("app-ssh", { securityGroupId, instanceIds: [instanceId] });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/alicloud-ens-security-group-attachment.md#many-at-once).
 */
export class SecurityGroupAttachments extends SecurityGroupAttachmentsResource {
  constructor(name: string, args: SecurityGroupAttachmentsArgs, opts?: pulumi.CustomResourceOptions) {
    super(ensSecurityGroupAttachment, name, args, opts);
  }
}

/** How it is attached, found and detached. */
export const ensSecurityGroupAttachment = securityGroupAssociation("alicloud/ens:SecurityGroupAttachment", {
  isGlobal: true,
  describeInstances,
  describeNetworkInterfaces,
  listPage: (session, of, deadline, at = "1") =>
    of.members === "instances"
      ? listInstances(session, of, deadline, Number(at))
      : listNetworkInterfaces(session, of, deadline, Number(at)),
  async write(session, action, { instanceId, networkInterfaceId, securityGroupId }, deadline) {
    const member = instanceId ? { InstanceId: instanceId } : { NetworkInterfaceId: networkInterfaceId };
    const ids = [`${instanceId ?? networkInterfaceId}:${securityGroupId}`];
    await session.call(
      "ens",
      action,
      { SecurityGroupId: securityGroupId, ...member },
      deadline,
      ids,
      accepted,
    );
  },
});

/** The part of DescribeInstances' answer that matters. An unknown instance is left out of the list. */
const instances = schema((v) =>
  v.object({
    ...page().entries,
    Instances: v.object({
      Instance: v.array(
        v.object({
          InstanceId: v.string(),
          Status: v.string(),
          SecurityGroupIds: v.object({ SecurityGroupId: v.array(v.string()) }),
        }),
      ),
    }),
  }),
);

async function describeInstances(
  session: AlicloudSession,
  ids: string[],
  deadline: Deadline,
): Promise<Members> {
  const action = "DescribeInstances";
  // 10 entries a page where PageSize is not given, however many ids are.
  const parameters = { InstanceIds: JSON.stringify(ids), PageSize: "100" };
  const answer = await session.call("ens", action, parameters, deadline, ids, instances);
  const found = listedIn(answer, action, answer.Instances.Instance, ({ InstanceId }) => InstanceId, ids);
  return new Map(
    [...found].map(([id, { Status, SecurityGroupIds }]) => [
      id,
      { status: Status, securityGroupIds: SecurityGroupIds.SecurityGroupId },
    ]),
  );
}

/** The same for network interfaces, where the list of groups has another name. */
const networkInterfaces = schema((v) =>
  v.object({
    ...page().entries,
    NetworkInterfaceSets: v.object({
      NetworkInterfaceSet: v.array(
        v.object({
          NetworkInterfaceId: v.string(),
          Status: v.string(),
          SecurityGroupIds: v.object({ SecurityGroup: v.array(v.string()) }),
        }),
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
  const parameters = { NetworkInterfaceIds: ids, PageSize: "100" };
  const answer = await session.call("ens", action, parameters, deadline, ids, networkInterfaces);
  const items = answer.NetworkInterfaceSets.NetworkInterfaceSet;
  const found = listedIn(answer, action, items, ({ NetworkInterfaceId }) => NetworkInterfaceId, ids);
  return new Map(
    [...found].map(([id, { Status, SecurityGroupIds }]) => [
      id,
      { status: Status, securityGroupIds: SecurityGroupIds.SecurityGroup },
    ]),
  );
}

/** "PageSize: at most 100" (DescribeInstances, DescribeNetworkInterfaces, 2017-11-10). */
const PAGE = 100;

/** The same answers, with what a list shows beside the groups. */
const allInstances = schema((v) =>
  v.object({
    ...page().entries,
    Instances: v.object({
      Instance: v.array(
        v.object({
          InstanceId: v.string(),
          InstanceName: v.optional(v.string()),
          SecurityGroupIds: v.object({ SecurityGroupId: v.array(v.string()) }),
        }),
      ),
    }),
  }),
);

async function listInstances(
  session: AlicloudSession,
  { ids, groupId }: Listing,
  deadline: Deadline,
  number: number,
): Promise<MemberPage> {
  const action = "DescribeInstances";
  const parameters = {
    PageNumber: number,
    PageSize: String(PAGE),
    ...(ids ? { InstanceIds: JSON.stringify(ids) } : {}),
    ...(groupId ? { SecurityGroupId: groupId } : {}),
  };
  const answer = await session.call("ens", action, parameters, deadline, ids ?? [], allInstances);
  const members = answer.Instances.Instance.map((each) => ({
    id: each.InstanceId,
    ...named(each.InstanceName, each.InstanceId),
    securityGroupIds: each.SecurityGroupIds.SecurityGroupId,
  }));
  return { members, ...after(number, PAGE, answer, action) };
}

const allNetworkInterfaces = schema((v) =>
  v.object({
    ...page().entries,
    NetworkInterfaceSets: v.object({
      NetworkInterfaceSet: v.array(
        v.object({
          NetworkInterfaceId: v.string(),
          NetworkInterfaceName: v.optional(v.string()),
          Type: v.optional(v.string()),
          SecurityGroupIds: v.object({ SecurityGroup: v.array(v.string()) }),
        }),
      ),
    }),
  }),
);

async function listNetworkInterfaces(
  session: AlicloudSession,
  { ids, groupId }: Listing,
  deadline: Deadline,
  number: number,
): Promise<MemberPage> {
  const action = "DescribeNetworkInterfaces";
  const parameters = {
    PageNumber: number,
    PageSize: String(PAGE),
    ...(ids ? { NetworkInterfaceIds: ids } : {}),
    ...(groupId ? { SecurityGroupId: groupId } : {}),
  };
  const answer = await session.call("ens", action, parameters, deadline, ids ?? [], allNetworkInterfaces);
  // A primary one has the groups of its instance, and is listed as that.
  const secondary = answer.NetworkInterfaceSets.NetworkInterfaceSet.filter(({ Type }) => Type !== "Primary");
  const members = secondary.map((each) => ({
    id: each.NetworkInterfaceId,
    ...named(each.NetworkInterfaceName, each.NetworkInterfaceId),
    securityGroupIds: each.SecurityGroupIds.SecurityGroup,
  }));
  return { members, ...after(number, PAGE, answer, action) };
}
