import type { Operation, Work } from "../front";
import { json } from "../json";
import { portsOf } from "../network/port";
import { groupsOf, serverOf } from "./server";

/** Source: measured on Nova 26.2.2 (Zed). */
export const showServer: Operation = {
  action: "showServer",
  kind: "read",
  run: (work) => json(200, { server: bodyOf(work) }),
};

/** What Nova tells of a server. */
export function bodyOf(work: Work): object {
  const server = serverOf(work);
  const groups = groupsOf(work).map(({ name }) => ({ name }));
  const addresses: Record<string, object[]> = {};
  for (const [, { networkId, ipAddress }] of portsOf(work.context.world, work.id)) {
    const here = ipAddress === "" ? [] : [{ version: 4, addr: ipAddress, "OS-EXT-IPS:type": "fixed" }];
    addresses[networkId] = [...(addresses[networkId] ?? []), ...here];
  }
  return {
    id: work.id,
    name: server.name,
    status: server.status,
    tenant_id: server.projectId,
    metadata: server.metadata ?? {},
    addresses,
    ...(groups.length > 0 && { security_groups: groups }),
    "OS-EXT-STS:task_state": server.status === "BUILD" ? "scheduling" : null,
    "OS-EXT-STS:vm_state": server.status === "BUILD" ? "building" : server.status.toLowerCase(),
  };
}
