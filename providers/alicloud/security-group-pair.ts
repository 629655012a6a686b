import type * as pulumi from "@pulumi/pulumi";
import type { CommonArgs, Finding } from "../core/contract/association";
import { cloudId, identity } from "../core/contract/fields";
import type { CommonInputs } from "../core/program/resource";

/** Arguments that ECS and ENS share: both tie a security group to an instance or to a network interface. */
export interface SecurityGroupAttachmentArgs extends CommonInputs {
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

/** A security group and what is in it. */
export interface Pair extends CommonArgs {
  instanceId?: string;
  networkInterfaceId?: string;
  securityGroupId: string;
}

/** What ECS and ENS say alike of such a pair. */
export const pairIdentity = {
  fields: {
    instanceId: identity(cloudId(), { optional: true }),
    networkInterfaceId: identity(cloudId(), { optional: true }),
    securityGroupId: identity(cloudId()),
  },
  exactlyOne: [["instanceId", "networkInterfaceId"]],
  id: (pair: Pair) => `${memberId(pair)}:${pair.securityGroupId}`,
  describe: (pair: Pair) => ({ what: `security group ${pair.securityGroupId}`, where: memberName(pair) }),
  parent: memberName,
} as const;

/** `i-2` or `eni-3`. */
export function memberId(pair: Pair): string {
  return pair.instanceId ?? pair.networkInterfaceId ?? "";
}

/** `instance i-2` or `network interface eni-3`. */
export function memberName(pair: Pair): string {
  return pair.instanceId ? `instance ${pair.instanceId}` : `network interface ${pair.networkInterfaceId}`;
}

/** Ids of instances or network interfaces, each once. */
export function memberIds(pairs: readonly Pair[]): string[] {
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
export function findingOf(member: Member | Error | undefined, pair: Pair): Finding<Pair> | Error {
  if (!member) return { state: "missing", what: memberName(pair) };
  if (member instanceof Error) return member;
  if (member.securityGroupIds.includes(pair.securityGroupId)) return { state: "attached" };
  const busy = passing.has(member.status) ? `${memberName(pair)} is ${member.status}` : undefined;
  return { state: "detached", ...(busy ? { busy } : {}) };
}
