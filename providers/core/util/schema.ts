import type * as Valibot from "valibot";

/** A schema in terms of valibot, which the first value to be checked loads: a program checks nothing itself. */
export function schema<S extends Valibot.GenericSchema>(make: (v: typeof Valibot) => S): () => S {
  let made: S | undefined;
  return () => {
    made ??= make(require("valibot") as typeof Valibot);
    return made;
  };
}

/** What is wrong with `value`: the path of each fault, and what must be there. */
export function faults(
  wanted: () => Valibot.GenericSchema,
  value: unknown,
): { path: string[]; message: string }[] {
  const { safeParse } = require("valibot") as typeof Valibot;
  return (safeParse(wanted(), value).issues ?? []).map(({ path = [], message }) => ({
    path: path.map((step) => String((step as { key: unknown }).key)),
    message,
  }));
}
