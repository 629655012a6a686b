import { notTheApis } from "../../core/cloud/answer";
import type { Deadline } from "../../core/contract/cloud";
import { MissingError } from "../../core/contract/errors";
import { schema } from "../../core/util/schema";
import type { NovaSession } from "../client";

/** Nova takes ids of servers and groups as such only in this form; anything else it takes for a name, where it takes one. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const groups = schema((v) =>
  v.object({
    security_groups: v.array(
      v.object({ id: v.string(), name: v.string(), tenant_id: v.optional(v.string()) }),
    ),
  }),
);

/** The group that Nova would take for this name: an id comes first, then a name in the project of the credentials. */
export async function idOfGroup(session: NovaSession, name: string, deadline: Deadline): Promise<string> {
  const about = { action: "listSecurityGroups" };
  const search = async (query: Record<string, string>) => {
    // Without a Neutron to ask, Nova passes the question on, but takes no filter (and none at all from microversion 2.36).
    const [service, path] = session.has("network")
      ? (["network", "/v2.0/security-groups"] as const)
      : (["compute", "/os-security-groups"] as const);
    const request = {
      ...about,
      ids: [name],
      path,
      ...(service === "network" ? { query } : {}),
    };
    return (await session.request(service, request, deadline, groups)).security_groups;
  };
  if (UUID.test(name) && (await search({ id: name })).some((group) => group.id === name)) return name;
  const found = await search({ name, tenant_id: session.accountId });
  const ids = found
    .filter((group) => group.name === name && (group.tenant_id ?? session.accountId) === session.accountId)
    .map((group) => group.id);
  const [id] = ids;
  // It is kept in state, and makes part of the resource's id.
  if (id !== undefined && !UUID.test(id)) throw notTheApis("the id of the security group is none", about);
  if (id !== undefined && ids.length === 1) return id;
  const where = `in ${session.region}`;
  if (ids.length === 0) {
    const message = `project ${session.accountId} has no security group named "${name}" ${where}`;
    throw new MissingError(`security group "${name}"`, message);
  }
  throw new Error(
    `project ${session.accountId} has ${ids.length} security groups named "${name}" ${where}: ${ids.join(", ")}; ` +
      "give securityGroupId instead",
  );
}
