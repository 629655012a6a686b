import type * as Valibot from "valibot";

/** A schema in terms of valibot, which the first value to be checked loads: a program checks nothing itself. */
export function schema<S extends Valibot.GenericSchema>(make: (v: typeof Valibot) => S): () => S {
  let made: S | undefined;
  return () => {
    made ??= make(require("valibot") as typeof Valibot);
    return made;
  };
}

/** What is wrong with `value`, each fault once: where, what is there, and what must be. */
export function faults(
  wanted: () => Valibot.GenericSchema,
  value: unknown,
): { path: string[]; input: unknown; message: string }[] {
  const { safeParse } = require("valibot") as typeof Valibot;
  // Without it, one mistake is told by every rule that comes after.
  const { issues = [] } = safeParse(wanted(), value, { abortPipeEarly: true });
  return issues.map(({ path = [], input, message }) => ({
    path: path.map((step: { key: unknown }) => String(step.key)),
    input,
    message,
  }));
}
