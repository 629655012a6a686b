import type * as pulumi from "@pulumi/pulumi";
import {
  type Association,
  association,
  batched,
  each,
  type Finding,
  type ListedPair,
  type ListedParent,
  type ListFilter,
  type Page,
} from "../../core/contract/association";
import type { Cloud, Deadline } from "../../core/contract/cloud";
import { CloudError } from "../../core/contract/errors";
import { identity, matching, type OneOf, type Plain, type Rule, text } from "../../core/contract/fields";
import { attachmentResource, type CommonInputs } from "../../core/program/resource";
import {
  type SecurityGroupAttachmentsArgs,
  SecurityGroupAttachmentsResource,
} from "../../core/program/security-groups";
import { schema } from "../../core/util/schema";
import type { NovaSession } from "../client";
import { openstack } from "../cloud";
import { idOfGroup, UUID } from "./security-groups";
import { type Interface, type ListedServer, listServers, Server, speaksOf } from "./server";

export type { SecurityGroupAttachmentsArgs };

/**
 * Arguments of {@link SecurityGroupAttachment}: the server, and either the id or the name of the security group.
 * Source: Compute API v2.1, "Add Security Group To A Server (addSecurityGroup Action)".
 */
export type SecurityGroupAttachmentArgs = OneOf<Arguments, "securityGroupId" | "securityGroupName">;

interface Arguments extends CommonInputs {
  /** Server (string, a UUID). A change replaces. */
  instanceId: pulumi.Input<string>;
  /** Security group (string, a UUID). Exactly one of `securityGroupId` and `securityGroupName`. A change replaces. */
  securityGroupId?: pulumi.Input<string>;
  /**
   * Name of the security group (string), looked up once, at create, in the project of the credentials; a group renamed later
   * stays attached. A name that is the id of a group means that group. Exactly one of `securityGroupId` and `securityGroupName`.
   * A change replaces.
   */
  securityGroupName?: pulumi.Input<string>;
}

const fields = {
  instanceId: identity(uuid("of a server")),
  securityGroupId: identity(uuid("of a security group; a name goes into securityGroupName"), {
    optional: true,
  }),
  securityGroupName: identity(text(), { optional: true, resolvesTo: "securityGroupId" }),
};

/** The class of the resource, for every cloud that speaks Nova's API. */
export const ServerSecurityGroupAttachment = attachmentResource<SecurityGroupAttachmentArgs, typeof fields>();

/**
 * Attaches a security group to all network interfaces of an OpenStack server. Additive: other groups are never touched.
 *
 * The identity is (instanceId, securityGroupId), the id is `<instanceId>/<securityGroupId>`. A network interface that the
 * server gets later does not have the group: `pulumi refresh` finds that, and the next `pulumi up` puts it on all of them. Last
 * group: it can be detached; with port security on, a port without groups lets nothing through. Nova rewrites whole lists of
 * groups, so nothing else should change groups of the same server at the same time.
 *
 * ```ts
 * new openstack.compute.SecurityGroupAttachment("web", { instanceId, securityGroupId });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/openstack-compute-security-group-attachment.md).
 */
export class SecurityGroupAttachment extends ServerSecurityGroupAttachment {
  constructor(name: string, args: SecurityGroupAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(securityGroupAttachment, name, args, opts);
  }
}

/**
 * Attaches a security group to many OpenStack servers, or many to one. Additive: other groups are never touched.
 *
 * The id is the group's or the instance's, whichever is given once. Last group: as for {@link SecurityGroupAttachment}.
 *
 * ```ts
 * new openstack.compute.SecurityGroupAttachments("app-ssh", { securityGroupId, instanceIds: [instanceId] });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/openstack-compute-security-group-attachment.md#many-at-once).
 */
export class SecurityGroupAttachments extends SecurityGroupAttachmentsResource {
  constructor(name: string, args: SecurityGroupAttachmentsArgs, opts?: pulumi.CustomResourceOptions) {
    super(securityGroupAttachment, name, args, opts);
  }
}

