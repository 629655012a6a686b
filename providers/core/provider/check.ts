import { type AnyAssociation, fieldsOf, identityOf } from "../contract/association";
import type { Field } from "../contract/fields";
import { DUPLICATE_OF, type Properties } from "../contract/inputs";
import { isUnknown } from "../util/canonical";
import { printable } from "../util/printable";
import { faults } from "../util/schema";

/** A wrong argument, in the form Pulumi shows at its property. */
export interface Failure {
  property: string;
  reason: string;
}

/** The inputs with their defaults, and what is wrong with them. Pure: previews call it with values that are not known yet. */
export function checkInputs(
  association: AnyAssociation,
  news: Properties,
): { inputs: Properties; failures: Failure[] } {
  const inputs: Properties = {};
  const failures: Failure[] = [];
  const fields = new Map(fieldsOf(association));
  for (const [name, field] of fields) {
    const value = news[name] ?? field.default;
    if (value === undefined || value === null) {
      if (field.required) failures.push({ property: name, reason: `${name} is required` });
      continue;
    }
    inputs[name] = value;
    if (!isUnknown(value)) failures.push(...wrong(name, field, value));
  }
  for (const name of Object.keys(news)) {
    if (name.startsWith("__")) {
      if (name !== DUPLICATE_OF) inputs[name] = news[name];
    } else if (!fields.has(name)) {
      failures.push({
        property: name,
        reason: `${name} is not an argument; known are ${[...fields.keys()].join(", ")}`,
      });
    }
  }
  failures.push(...wrongNumber(association, inputs), ...declaredTwice(association, news));
  // Names of arguments and resources come from the program.
  return {
    inputs,
    failures: failures.map(({ property, reason }) => ({ property, reason: printable(reason) })),
  };
}

function wrong(name: string, field: Field, value: unknown): Failure[] {
  return faults(field.rule, value).map(({ path, message }) => ({
    property: name,
    reason: `${[name, ...path].join(".")} ${message}`,
  }));
}

/** More or less than exactly one of several arguments is given. One that is not known yet may turn out to be given or not. */
function wrongNumber(association: AnyAssociation, inputs: Properties): Failure[] {
  return (association.exactlyOne ?? []).flatMap((names: readonly string[]) => {
    const given = names.filter((name) => inputs[name] !== undefined);
    const known = given.filter((name) => !isUnknown(inputs[name]));
    if (known.length <= 1 && given.length >= 1) return [];
    const sentence = `exactly one of ${names.join(" and ")} must be given`;
    return [{ property: given[1] ?? (names[0] as string), reason: sentence }];
  });
}

function declaredTwice(association: AnyAssociation, news: Properties): Failure[] {
  const first = news[DUPLICATE_OF];
  if (typeof first !== "string" || isUnknown(first)) return [];
  const property = identityOf(association)[0] as string;
  const reason =
    `the same attachment is already declared by "${first}"; ` +
    "a pair can be attached once: remove one of the two resources";
  return [{ property, reason }];
}
