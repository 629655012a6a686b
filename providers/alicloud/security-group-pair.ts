import type * as pulumi from "@pulumi/pulumi";
import { type Association, association, batched, each, type Finding } from "../core/contract/association";
import type { Deadline } from "../core/contract/cloud";
import { cloudId, identity, type OneOf, type Plain } from "../core/contract/fields";
import { attachmentResource, type CommonInputs } from "../core/program/resource";
import type { AlicloudSession } from "./client";
import { alicloud } from "./cloud";

/**
 * Arguments of a security group attachment of ECS or ENS: the group, and either an instance or a network interface.
 * Source: ECS API 2014-05-26 and ENS API 2017-11-10, JoinSecurityGroup.
 */
export type SecurityGroupAttachmentArgs = OneOf<Arguments, "instanceId" | "networkInterfaceId">;

interface Arguments extends CommonInputs {
  /**
   * Instance (string, `i-...`), whose primary network interface joins the group. Exactly one of `instanceId` and
   * `networkInterfaceId`. A change replaces.
   */
  instanceId?: pulumi.Input<string>;
  /**
   * Elastic network interface (string, `eni-...`), a secondary one. Exactly one of `instanceId` and `networkInterfaceId`.
   * A change replaces.
   */
  networkInterfaceId?: pulumi.Input<string>;
  /** Security group (string, `sg-...`). A change replaces. */
  securityGroupId: pulumi.Input<string>;
}

export const fields = {
  instanceId: identity(cloudId(), { optional: true }),
  networkInterfaceId: identity(cloudId(), { optional: true }),
  securityGroupId: identity(cloudId()),
};

/** A security group and what is in it. */
export type Pair = Plain<Arguments, typeof fields>;

/** What a product says of its instances and network interfaces, and how it lets them join and leave groups. */
interface Product {
  describeInstances(session: AlicloudSession, ids: string[], deadline: Deadline): Promise<Members>;
  describeNetworkInterfaces(session: AlicloudSession, ids: string[], deadline: Deadline): Promise<Members>;
  /** One instance or network interface and one group a call. */
  write(session: AlicloudSession, action: Action, pair: Pair, deadline: Deadline): Promise<void>;
  isGlobal?: true;
}

/** The two writes, whose names ECS and ENS share. */
export type Action = "JoinSecurityGroup" | "LeaveSecurityGroup";

/** The class of the resource, for ECS and ENS alike. */
export const SecurityGroupAttachmentResource = attachmentResource<
  SecurityGroupAttachmentArgs,
  typeof fields
>();

/** The association of a security group with an instance or a network interface of a product. */
export function securityGroupAssociation(
  token: string,
  product: Product,
): Association<Pair, AlicloudSession> {
  return association<Pair, AlicloudSession>({
    token,
    cloud: alicloud,
    fields,
    exactlyOne: [["instanceId", "networkInterfaceId"]],
    ...(product.isGlobal ? { isGlobal: true } : {}),
    plural: { instanceIds: "instanceId", securityGroupIds: "securityGroupId" },
    id: (pair) => `${memberId(pair)}:${pair.securityGroupId}`,
    describe: (pair) => ({ what: `security group ${pair.securityGroupId}`, where: memberName(pair) }),
    parent: memberName,

    find: batched(
      {
        common: (pair) => (pair.instanceId ? "describeInstances" : "describeNetworkInterfaces"),
        // "InstanceIds: up to 100", "NetworkInterfaceId.N: 1 to 100" (ECS 2014-05-26, ENS 2017-11-10).
        fits: (pairs) => memberIds(pairs).length <= 100,
      },
      async (session, pairs, deadline, describe) => {
        const members = await product[describe](session, memberIds(pairs), deadline);
        return pairs.map((pair) => findingOf(members.get(memberId(pair)), pair));
      },
    ),
    attach: each((session, pair, deadline) => product.write(session, "JoinSecurityGroup", pair, deadline)),
    detach: each((session, pair, deadline) => product.write(session, "LeaveSecurityGroup", pair, deadline)),
  });
}

/** `i-2` or `eni-3`. */
function memberId(pair: Pair): string {
  return pair.instanceId ?? pair.networkInterfaceId ?? "";
}

/** `instance i-2` or `network interface eni-3`. */
function memberName(pair: Pair): string {
  return pair.instanceId ? `instance ${pair.instanceId}` : `network interface ${pair.networkInterfaceId}`;
}

/** Ids of instances or network interfaces, each once. */
function memberIds(pairs: readonly Pair[]): string[] {
  return [...new Set(pairs.map(memberId))];
}

/** An instance or a network interface, as far as it matters. */
export interface Member {
  status: string;
  securityGroupIds: readonly string[];
}

/** Instances or network interfaces by id; an Error where it could not be told, nothing where there is none. */
export type Members = Map<string, Member | Error | undefined>;

/** States that pass, and in which the API refuses to join a group. */
const passing = new Set([
  "Pending",
  "Starting",
  "Stopping",
  "Creating",
  "Attaching",
  "Detaching",
  "Linking",
  "Unlinking",
]);

/** What `member` says of the pair. */
function findingOf(member: Member | Error | undefined, pair: Pair): Finding<Pair> | Error {
  if (!member) return { state: "missing", what: memberName(pair) };
  if (member instanceof Error) return member;
  if (member.securityGroupIds.includes(pair.securityGroupId)) return { state: "attached" };
  const busy = passing.has(member.status) ? `${memberName(pair)} is ${member.status}` : undefined;
  return { state: "detached", ...(busy ? { busy } : {}) };
}
