import { type Context, VendorError } from "../../cloud";
import type { Work } from "../front";
import { isObject } from "../json";
import { portsOf, setSecurityGroups } from "../network/port";
import { visible } from "../network/security-group";
import type { ComputeWorld, Port } from "../world";
import { badRequest, conflict, forbidden, notFound, unexpected } from "./errors";
import { portHistory } from "./port-history";
import { serverOf } from "./server";

/** What addSecurityGroup and removeSecurityGroup do differently. */
interface Change {
  /** Its part of the policy's name. */
  verb: "add" | "remove";
  /** The groups of a port afterwards; undefined leaves the port alone. */
  rewrite(
    groups: string[],
    groupId: string,
    port: Port,
    context: Context<ComputeWorld>,
  ): string[] | undefined;
}

/**
 * Puts a group on all NICs of a server, or takes it off, the way Nova does: it rewrites each port's whole list. Returns
 * how many ports it has written.
 */
export async function changePorts(work: Work, name: string, { verb, rewrite }: Change): Promise<number> {
  const { request, context, caller, id: serverId } = work;
  serverOf(work);
  // Source: openstack/nova, nova/policies/security_groups.py.
  if (!caller.mayChange) throw forbidden(`os_compute_api:os-security-groups:${verb}`);
  const groupId = groupNamed(work, name);
  const ports = portsOf(context.world, serverId);
  if (ports.length === 0)
    throw notFound(`instance_id ${serverId} could not be found as device id on any ports`);

  // Nova reads the lists, and later writes them back with no check that they are still the same, so that of changes
  // which overlap some are lost: of ten adds at once 3 to 10 stayed, all answered with 202.
  const history = portHistory(context);
  const existing = (id: string) => context.world.securityGroups[id] !== undefined;
  const read = ports.map(([id, port]) => history.asOf(request.arrived, id, port).filter(existing));
  await context.sleep(Number(context.variant("nova.writeMs") ?? 10));

  let written = 0;
  for (const [index, [portId, port]] of ports.entries()) {
    const after = rewrite(read[index] ?? [], groupId, port, context);
    if (after === undefined) continue;
    const before = port.securityGroupIds;
    try {
      setSecurityGroups(context.world, port, after, caller);
    } catch (error) {
      throw error instanceof VendorError ? throughNova(error, verb, context) : error;
    }
    history.remember(portId, before);
    written++;
  }
  return written;
}

/** How a refusal by Neutron comes out of Nova. */
function throughNova(
  error: VendorError,
  verb: Change["verb"],
  { requestId, variant }: Context<ComputeWorld>,
): VendorError {
  if (error.status === 400 && verb === "add") {
    return badRequest(`${error.message}\nNeutron server returns request_ids: ['${requestId}']`);
  }
  // Nova 2024.2 passes the conflict on. Source: openstack/nova, release 30.0.0.
  if (error.status === 409 && variant("nova.release") === "2024.2") return conflict(error.message);
  const kind = { 400: "BadRequest", 404: "NotFound", 409: "Conflict" }[error.status] ?? "InternalServerError";
  return unexpected(`neutronclient.common.exceptions.${kind}`);
}

/** The name, or id, that the body gives to either action. */
export function nameGiven(given: unknown, { variant }: Context<ComputeWorld>): string {
  if (!isObject(given)) throw badRequest("Missing parameter dict");
  const { name } = given;
  if (name === undefined) throw badRequest("Security group not specified");
  if (typeof name !== "string") {
    if (variant("nova.release") === "2024.2") {
      // Source: openstack/nova, nova/api/openstack/compute/schemas/security_groups.py, and its form for all schemas.
      const value = JSON.stringify(name);
      throw badRequest(
        `Invalid input for field/attribute name. Value: ${value}. ${value} is not of type 'string'`,
      );
    }
    throw unexpected("AttributeError");
  }
  if (name.trim() === "") throw badRequest("Security group name cannot be empty");
  return name;
}

/** By id first, and in any project one may see; by name in the caller's project only. */
function groupNamed({ context, caller }: Work, name: string): string {
  const { securityGroups } = context.world;
  if (visible(securityGroups[name], caller)) return name;
  const named = Object.entries(securityGroups)
    .filter(([, group]) => group.name === name && group.projectId === caller.projectId)
    .map(([id]) => id);
  if (named.length > 1) {
    throw conflict(
      `Multiple security_group matches found for name '${name}', use an ID to be more specific.`,
    );
  }
  if (named[0] === undefined) {
    throw notFound(`Security group ${name} is not found for project ${caller.projectId}`);
  }
  return named[0];
}
