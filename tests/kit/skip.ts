import type { Context, Runnable, Suite } from "mocha";

/** Skips the running test, or from a `before` hook every test of its suite; `npm test` reports the reason. */
export function skip(context: Context, reason: string): never {
  const running: Runnable & { skipReason?: string } = context.test as Runnable;
  const inHook = (running as { type?: string }).type === "hook";
  const owner: (Runnable | Suite) & { skipReason?: string } = (inHook && running.parent) || running;
  owner.skipReason = reason;
  return context.skip();
}