/** One server and one security group. Once resolved, `securityGroupId` is always there. */
type Pair = Plain<Arguments, typeof fields>;

/** How it is attached, found and detached on OpenStack. */
export const securityGroupAttachment = onNova("openstack/compute:SecurityGroupAttachment", openstack, {
  listsEachInterface: true,
});

/**
 * The association as Nova serves it.
 *
 * @param listsEachInterface - whether the server's list is known to name a group once per network interface that has it, so
 *   that one listed less often than there are interfaces is missing on some (measured on Nova 26.2.2).
 */
export function onNova(
  token: string,
  cloud: Cloud<NovaSession>,
  { listsEachInterface }: { listsEachInterface: boolean },
): Association<Pair, NovaSession> {
  return association<Pair, NovaSession>({
    token,
    cloud,
    fields,
    exactlyOne: [["securityGroupId", "securityGroupName"]],
    plural: { instanceIds: "instanceId", securityGroupIds: "securityGroupId" },
    id: (pair) => `${pair.instanceId}/${pair.securityGroupId}`,
    parseId: (id) => {
      const [instanceId, securityGroupId] = id.split("/");
      return { instanceId, securityGroupId };
    },
    describe: (pair) => ({
      what: `security group ${pair.securityGroupId ?? `"${pair.securityGroupName}"`}`,
      where: `server ${pair.instanceId}`,
    }),
    // Nova reads and rewrites each port's list of groups without a lock: of ten parallel calls, all answered 202, up to eight
    // were lost (measured on Nova 26.2.2).
    parent: (pair) => `server ${pair.instanceId}`,

    async resolve(session, args, deadline) {
      if (args.securityGroupName === undefined) return args;
      return { ...args, securityGroupId: await idOfGroup(session, args.securityGroupName, deadline) };
    },

    find: batched({ common: (pair) => pair.instanceId }, async (session, pairs, deadline, instanceId) => {
      try {
        const server = new Server(session, instanceId, deadline);
        const groups = (await server.groups()).map(({ id }) => id);
        const busy =
          groups.length === 0 && (await server.isBuilding()) ? "the server is being built" : undefined;
        const count = (id: string | undefined) => groups.filter((group) => group === id).length;
        // No group is on more interfaces than there are: often that alone shows that this one is not on all.
        const most = Math.max(...groups.map(count));
        const isOnMost = pairs.some((pair) => count(pair.securityGroupId) === most);
        const able = listsEachInterface && isOnMost ? ableOnes(await server.interfaces()).length : 0;
        const interfaces = Math.max(most, able);
        return pairs.map((pair) => findingOf(count(pair.securityGroupId), interfaces, busy));
      } catch (error) {
        // Only the absence of this very server: any other 404 proves nothing.
        const isMissing = error instanceof CloudError && cloud.classify(error, "find").outcome === "missing";
        if (!isMissing) throw error;
        return pairs.map(() => ({ state: "missing", what: `server ${instanceId}` }) as const);
      }
    }),
    attach: each((session, pair, deadline) => act(session, "addSecurityGroup", pair, deadline)),
    detach: each((session, pair, deadline) => act(session, "removeSecurityGroup", pair, deadline)),
    list: (session, filter) =>
      filter.parents && !filter.parents.some((id) => UUID.test(id))
        ? []
        : [{ what: "servers", page: (deadline, at) => listPage(session, cloud, filter, deadline, at) }],
    // Adding stops at the first interface that has the group already; removing takes it off wherever it is.
    async change(session, pair, deadline) {
      const interfaces = await new Server(session, pair.instanceId, deadline).interfaces();
      requireAllAble(interfaces);
      await act(session, "removeSecurityGroup", pair, deadline);
      await act(session, "addSecurityGroup", pair, deadline);
    },
  });
}

function ableOnes(interfaces: readonly Interface[]): Interface[] {
  return interfaces.filter(({ takesGroups }) => takesGroups !== false);
}

