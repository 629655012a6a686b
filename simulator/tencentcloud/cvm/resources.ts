import type { ApiCall } from "../front";
import type { Instance, TencentcloudWorld } from "../world";
import { errors } from "./errors";

/** "ins-1122 has an invalid ID length"; "ins-xxxxxxxx (x is a lower-case letter or a number)". */
export function checkInstanceId(id: string): void {
  if (!/^ins-[0-9a-z]{8}$/.test(id)) throw errors.malformedInstance(id);
}

export function instanceNamed({ world, accountId, region }: ApiCall, id: string): Instance {
  checkInstanceId(id);
  const instance = world.instances[id];
  if (instance === undefined || instance.accountId !== accountId || instance.region !== region) {
    throw errors.noInstance(id);
  }
  return instance;
}

export function groupNamed({ world, accountId, region }: ApiCall, id: string): string {
  if (!/^sg-[0-9a-z]{8}$/.test(id)) throw errors.malformedGroup(id);
  const group = world.securityGroups[id];
  if (group === undefined || group.accountId !== accountId || group.region !== region)
    throw errors.noGroup(id);
  return id;
}

/** What is bound to a group that a test has deleted is bound no more. */
export const existing = (ids: string[], world: TencentcloudWorld): string[] =>
  ids.filter((id) => world.securityGroups[id] !== undefined);
