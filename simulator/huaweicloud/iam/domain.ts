import type { HuaweicloudWorld } from "../world";

/** The account of a user or agency. */
export const domainOf = (world: HuaweicloudWorld, id: string): string =>
  (world.users[id] ?? world.agencies[id])?.domainId ?? "";
