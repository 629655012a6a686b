import type * as pulumi from "@pulumi/pulumi";
import { listed, type Source } from "../core/cloud/answer";
import {
  type Association,
  association,
  batched,
  each,
  type Finding,
  type ListedParent,
  type ListFilter,
} from "../core/contract/association";
import type { Deadline } from "../core/contract/cloud";
import { cloudId, identity, type OneOf, type Plain } from "../core/contract/fields";
import { attachmentResource, type CommonInputs } from "../core/program/resource";
import { given } from "../core/util/given";
import type { AlicloudSession } from "./client";
import { alicloud } from "./cloud";
import { GroupNames } from "./group-names";

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
  /** One page, from the first on. */
  page(
    session: AlicloudSession,
    of: Listing,
    deadline: Deadline,
    at: string | undefined,
  ): Promise<MemberPage>;
  /** What is known of an instance that the list of instances does not show. Default: it is not there. */
  unlisted?(session: AlicloudSession, id: string, deadline: Deadline): Promise<Member | Error | undefined>;
  /** One instance or network interface and one group a call. */
  write(session: AlicloudSession, action: Action, pair: Pair, deadline: Deadline): Promise<void>;
  /** Names of these groups, at most 100, by id; and of others if that takes no more calls. */
  groupNames(
    session: AlicloudSession,
    ids: readonly string[],
    deadline: Deadline,
  ): Promise<Iterable<[string, string]>>;
  /** Groups that an instance or a network interface must keep. */
  least?: number;
  isGlobal?: true;
}

type Kind = "instances" | "networkInterfaces";

/** What is listed, and of it only these ids (at most 100) and what is in this group, if they are given. */
export interface Listing {
  kind: Kind;
  ids?: readonly string[];
  groupId?: string;
  /** Of network interfaces only secondary ones: a primary one has the groups of its instance. */
  onlySecondary?: true;
}

/** An instance or a network interface, as far as it matters. */
export interface Member extends Pick<ListedParent<Pair>, "id" | "name" | "network" | "tags"> {
  status: string;
  securityGroupIds: readonly string[];
  isPrimary?: boolean;
  /** A service of the vendor's manages it, and its groups. */
  isManaged?: boolean;
}

/** A page of them, and what the answer says of the others. */
export interface MemberPage extends Source {
  members: readonly Member[];
  total?: number | undefined;
  /** What to ask for the next page with; empty if there is none. */
  next?: string | null | undefined;
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
  const known = new WeakMap<AlicloudSession, GroupNames>();
  const groupNamesOf = (session: AlicloudSession): GroupNames => {
    const names =
      known.get(session) ?? new GroupNames((ids, deadline) => product.groupNames(session, ids, deadline));
    known.set(session, names);
    return names;
  };
  return association<Pair, AlicloudSession>({
    token,
    cloud: alicloud,
    fields,
    exactlyOne: [["instanceId", "networkInterfaceId"]],
    ...(product.isGlobal ? { isGlobal: true } : {}),
    plural: { instanceIds: "instanceId", securityGroupIds: "securityGroupId" },
    id: (pair) => `${memberId(pair)}:${pair.securityGroupId}`,
    parseId: (id) => {
      const [member, securityGroupId] = id.split(":");
      return { [member?.startsWith("eni-") ? "networkInterfaceId" : "instanceId"]: member, securityGroupId };
    },
    describe: (pair) => ({ what: `security group ${pair.securityGroupId}`, where: memberName(pair) }),
    parent: memberName,
    ...(product.least ? { perParent: { least: product.least } } : {}),

    find: batched(
      // "InstanceIds: up to 100", "NetworkInterfaceId.N: 1 to 100" (ECS 2014-05-26, ENS 2017-11-10).
      { common: kindOf, fits: (pairs) => memberIds(pairs).length <= 100 },
      async (session, pairs, deadline, kind) => {
        const ids = memberIds(pairs);
        const answer = await product.page(session, { kind, ids }, deadline, undefined);
        const members: Members = listed(answer.members, ({ id }) => id, ids, answer);
        const absent = kind === "instances" && product.unlisted ? ids.filter((id) => !members.has(id)) : [];
        await Promise.all(
          absent.map(async (id) => members.set(id, await product.unlisted?.(session, id, deadline))),
        );
        return pairs.map((pair) => findingOf(members.get(memberId(pair)), pair));
      },
    ),
    attach: each((session, pair, deadline) => product.write(session, "JoinSecurityGroup", pair, deadline)),
    detach: each((session, pair, deadline) => product.write(session, "LeaveSecurityGroup", pair, deadline)),

    nowhere: { instanceId: "i-bp10000000000000000000", securityGroupId: "sg-bp1000000000000000000" },
    list: (session, filter) =>
      listings(filter).map((of) => ({
        what: of.kind === "instances" ? "instances" : "network interfaces",
        async page(deadline, at) {
          const { members, total, next } = await product.page(session, of, deadline, at);
          const own = members.filter(({ isPrimary, isManaged }) => !isPrimary && !isManaged);
          const ids = own.flatMap(({ securityGroupIds }) => securityGroupIds);
          const names = await groupNamesOf(session).including(ids, deadline);
          const parents = own.map((each) => parentOf(of.kind, each, names));
          return { parents, ...(total === undefined ? {} : { total }), ...(next ? { next } : {}) };
        },
      })),
  });
}

/** Which lists show what is wanted; more than the API can filter by is left to what asked. */
function listings({ parents, groups }: ListFilter): Listing[] {
  const kinds = [
    ["instances", /^i-/],
    ["networkInterfaces", /^eni-/],
  ] as const;
  return kinds.flatMap(([kind, form]) => {
    const ids = parents?.filter((id) => form.test(id));
    if (ids?.length === 0) return [];
    const few = ids && ids.length <= 100 ? { ids } : {};
    const [groupId, ...others] = groups ?? [];
    const inGroup = groupId !== undefined && others.length === 0 ? { groupId } : {};
    return { kind, ...few, ...inGroup, onlySecondary: true };
  });
}

function parentOf(
  kind: Kind,
  { id, name, network, tags, securityGroupIds }: Member,
  names: ReadonlyMap<string, string>,
): ListedParent<Pair> {
  const attached = securityGroupIds.map((securityGroupId) => ({
    pair: { [kind === "instances" ? "instanceId" : "networkInterfaceId"]: id, securityGroupId },
    group: securityGroupId,
    ...given({ groupName: names.get(securityGroupId) }),
    seen: { state: "attached" } as const,
  }));
  return given({ id, name, network, tags, attached });
}

function kindOf(pair: Pair): Kind {
  return pair.instanceId ? "instances" : "networkInterfaces";
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

/** By id; an Error where it could not be told, nothing where there is none. */
type Members = Map<string, Member | Error | undefined>;

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
