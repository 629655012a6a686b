import { isAdmin } from "../authentication";
import type { Operation, Work } from "../front";
import { json } from "../json";
import type { Server } from "../world";
import { badRequest } from "./errors";

/** Source: measured on Nova 26.2.2 (Zed). */
export const listServers: Operation = {
  action: "listServers",
  kind: "read",
  run(work) {
    const { page, links } = pageOf(work);
    return json(200, { servers: page.map(([id, { name }]) => ({ id, name })), ...links });
  },
};

/**
 * A page of the servers that the caller sees: at most `limit` of them, after `marker`; a link to the next where the page is full.
 * Source: Compute API v2.1, "List Servers" and "Paginated collections"; openstack/nova, nova/api/openstack/common.py.
 */
export function pageOf({ context, caller, request }: Work): { page: [string, Server][]; links: object } {
  const query = request.url.searchParams;
  const everywhere = isAdmin(caller) && query.has("all_tenants");
  const servers = Object.entries(context.world.servers).filter(
    ([, server]) => everywhere || server.projectId === caller.projectId,
  );
  const marker = query.get("marker");
  const from = marker === null ? 0 : servers.findIndex(([id]) => id === marker) + 1;
  if (marker !== null && from === 0) throw badRequest(`marker [${marker}] not found`);
  const limit = query.get("limit");
  if (limit !== null && !/^\d+$/.test(limit)) throw badRequest("Invalid input for query parameters limit.");
  // "osapi_max_limit", by default 1000; 0 asks for as many.
  const most = Math.min(Number(limit) || 1000, 1000);
  const page = servers.slice(from, from + most);
  const last = page.at(-1)?.[0];
  if (page.length < most || last === undefined) return { page, links: {} };
  const next = new URLSearchParams({ limit: String(most), marker: last });
  const href = `${request.url.origin}${request.url.pathname}?${next}`;
  return { page, links: { servers_links: [{ rel: "next", href }] } };
}
