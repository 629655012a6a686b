import { isAdmin } from "../authentication";
import type { Operation } from "../front";
import { json } from "../json";

/** Source: measured on Nova 26.2.2 (Zed). */
export const listServers: Operation = {
  action: "listServers",
  kind: "read",
  run({ context, caller, request }) {
    const everywhere = isAdmin(caller) && request.url.searchParams.has("all_tenants");
    const servers = Object.entries(context.world.servers).filter(
      ([, server]) => everywhere || server.projectId === caller.projectId,
    );
    return json(200, { servers: servers.map(([id, { name }]) => ({ id, name })) });
  },
};
