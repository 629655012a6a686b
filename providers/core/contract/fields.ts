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

/**
 * Arguments of which a program gives exactly one of `Names`, in the form that the compiler checks. Whether a value that comes
 * later is there at all, only check can tell.
 *
 * @typeParam Args - all of them, the alternatives optional.
 */
export type OneOf<Args, Names extends keyof Args> = Omit<Args, Names> &
  {
    [Name in Names]: Required<Pick<Args, Name>> & { [Other in Exclude<Names, Name>]?: undefined };
  }[Names];

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
      v.string(instead("must be a string")),
      v.minLength(1, "must not be empty"),
      v.check((value) => value.trim() === value, "must not begin or end with blanks"),
    ),
  );
}

/** An id or name of this form. @param message - what is said of any other. */
export function matching(form: RegExp, message: string): Rule {
  return schema((v) =>
    v.pipe(
      v.string(instead("must be a string")),
      v.minLength(1, "must not be empty"),
      v.regex(form, message),
    ),
  );
}

/** An id of the vendor's: no blanks and none of the characters that separate the parts of our resource ids. */
export function cloudId(): Rule {
  return matching(/^[^\s:/#]+$/, "is not an id: it holds a blank or one of : / #");
}

/** A whole number within limits. */
export function integer(from: number, to: number): Rule {
  const range = `must be a whole number from ${from} to ${to}`;
  return schema((v) =>
    v.pipe(v.number(instead(range)), v.integer(range), v.minValue(from, range), v.maxValue(to, range)),
  );
}

/** Most pairs in one resource: what one operation does is in state only at its end, and a longer one loses more if it is killed. */
export const MOST_PAIRS = 2_000;

/** A list of values. Its order and doubles make no difference. */
export function listOf(item: Rule): Rule {
  const isList = (value: unknown) => Array.isArray(value);
  return schema((v) =>
    v.pipe(
      v.custom<unknown[]>(isList, instead("must be a list")),
      v.maxLength(
        MOST_PAIRS,
        ({ input }) =>
          `holds ${input.length.toLocaleString("en")} pairs, and one resource takes ${MOST_PAIRS.toLocaleString("en")}: ` +
          "declare several resources, each with a part of the list",
      ),
      v.array(item()),
    ),
  );
}

/** An object that has the values of these arguments, those with a default only if it wants another. */
export function objectOf(fields: Readonly<Record<string, Field>>): Rule {
  const members = Object.entries(fields);
  return partly(
    Object.fromEntries(members.map(([name, { rule }]) => [name, rule])),
    members.flatMap(([name, { required }]) => (required ? [name] : [])),
  );
}

/** True or false. */
export function flag(): Rule {
  return schema((v) => v.boolean(instead("must be true or false")));
}

/** One of several words. */
export function oneOf(...words: string[]): Rule {
  const choice = `must be one of ${words.join(", ")}`;
  return schema((v) => v.pipe(v.string(instead(choice)), v.picklist(words, choice)));
}

/** An object that has these members or some of them, and no others. */
function partly(members: Record<string, Rule>, required: readonly string[] = []): Rule {
  const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  const names = Object.keys(members).join(", ");
  return schema((v) =>
    v.pipe(
      // The next one takes a list for an object.
      v.custom<Record<string, unknown>>(isObject, instead("must be an object")),
      v.strictObject(
        Object.fromEntries(
          Object.entries(members).map(([name, valid]) => [
            name,
            required.includes(name) ? valid() : v.optional(valid()),
          ]),
        ),
        ({ expected }) => (expected === "never" ? `is not an argument; known are ${names}` : "is required"),
      ),
    ),
  );
}

/**
 * A message that also says what was given in place of a value of the right type. A text is shown only if it is a number or a
 * yes or no, as config and environment give them: any other may be a secret in the wrong place.
 */
function instead(message: string): (issue: { input: unknown }) => string {
  return ({ input }) => `${message}, not ${nameOf(input)}`;
}

function nameOf(value: unknown): string {
  if (typeof value === "string") {
    return /^(-?\d{1,20}(\.\d{1,20})?|true|false|yes|no|on|off)$/i.test(value)
      ? `the text "${value}"`
      : "a text";
  }
  if (typeof value === "number") return `the number ${value}`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
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
