import { errors } from "./errors";
import type { RpcCall } from "./front";

/** What the caller sees of a collection: his own account's, in the region asked for. */
export function own<T extends { accountId: string; regionId?: string }>(
  collection: Record<string, T>,
  { accountId, regionId }: Pick<RpcCall, "accountId" | "regionId">,
): [string, T][] {
  return Object.entries(collection).filter(
    ([, item]) =>
      item.accountId === accountId &&
      (regionId === undefined || item.regionId === undefined || item.regionId === regionId),
  );
}

export function ownOne<T extends { accountId: string; regionId?: string }>(
  collection: Record<string, T>,
  id: string,
  call: Pick<RpcCall, "accountId" | "regionId">,
): T | undefined {
  const item = Object.hasOwn(collection, id) ? collection[id] : undefined;
  return item && own({ [id]: item }, call).length > 0 ? item : undefined;
}

/** A security group that is gone is on nothing, whatever a list still says. */
export const existing = (ids: string[], groups: Record<string, unknown>): string[] =>
  ids.filter((id) => Object.hasOwn(groups, id));

/** Every regional action refuses a region that there is not. */
export function checkRegion({ world, regionId }: RpcCall): void {
  if (regionId !== undefined && !world.regions.includes(regionId)) throw errors.noRegion;
}

export interface Page<T> {
  page: T[];
  TotalCount: number;
  PageNumber: number;
  PageSize: number;
}

export function paged<T>(items: T[], PageNumber: number, PageSize: number): Page<T> {
  const from = (PageNumber - 1) * PageSize;
  return { page: items.slice(from, from + PageSize), TotalCount: items.length, PageNumber, PageSize };
}
