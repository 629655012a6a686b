import type * as pulumi from "@pulumi/pulumi";
import type { Deadline } from "../../core/contract/cloud";
import {
  type SecurityGroupAttachmentsArgs,
  SecurityGroupAttachmentsResource,
} from "../../core/program/security-groups";
import { given } from "../../core/util/given";
import { schema } from "../../core/util/schema";
import { accepted, after, named, namedGroups, namesIn, page } from "../answers";
import type { AlicloudSession } from "../client";
import {
  type Listing,
  type MemberPage,
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
  page: (session, of, deadline, at = "1") =>
    (of.kind === "instances" ? instancesPage : interfacesPage)(session, of, deadline, Number(at)),
  async groupNames(session, ids, deadline) {
    // It filters by one id alone, "PageSize: at most 50" (DescribeSecurityGroups, 2017-11-10).
    const names: [string, string][] = [];
    for (let number = 1, isMore = true; isMore; number++) {
      const [action, parameters] = ["DescribeSecurityGroups", { PageNumber: number, PageSize: 50 }];
      const answer = await session.call("ens", action, parameters, deadline, ids, namedGroups);
      names.push(...namesIn(answer));
      isMore = after(number, 50, answer, action).next !== undefined;
    }
    return names;
  },
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

/** "PageSize: at most 100" (DescribeInstances, DescribeNetworkInterfaces, 2017-11-10); 10 where none is given, however many ids are. */
const PAGE = 100;

/** The part of DescribeInstances' answer that matters. An unknown instance is left out of the list. */
const instances = schema((v) => {
  const groups = v.object({ SecurityGroupId: v.array(v.string()) });
  const shown = { InstanceName: v.nullish(v.string()) };
  const instance = v.object({
    InstanceId: v.string(),
    Status: v.string(),
    SecurityGroupIds: groups,
    ...shown,
  });
  return v.object({ ...page().entries, Instances: v.object({ Instance: v.array(instance) }) });
});

async function instancesPage(
  session: AlicloudSession,
  of: Listing,
  deadline: Deadline,
  number: number,
): Promise<MemberPage> {
  const action = "DescribeInstances";
  const { ids } = of;
  const parameters = { ...paging(of, number), ...(ids ? { InstanceIds: JSON.stringify(ids) } : {}) };
  const answer = await session.call("ens", action, parameters, deadline, ids ?? [], instances);
  const members = answer.Instances.Instance.map((each) => ({
    id: each.InstanceId,
    ...named(each.InstanceName, each.InstanceId),
    status: each.Status,
    securityGroupIds: each.SecurityGroupIds.SecurityGroupId,
  }));
  return { members, ...after(number, PAGE, answer, action) };
}

/** The same for network interfaces, where the list of groups has another name. */
const networkInterfaces = schema((v) => {
  const groups = v.object({ SecurityGroup: v.array(v.string()) });
  const shown = { NetworkInterfaceName: v.nullish(v.string()), Type: v.nullish(v.string()) };
  const own = { NetworkInterfaceId: v.string(), Status: v.string() };
  const networkInterface = v.object({ ...own, SecurityGroupIds: groups, ...shown });
  const sets = v.object({ NetworkInterfaceSet: v.array(networkInterface) });
  return v.object({ ...page().entries, NetworkInterfaceSets: sets });
});

async function interfacesPage(
  session: AlicloudSession,
  of: Listing,
  deadline: Deadline,
  number: number,
): Promise<MemberPage> {
  const action = "DescribeNetworkInterfaces";
  const { ids } = of;
  const parameters = { ...paging(of, number), ...(ids ? { NetworkInterfaceIds: ids } : {}) };
  const answer = await session.call("ens", action, parameters, deadline, ids ?? [], networkInterfaces);
  const members = answer.NetworkInterfaceSets.NetworkInterfaceSet.map((each) => ({
    id: each.NetworkInterfaceId,
    ...named(each.NetworkInterfaceName, each.NetworkInterfaceId),
    status: each.Status,
    securityGroupIds: each.SecurityGroupIds.SecurityGroup,
    isPrimary: each.Type === "Primary",
  }));
  return { members, ...after(number, PAGE, answer, action) };
}

function paging({ groupId }: Listing, number: number) {
  return { PageNumber: number, PageSize: String(PAGE), ...given({ SecurityGroupId: groupId }) };
}
