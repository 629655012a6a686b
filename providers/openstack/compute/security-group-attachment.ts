import type * as pulumi from "@pulumi/pulumi";
import type { Association, CommonArgs, Finding } from "../../core/contract/association";
import type { Cloud, Deadline } from "../../core/contract/cloud";
import { CloudError } from "../../core/contract/errors";
import { identity, type Rule, rule, text } from "../../core/contract/fields";
import { association } from "../../core/contract/kind";
import { AttachmentResource, type CommonInputs } from "../../core/program/resource";
import type { NovaSession } from "../client";
import { openstack } from "../cloud";
import { idOfGroup, UUID } from "./security-groups";
import { Server } from "./server";

/**
 * Arguments of {@link SecurityGroupAttachment}: the server, and either the id or the name of the security group.
 * Source: Compute API v2.1, "Add Security Group To A Server (addSecurityGroup Action)".
 */
export interface SecurityGroupAttachmentArgs extends CommonInputs {
  /** Server (string, a UUID). A change replaces. */
  instanceId: pulumi.Input<string>;
  /** Security group (string, a UUID). A change replaces. */
  securityGroupId?: pulumi.Input<string>;
  /**
   * Name of the security group (string), looked up once, at create, in the project of the credentials; a group renamed later
   * stays attached. A name that is the id of a group means that group. A change replaces.
   */
  securityGroupName?: pulumi.Input<string>;
}

/** What every attachment of a security group to a server of a Nova is, whoever runs that Nova. */
export abstract class ServerSecurityGroupAttachment extends AttachmentResource {
  /** Server. */
  declare readonly instanceId: pulumi.Output<string>;
  /** Security group, also if it was given by name. */
  declare readonly securityGroupId: pulumi.Output<string>;
  /** Name of the security group, if it was given by name. */
  declare readonly securityGroupName: pulumi.Output<string | undefined>;
}

/**
 * Attaches a security group to all network interfaces of an OpenStack server. Additive: other groups are never touched.
 *
 * The identity is (instanceId, securityGroupId), the id is `<instanceId>/<securityGroupId>`. A network interface that the
 * server gets later does not have the group: `pulumi refresh` finds that, and the next `pulumi up` puts it on all of them.
 * Nova rewrites whole lists of groups, so nothing else should change groups of the same server at the same time.
 *
 * ```ts
 * new openstack.compute.SecurityGroupAttachment("web", { instanceId, securityGroupId });
 * ```
 */
export class SecurityGroupAttachment extends ServerSecurityGroupAttachment {
  /** @throws Error for what {@link AttachmentResource} refuses; wrong arguments are reported by `pulumi preview`. */
  constructor(name: string, args: SecurityGroupAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(securityGroupAttachment, name, { ...args }, opts);
  }
}

/** One server and one security group, as plain values. */
export interface Pair extends CommonArgs {
  instanceId: string;
  /** Always there once resolved. */
  securityGroupId?: string;
  securityGroupName?: string;
}

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
    fields: {
      instanceId: identity(uuid("of a server")),
      securityGroupId: identity(uuid("of a security group; a name goes into securityGroupName"), {
        optional: true,
      }),
      securityGroupName: identity(text(), { optional: true }),
    },
    exactlyOne: [["securityGroupId", "securityGroupName"]],
    id: (pair) => `${pair.instanceId}/${pair.securityGroupId}`,
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

    find: {
      lane: (pair) => pair.instanceId,
      async call(session, pairs, deadline): Promise<Finding<Pair>[]> {
        const instanceId = pairs[0]?.instanceId ?? "";
        try {
          const server = new Server(session, instanceId, deadline);
          const groups = await server.groups();
          const busy =
            groups.length === 0 && (await server.isBuilding()) ? "the server is being built" : undefined;
          const count = (id: string | undefined) => groups.filter((group) => group === id).length;
          // No group is on more interfaces than there are: often that alone shows that this one is not on all.
          const most = Math.max(...groups.map(count));
          const isOnMost = pairs.some((pair) => count(pair.securityGroupId) === most);
          const interfaces =
            listsEachInterface && isOnMost ? Math.max(most, await server.interfaces()) : most;
          return pairs.map((pair) => findingOf(count(pair.securityGroupId), interfaces, busy));
        } catch (error) {
          // Only the server's own absence: any other 404 proves nothing.
          const isGone = error instanceof CloudError && cloud.classify(error, "find").outcome === "missing";
          if (!isGone) throw error;
          return pairs.map(() => ({ state: "missing", what: `server ${instanceId}` }));
        }
      },
    },
    attach: { call: (session, [pair], deadline) => act(session, "addSecurityGroup", pair, deadline) },
    detach: { call: (session, [pair], deadline) => act(session, "removeSecurityGroup", pair, deadline) },
    // Adding stops at the first interface that has the group already; removing takes it off wherever it is.
    async change(session, pair, deadline) {
      await act(session, "removeSecurityGroup", pair, deadline);
      await act(session, "addSecurityGroup", pair, deadline);
    },
  });
}

function uuid(of: string): Rule {
  return rule((v) =>
    v.pipe(v.string("must be a string"), v.regex(UUID, `must be the id (a UUID in lower case) ${of}`)),
  );
}

async function act(
  session: NovaSession,
  action: "addSecurityGroup" | "removeSecurityGroup",
  pair: Pair | undefined,
  deadline: Deadline,
): Promise<void> {
  if (!pair?.securityGroupId) throw new Error("the security group has not been resolved");
  const { instanceId, securityGroupId } = pair;
  const body = { [action]: { name: securityGroupId } };
  const path = `/servers/${instanceId}/action`;
  await session.request("compute", { action, ids: [instanceId, securityGroupId], path, body }, deadline);
}

function findingOf(count: number, interfaces: number, busy: string | undefined): Finding<Pair> {
  if (count === 0) return { state: "detached", ...(busy ? { busy } : {}) };
  if (count >= interfaces) return { state: "attached" };
  return {
    state: "attached",
    incomplete: `it is on ${count} of the server's ${interfaces} network interfaces`,
  };
}
