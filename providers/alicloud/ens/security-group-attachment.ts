import type * as pulumi from "@pulumi/pulumi";
import type { Finding } from "../../core/contract/association";
import type { Deadline } from "../../core/contract/cloud";
import { association } from "../../core/contract/kind";
import { AttachmentResource } from "../../core/program/resource";
import type { AlicloudSession } from "../client";
import { alicloud } from "../cloud";
import {
  findingOf,
  type Members,
  memberId,
  memberIds,
  type Pair,
  pairIdentity,
  type SecurityGroupAttachmentArgs,
} from "../security-group-pair";

export type { SecurityGroupAttachmentArgs } from "../security-group-pair";

/**
 * Puts an instance of Alibaba Cloud's edge nodes (ENS), or a network interface of one, into a security group. Additive: its
 * other groups are never touched. Source: ENS API 2017-11-10, JoinSecurityGroup and LeaveSecurityGroup.
 *
 * The identity is (instanceId or networkInterfaceId, securityGroupId); the id is `i-1:sg-2` or `eni-1:sg-2`. ENS has one
 * endpoint for all its edge nodes: `region` serves the other products of the program, and is recorded all the same; its change
 * replaces the resource and leaves the attachment as it is.
 *
 * ```ts
 * new alicloud.ens.SecurityGroupAttachment("edge", { networkInterfaceId, securityGroupId });
 * ```
 */
export class SecurityGroupAttachment extends AttachmentResource {
  /** Instance, if it is one. */
  declare readonly instanceId: pulumi.Output<string | undefined>;
  /** Network interface, if it is one. */
  declare readonly networkInterfaceId: pulumi.Output<string | undefined>;
  /** Security group. */
  declare readonly securityGroupId: pulumi.Output<string>;

  /** @throws Error for what {@link AttachmentResource} refuses; wrong arguments are reported by `pulumi preview`. */
  constructor(name: string, args: SecurityGroupAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(ensSecurityGroupAttachment, name, { ...args }, opts);
  }
}

/** How it is attached, found and detached. */
export const ensSecurityGroupAttachment = association<Pair, AlicloudSession>({
  token: "alicloud/ens:SecurityGroupAttachment",
  cloud: alicloud,
  ...pairIdentity,
  isGlobal: true,

  find: {
    lane: (pair) => (pair.instanceId ? "DescribeInstances" : "DescribeNetworkInterfaces"),
    // "InstanceIds: up to 100" (ENS 2017-11-10), and the largest page there is.
    fits: (pairs) => memberIds(pairs).length <= 100,
    async call(session, pairs, deadline): Promise<(Finding<Pair> | Error)[]> {
      const describe = pairs[0]?.instanceId ? describeInstances : describeNetworkInterfaces;
      const members = await describe(session, memberIds(pairs), deadline);
      return pairs.map((pair) => findingOf(members.get(memberId(pair)), pair));
    },
  },
  attach: { call: (session, pairs, deadline) => write(session, "JoinSecurityGroup", pairs, deadline) },
  detach: { call: (session, pairs, deadline) => write(session, "LeaveSecurityGroup", pairs, deadline) },
});

/** One instance or network interface and one group a call; neither takes a region. */
async function write(
  session: AlicloudSession,
  action: "JoinSecurityGroup" | "LeaveSecurityGroup",
  pairs: readonly Pair[],
  deadline: Deadline,
): Promise<void> {
  for (const pair of pairs) {
    const member = pair.instanceId
      ? { InstanceId: pair.instanceId }
      : { NetworkInterfaceId: pair.networkInterfaceId };
    const parameters = { SecurityGroupId: pair.securityGroupId, ...member };
    await session.call("ens", action, parameters, deadline, [pairIdentity.id(pair)]);
  }
}

async function describeInstances(
  session: AlicloudSession,
  ids: string[],
  deadline: Deadline,
): Promise<Members> {
  // 10 entries a page where PageSize is not given, however many ids are.
  const parameters = { InstanceIds: JSON.stringify(ids), PageSize: "100" };
  const answer = await session.call<Instances>("ens", "DescribeInstances", parameters, deadline, ids);
  return new Map(
    (answer.Instances?.Instance ?? []).map((instance) => [
      instance.InstanceId,
      { status: instance.Status ?? "", securityGroupIds: instance.SecurityGroupIds?.SecurityGroupId ?? [] },
    ]),
  );
}

async function describeNetworkInterfaces(
  session: AlicloudSession,
  ids: string[],
  deadline: Deadline,
): Promise<Members> {
  const parameters = { NetworkInterfaceIds: ids, PageSize: "100" };
  const answer = await session.call<NetworkInterfaces>(
    "ens",
    "DescribeNetworkInterfaces",
    parameters,
    deadline,
    ids,
  );
  return new Map(
    (answer.NetworkInterfaceSets?.NetworkInterfaceSet ?? []).map((card) => [
      card.NetworkInterfaceId,
      { status: card.Status ?? "", securityGroupIds: card.SecurityGroupIds?.SecurityGroup ?? [] },
    ]),
  );
}

/** The part of DescribeInstances' answer that matters. An unknown instance is left out of it. */
interface Instances {
  Instances?: {
    Instance?: { InstanceId: string; Status?: string; SecurityGroupIds?: { SecurityGroupId?: string[] } }[];
  };
}

/** The same for network interfaces, where the list of groups has another name. */
interface NetworkInterfaces {
  NetworkInterfaceSets?: {
    NetworkInterfaceSet?: {
      NetworkInterfaceId: string;
      Status?: string;
      SecurityGroupIds?: { SecurityGroup?: string[] };
    }[];
  };
}
