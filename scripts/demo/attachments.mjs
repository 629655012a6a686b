// What is attached to what in a simulator's world.

/**
 * Every attachment of the kinds that the quickstart uses, as `{ parent, member, detached }`: `detached` is the change of
 * the world (a JSON merge patch) that takes it away.
 *
 * @typedef {import("../../simulator/index.js").World} World
 * @typedef {{ parent: string, member: string, detached: object }} Attached
 * @param {World} world
 * @returns {Attached[]}
 */
export function attachmentsIn({ alicloud, openstack }) {
  return [...onScalingGroups(alicloud), ...onInstances(alicloud), ...onServers(openstack)];
}

/** @param {World["alicloud"]} alicloud */
function onScalingGroups({ scalingGroups }) {
  return Object.entries(scalingGroups).flatMap(([id, { vserverGroups }]) =>
    vserverGroups.map((group) => ({
      parent: `VServer groups of scaling group ${id} (Alibaba Cloud)`,
      member: `${group.vserverGroupId}:${group.port}`,
      detached: { alicloud: { scalingGroups: { [id]: { vserverGroups: without(vserverGroups, group) } } } },
    })),
  );
}

/** @param {World["alicloud"]} alicloud */
function onInstances({ instances }) {
  return Object.entries(instances).flatMap(([id, { securityGroupIds }]) =>
    securityGroupIds.map((group) => ({
      parent: `security groups of instance ${id} (Alibaba Cloud)`,
      member: group,
      detached: { alicloud: { instances: { [id]: { securityGroupIds: without(securityGroupIds, group) } } } },
    })),
  );
}

/** @param {World["openstack"]} openstack */
function onServers({ servers, ports, securityGroups }) {
  return Object.entries(ports).flatMap(([id, { serverId, securityGroupIds }]) =>
    securityGroupIds.map((group) => ({
      parent: `security groups of server ${servers[serverId]?.name} (OpenStack)`,
      member: securityGroups[group]?.name ?? group,
      detached: { openstack: { ports: { [id]: { securityGroupIds: without(securityGroupIds, group) } } } },
    })),
  );
}

/** @type {<T>(list: readonly T[], one: T) => T[]} */
const without = (list, one) => list.filter((other) => other !== one);
