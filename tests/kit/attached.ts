import type { World } from "../../simulator/index";

/** What is attached in the simulator's world, under the id that the resource gives it. */
export interface Attached {
  id: string;
  detach(): void;
}

/** VServer groups of scaling groups. */
export function onScalingGroups(groups: World["alicloud"]["scalingGroups"]): Attached[] {
  return Object.entries(groups).flatMap(([id, group]) =>
    group.vserverGroups.map((entry) => ({
      id: [id, entry.loadBalancerId, entry.vserverGroupId, entry.port].join(":"),
      detach: () => {
        group.vserverGroups = group.vserverGroups.filter((other) => other !== entry);
      },
    })),
  );
}

/** Instances or network interfaces with a list of groups; `separator` stands between the halves of an id. */
export function onMembers(
  members: Record<string, { securityGroupIds: string[] }>,
  separator: string,
): Attached[] {
  return Object.entries(members).flatMap(([id, member]) =>
    member.securityGroupIds.map((group) => ({
      id: `${id}${separator}${group}`,
      detach: () => {
        member.securityGroupIds = member.securityGroupIds.filter((other) => other !== group);
      },
    })),
  );
}

/** Servers, whose groups are on their ports: once for each port that has them. */
export function onServers({ ports }: World["openstack"]): Attached[] {
  return Object.values(ports).flatMap((port) => onMembers({ [port.serverId]: port }, "/"));
}
