import { setTimeout as wait } from "node:timers/promises";

/** Resolves once `condition` holds. How long that may take is the test's own limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await wait(20);
}