/** Adding walks the interfaces in an order of its own and stops at the first that takes no group: those after it would lose theirs. */
function requireAllAble(interfaces: readonly Interface[]): void {
  const unable = interfaces.find(({ takesGroups }) => takesGroups === false);
  if (unable) {
    throw new Error(
      `network interface ${unable.id} of the server takes no security group, and Nova would stop there when it puts the group back: ` +
        "nothing was taken off (hint: enable port security on it and give it an address, or detach it; or add the group to the " +
        "others by hand)",
    );
  }
  if (interfaces.some(({ takesGroups }) => takesGroups === undefined)) {
    throw new Error(
      "the cloud shows no network service that could tell whether every network interface would take the group back: nothing was " +
        "taken off (hint: add the group to the others by hand)",
    );
  }
}

function uuid(of: string): Rule {
  return matching(UUID, `must be the id (a UUID in lower case) ${of}`);
}

async function act(
  session: NovaSession,
  action: "addSecurityGroup" | "removeSecurityGroup",
  pair: Pair,
  deadline: Deadline,
): Promise<void> {
  if (!pair.securityGroupId) throw new Error("the security group has not been resolved");
  const { instanceId, securityGroupId } = pair;
  const body = { [action]: { name: securityGroupId } };
  const path = `/servers/${instanceId}/action`;
  const request = { action, ids: [instanceId, securityGroupId], path, body };
  await speaksOf(instanceId, () => session.request("compute", request, deadline, nothing));
}

/** "No response body" (addSecurityGroup, removeSecurityGroup). */
const nothing = schema((v) => v.undefined_());

function findingOf(count: number, interfaces: number, busy: string | undefined): Finding<Pair> {
  if (count === 0) return { state: "detached", ...(busy ? { busy } : {}) };
  if (count >= interfaces) return { state: "attached" };
  return {
    state: "attached",
    incomplete: `it is on ${count} of the server's ${interfaces} network interfaces`,
  };
}

/** Servers asked for their groups at the same time. */
const AT_ONCE = 8;

/** The servers of a page with their groups: a list of servers shows the names of groups, and only a server's own list their ids. */
async function listPage(
  session: NovaSession,
  cloud: Cloud<NovaSession>,
  { parents }: ListFilter,
  deadline: Deadline,
  at: string | undefined,
): Promise<Page<Pair>> {
  const { servers, next } = await listServers(session, deadline, at);
  const wanted = parents ? servers.filter(({ id }) => parents.includes(id)) : servers;
  const listed: ListedParent<Pair>[] = [];
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const some = wanted.slice(from, from + AT_ONCE).map(async (server) => {
      const groups = await groupsOf(session, cloud, server, deadline);
      return { ...server, attached: pairsOf(server.id, groups) };
    });
    listed.push(...(await Promise.all(some)));
  }
  return { parents: listed, ...(next === undefined ? {} : { next }) };
}

/** One entry for each interface that has the group; none for a server that is gone since it was listed. */
async function groupsOf(
  session: NovaSession,
  cloud: Cloud<NovaSession>,
  { id }: ListedServer,
  deadline: Deadline,
): Promise<NamedGroup[]> {
  try {
    return await new Server(session, id, deadline).groups();
  } catch (error) {
    if (error instanceof CloudError && cloud.classify(error, "find").outcome === "missing") return [];
    throw error;
  }
}

/** A group as a server's list shows it. */
type NamedGroup = Awaited<ReturnType<Server["groups"]>>[number];

/** No group is on more interfaces than there are: one that is on fewer than another is not on all. */
function pairsOf(instanceId: string, groups: readonly NamedGroup[]): ListedPair<Pair>[] {
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  const count = (id: string) => groups.filter((group) => group.id === id).length;
  const most = Math.max(...[...names.keys()].map(count));
  return [...names].map(([securityGroupId, name]) => ({
    pair: { instanceId, securityGroupId },
    group: securityGroupId,
    ...(name ? { groupName: name } : {}),
    seen: findingOf(count(securityGroupId), most, undefined) as ListedPair<Pair>["seen"],
  }));
}
