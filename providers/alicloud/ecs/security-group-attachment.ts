import type * as pulumi from "@pulumi/pulumi";
import type { Deadline } from "../../core/contract/cloud";
import { CloudError } from "../../core/contract/errors";
import type { AlicloudSession } from "../client";
import {
  type Member,
  type Members,
  type SecurityGroupAttachmentArgs,
  SecurityGroupAttachmentResource,
  securityGroupAssociation,
} from "../security-group-pair";
import { request } from "./request";

export type { SecurityGroupAttachmentArgs } from "../security-group-pair";

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

/** How it is attached, found and detached. */
export const ecsSecurityGroupAttachment = securityGroupAssociation("alicloud/ecs:SecurityGroupAttachment", {
  describeInstances,
  describeNetworkInterfaces,
  // The region is required for network interfaces.
  async write(session, action, { instanceId, networkInterfaceId, securityGroupId }, deadline) {
    const member = instanceId ? { instanceId } : { networkInterfaceId: networkInterfaceId ?? "" };
    const fields = { regionId: session.region, securityGroupId, ...member };
    await request(session, action, fields, deadline, [
      `${instanceId ?? networkInterfaceId}:${securityGroupId}`,
    ]);
  },
});

async function describeInstances(
  session: AlicloudSession,
  ids: string[],
  deadline: Deadline,
): Promise<Members> {
  // 10 entries a page where maxResults is not given, however many ids are.
  const fields = { regionId: session.region, instanceIds: JSON.stringify(ids), maxResults: 100 };
  const answer = await request<Instances>(session, "DescribeInstances", fields, deadline, ids);
  const members: Members = new Map();
  for (const instance of answer.Instances?.Instance ?? []) {
    members.set(instance.InstanceId ?? "", memberOf(instance));
  }
  await Promise.all(
    ids.map(async (id) => {
      if (!members.has(id)) members.set(id, await describeUnlisted(session, id, deadline));
    }),
  );
  return members;
}

/**
 * An instance that is not listed may be gone, or hidden by a RAM policy, or in another region: DescribeInstanceAttribute
 * tells them apart. It answers 404 InvalidInstanceId.NotFound, 403, or the region, where the list is just empty.
 */
async function describeUnlisted(
  session: AlicloudSession,
  id: string,
  deadline: Deadline,
): Promise<Member | Error | undefined> {
  const fields = { instanceId: id };
  try {
    const instance = await request<Described>(session, "DescribeInstanceAttribute", fields, deadline, [id]);
    return instance.RegionId === undefined || instance.RegionId === session.region
      ? memberOf(instance)
      : new Error(
          `instance ${id} is in region ${instance.RegionId}, not in ${session.region}; give the argument region: "${instance.RegionId}"`,
        );
  } catch (error) {
    if (error instanceof CloudError && error.code === "InvalidInstanceId.NotFound") return undefined;
    return error as Error;
  }
}

async function describeNetworkInterfaces(
  session: AlicloudSession,
  ids: string[],
  deadline: Deadline,
): Promise<Members> {
  const fields = { regionId: session.region, networkInterfaceId: ids, maxResults: 100 };
  const answer = await request<NetworkInterfaces>(
    session,
    "DescribeNetworkInterfaces",
    fields,
    deadline,
    ids,
  );
  const listed = answer.NetworkInterfaceSets?.NetworkInterfaceSet ?? [];
  return new Map(listed.map((each) => [each.NetworkInterfaceId ?? "", memberOf(each)]));
}

/** The parts of the answers that matter. What is unknown is left out of the lists. */
interface Described {
  InstanceId?: string;
  NetworkInterfaceId?: string;
  RegionId?: string;
  Status?: string;
  SecurityGroupIds?: { SecurityGroupId?: string[] };
}

interface Instances {
  Instances?: { Instance?: Described[] };
}

interface NetworkInterfaces {
  NetworkInterfaceSets?: { NetworkInterfaceSet?: Described[] };
}

function memberOf(described: Described): Member {
  return {
    status: described.Status ?? "",
    securityGroupIds: described.SecurityGroupIds?.SecurityGroupId ?? [],
  };
}
