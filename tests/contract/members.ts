import type { World } from "../../simulator/index";
import type { Simulated } from "./stage";

/** A member of security groups in the simulator's world: an instance or a network interface. */
interface Member {
  securityGroupIds: string[];
}

/**
 * Pairs of one member with several groups, where the world keeps the groups' ids in a list of the member.
 *
 * @param separator - between the two halves of a resource id.
 */
export function members(
  parent: Record<string, string>,
  groups: readonly string[],
  table: (world: World) => Record<string, Member>,
  separator = ":",
): Pick<Simulated, "pairs" | "attached" | "attach" | "detach" | "removeParent" | "removeOther"> {
  const id = Object.values(parent)[0] as string;
  const member = (world: World) => table(world)[id];
  const groupOf = (pair: { securityGroupId?: unknown; id?: unknown }) =>
    String(pair.securityGroupId ?? String(pair.id).split(separator)[1]);
  return {
    pairs: groups.map((securityGroupId) => ({ ...parent, securityGroupId })),
    attached: (world) => (member(world)?.securityGroupIds ?? []).map((group) => `${id}${separator}${group}`),
    attach: (world, pair) => void member(world)?.securityGroupIds.push(groupOf(pair)),
    detach(world, pair) {
      const found = member(world);
      if (found) found.securityGroupIds = found.securityGroupIds.filter((group) => group !== groupOf(pair));
    },
    removeParent: (world) => void delete table(world)[id],
    removeOther: () => {
      throw new Error("a group with members cannot be removed");
    },
  };
}
