import type * as pulumi from "@pulumi/pulumi";
import type * as Valibot from "valibot";
import { schema } from "../util/schema";

/** What values an argument takes; its messages end the sentence "<argument> ...". */
export type Rule = () => Valibot.GenericSchema;

/** One argument of an association. */
export interface Field {
  readonly rule: Rule;
  /** `identity`: part of what the attachment is, a change replaces. `setting`: a change updates in place. */
  readonly role: "identity" | "setting";
  readonly required: boolean;
  readonly default?: unknown;
  /** The cloud shows its value, so that drift of it can be found. */
  readonly observed?: true;
  /** Create alone goes by it: a change of it is no difference. */
  readonly onlyCreate?: true;
  /** A name that `resolve` turns into the argument of this name. */
  readonly resolvesTo?: string;
}

/** All arguments of an association, by name. */
export type Fields<Args> = { readonly [Name in keyof Required<Args>]: Field };

/** An argument that identifies the attachment. */
export function identity(valid: Rule, options: { optional?: true; resolvesTo?: string } = {}): Field {
  const { optional, ...more } = options;
  return { rule: valid, role: "identity", required: !optional, ...more };
}

/** An argument that can change in place. */
export function setting<Default = undefined>(
  valid: Rule,
  options: { default?: Default; observed?: true; onlyCreate?: true } = {},
): Field & { readonly default: Default } {
  return { rule: valid, role: "setting", required: false, default: undefined as Default, ...options };
}

/** The arguments that have a default, and so always a value. */
type Defaulted<F> = {
  [Name in keyof F]: F[Name] extends { readonly default: string | number | boolean } ? Name : never;
}[keyof F];

/**
 * Documented arguments as plain values, which is what calls work with.
 *
 * @typeParam Args - the interface that programs see.
 * @typeParam F - the type of the fields: those with a default always have a value.
 */
export type Plain<Args, F> = { [Name in keyof Args]: pulumi.Unwrap<Args[Name]> } & {
  [Name in keyof Args & Defaulted<F>]-?: pulumi.Unwrap<Required<Args>[Name]>;
};

/** Documented arguments as outputs of a resource. Those that say how to attach, not what is attached, are none. */
export type Outputs<Args, F> = {
  readonly [Name in Exclude<keyof Args, "region" | "connection" | "ifAttached">]-?: pulumi.Output<
    Name extends Defaulted<F> ? pulumi.Unwrap<Required<Args>[Name]> : pulumi.Unwrap<Args[Name]>
  >;
};

/** A resource id or name: not empty, and without blanks at its ends. */
export function text(): Rule {
  return schema((v) =>
    v.pipe(
      v.string("must be a string"),
      v.minLength(1, "must not be empty"),
      v.check((value) => value.trim() === value, "must not begin or end with blanks"),
    ),
  );
}

/** An id of the vendor's: no blanks and none of the characters that separate the parts of our resource ids. */
export function cloudId(): Rule {
  return schema((v) =>
    v.pipe(
      v.string("must be a string"),
      v.minLength(1, "must not be empty"),
      v.regex(/^[^\s:/#]+$/, "is not an id: it holds a blank or one of : / #"),
    ),
  );
}

/** A whole number within limits. */
export function integer(from: number, to: number): Rule {
  const range = `must be a whole number from ${from} to ${to}`;
  return schema((v) =>
    v.pipe(v.number(range), v.integer(range), v.minValue(from, range), v.maxValue(to, range)),
  );
}

/** True or false. */
export function flag(): Rule {
  return schema((v) => v.boolean("must be true or false"));
}

/** One of several words. */
export function oneOf(...words: string[]): Rule {
  return schema((v) => v.picklist(words, `must be one of ${words.join(", ")}`));
}

/** An object that has these members or some of them, and no others. */
function partly(members: Record<string, Rule>, required: readonly string[] = []): Rule {
  return schema((v) =>
    v.strictObject(
      Object.fromEntries(
        Object.entries(members).map(([name, valid]) => [
          name,
          required.includes(name) ? valid() : v.optional(valid()),
        ]),
      ),
    ),
  );
}

const assumeRole = partly(
  {
    roleArn: text(),
    sessionName: text(),
    externalId: text(),
    policy: text(),
    durationSeconds: integer(1, 43200),
  },
  ["roleArn"],
);

/** The arguments that every association takes. */
export const commonFields: { readonly [name: string]: Field } = {
  region: identity(text(), { optional: true }),
  connection: setting(partly({ profile: text(), assumeRole })),
  ifAttached: setting(oneOf("adopt", "fail"), { default: "adopt", onlyCreate: true }),
};
