import { shared } from "../util/shared";

/**
 * Takes a lock that all copies of the package in this process respect.
 *
 * @param whenFree - called once when it is free, if it is held now: then it may be tried again.
 * @returns what frees it; undefined if it is held.
 */
export function tryLock(key: string, whenFree: () => void): (() => void) | undefined {
  const { locks } = shared();
  const waiting = locks.get(key);
  if (waiting) {
    if (!waiting.includes(whenFree)) waiting.push(whenFree);
    return undefined;
  }
  const waiters: (() => void)[] = [];
  locks.set(key, waiters);
  return () => {
    locks.delete(key);
    for (const waiter of waiters) waiter();
  };
}
