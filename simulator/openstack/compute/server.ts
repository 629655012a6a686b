import type { Work } from "../front";
import { portsOf } from "../network/port";
import { visible } from "../network/security-group";
import type { Server } from "../world";
import { notFound } from "./errors";

/** The server that the path names. */
export function serverOf({ context, caller, id }: Work): Server {
  const server = context.world.servers[id];
  if (server === undefined || !visible(server, caller)) throw notFound(`Instance ${id} could not be found.`);
  return server;
}

/** One entry a NIC and group; groups of other projects are left out, unless an admin asks. */
export function groupsOf({ context, caller, id: serverId }: Work) {
  return portsOf(context.world, serverId)
    .flatMap(([, port]) => port.securityGroupIds)
    .flatMap((id) => {
      const group = context.world.securityGroups[id];
      return group !== undefined && visible(group, caller) ? [{ id, ...group }] : [];
    });
}
