// What is attached to what in a simulator's world.

/** Every attachment of the clouds that the quickstart uses, as `{ parent, member, detached }`: `detached` is the
 * change of the world that takes it away. */
export function attachmentsIn({ alicloud }) {
  return Object.entries(alicloud.scalingGroups).flatMap(([id, { vserverGroups }]) =>
    vserverGroups.map((group) => ({
      parent: `scaling group ${id}`,
      member: `VServer group ${group.vserverGroupId} (port ${group.port}, weight ${group.weight})`,
      detached: {
        alicloud: {
          scalingGroups: { [id]: { vserverGroups: vserverGroups.filter((other) => other !== group) } },
        },
      },
    })),
  );
}
