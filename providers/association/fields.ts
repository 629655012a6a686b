import * as v from "valibot";

/** One argument of an association. */
export interface Field {
  /** What values it takes; its messages end the sentence "<argument> ...". */
  readonly schema: v.GenericSchema;
  /** `identity`: part of what the attachment is, a change replaces. `setting`: a change updates in place. */
  readonly role: "identity" | "setting";
  readonly required: boolean;
  readonly default?: unknown;
  /** The cloud shows its value, so that drift of it can be found. */
  readonly observed?: true;
}

/** All arguments of an association, by name. */
export type Fields<Args> = { readonly [Name in keyof Required<Args>]: Field };

/** An argument that identifies the attachment. */
export function identity(schema: v.GenericSchema, options: { optional?: true } = {}): Field {
  return { schema, role: "identity", required: !options.optional };
}

/** An argument that can change in place. */
export function setting(
  schema: v.GenericSchema,
  options: { default?: unknown; observed?: true } = {},
): Field {
  return { schema, role: "setting", required: false, ...options };
}

/** A resource id or name: not empty, and without blanks at its ends. */
export function text(): v.GenericSchema {
  return v.pipe(
    v.string("must be a string"),
    v.minLength(1, "must not be empty"),
    v.check((value) => value.trim() === value, "must not begin or end with blanks"),
  );
}

/** An id of the vendor's: no blanks and none of the characters that separate the parts of our resource ids. */
export function cloudId(): v.GenericSchema {
  return v.pipe(
    v.string("must be a string"),
    v.minLength(1, "must not be empty"),
    v.regex(/^[^\s:/#]+$/, "is not an id: it holds a blank or one of : / #"),
  );
}

/** A whole number within limits. */
export function integer(from: number, to: number): v.GenericSchema {
  const range = `must be a whole number from ${from} to ${to}`;
  return v.pipe(v.number(range), v.integer(range), v.minValue(from, range), v.maxValue(to, range));
}

/** True or false. */
export function flag(): v.GenericSchema {
  return v.boolean("must be true or false");
}

/** One of several words. */
export function oneOf(...words: string[]): v.GenericSchema {
  return v.picklist(words, `must be one of ${words.join(", ")}`);
}

const assumeRole = v.strictObject({
  roleArn: text(),
  sessionName: v.optional(text()),
  externalId: v.optional(text()),
  policy: v.optional(text()),
  durationSeconds: v.optional(integer(1, 43200)),
});

/** The arguments that every association takes. */
export const commonFields: { readonly [name: string]: Field } = {
  region: identity(text(), { optional: true }),
  connection: setting(v.strictObject({ profile: v.optional(text()), assumeRole: v.optional(assumeRole) })),
  ifAttached: setting(oneOf("adopt", "fail"), { default: "adopt" }),
};
