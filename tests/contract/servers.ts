import type { Properties } from "../../providers/core/contract/inputs";
import type { World } from "../../simulator/index";
import type { Simulated } from "./stage";

/** The part of the world that a Nova knows. */
interface Compute {
  servers: Record<string, unknown>;
  ports: Record<string, { serverId: string; securityGroupIds: string[] }>;
  securityGroups: Record<string, unknown>;
}

/** Ids of the simulator's default servers (1) and groups (2). */
export const uuid = (kind: 1 | 2, number: number): string =>
  `${kind}0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Ten groups on one server, in the world of a Nova. */
export function servers(
  table: (world: World) => Compute,
  instanceId = uuid(1, 1),
): Pick<Simulated, "pairs" | "attached" | "attach" | "detach" | "removeParent" | "removeOther"> {
  const ports = (world: World) =>
    Object.values(table(world).ports).filter((port) => port.serverId === instanceId);
  const groupOf = (pair: Properties) => String(pair.securityGroupId ?? String(pair.id).split("/")[1]);
  const take = (world: World, pair: Properties) => {
    for (const port of ports(world)) {
      port.securityGroupIds = port.securityGroupIds.filter((group) => group !== groupOf(pair));
    }
  };
  return {
    pairs: Array.from({ length: 10 }, (_, index) => ({ instanceId, securityGroupId: uuid(2, 101 + index) })),
    attached: (world) =>
      [...new Set(ports(world).flatMap((port) => port.securityGroupIds))].map(
        (group) => `${instanceId}/${group}`,
      ),
    attach(world, pair) {
      for (const port of ports(world)) port.securityGroupIds.push(groupOf(pair));
    },
    detach: take,
    removeParent(world) {
      delete table(world).servers[instanceId];
      for (const [id, port] of Object.entries(table(world).ports)) {
        if (port.serverId === instanceId) delete table(world).ports[id];
      }
    },
    removeOther(world, pair) {
      take(world, pair);
      delete table(world).securityGroups[groupOf(pair)];
    },
  };
}
