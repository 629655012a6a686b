import { type AnyAssociation, fieldsOf, identityOf } from "../contract/association";
import type { PreflightError, Where } from "../contract/cloud";
import type { Field } from "../contract/fields";
import { DUPLICATE_OF, type DuplicateMark, type Properties } from "../contract/inputs";
import { canonical, isUnknown, UNKNOWN } from "../util/canonical";
import { printable } from "../util/printable";
import { faults } from "../util/schema";
import type { Settings } from "../util/settings";

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
  const misspelled = misspelledIn(news, [...fields.keys()]);
  const meant = new Set(misspelled.values());
  for (const [name, field] of fields) {
    const value = news[name] ?? field.default;
    if (value === undefined || value === null) {
      if (field.required && !meant.has(name))
        failures.push({ property: name, reason: `${name} is required` });
      continue;
    }
    inputs[name] = value;
    failures.push(...wrong(name, field, value));
  }
  for (const name of Object.keys(news)) {
    if (name.startsWith("__") && name !== DUPLICATE_OF) inputs[name] = news[name];
  }
  for (const [name, field] of misspelled) {
    const help = field ? `did you mean ${field}?` : `known are ${[...fields.keys()].join(", ")}`;
    failures.push({ property: name, reason: `${name} is not an argument; ${help}` });
  }
  failures.push(...wrongNumber(association, inputs, failures, meant), ...declaredTwice(association, news));
  // Names of arguments and resources come from the program.
  return {
    inputs,
    failures: failures.map(({ property, reason }) => ({ property, reason: printable(reason) })),
  };
}

/** What is wrong with a value, once for each mistake. Of a value that is not known yet, or of such a part of it, nothing is. */
function wrong(name: string, field: Field, value: unknown): Failure[] {
  if (value === UNKNOWN) return [];
  return faults(field.rule, value)
    .filter(({ input }) => input !== UNKNOWN)
    .map(({ path, message }) => ({ property: name, reason: `${[name, ...path].join(".")} ${message}` }));
}

/** Each name that is no argument, with the argument left out that it seems to stand for: one mistake is told once. */
function misspelledIn(news: Properties, names: readonly string[]): Map<string, string | undefined> {
  const others = Object.keys(news).filter((name) => !name.startsWith("__") && !names.includes(name));
  const absent = names.filter((name) => news[name] === undefined || news[name] === null);
  return new Map(others.map((name) => [name, absent.find((field) => isLike(name, field))]));
}

/** The same word in another case, with more or less at its end, or with up to two letters wrong. */
function isLike(name: string, field: string): boolean {
  const [a = "", b = ""] = [name, field].map((word) => word.toLowerCase().replace(/[_-]/g, ""));
  const shorter = Math.min(a.length, b.length);
  return shorter >= 4 && (a.slice(0, shorter) === b.slice(0, shorter) || edits(a, b) <= 2);
}

/** How many letters have to be put in, taken out or changed to make one word of the other. */
function edits(a: string, b: string): number {
  let row = [...Array(b.length + 1).keys()];
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const change = (row[j] as number) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** More or less than exactly one of several arguments is given. One that is not known yet may turn out to be given or not. */
function wrongNumber(
  association: AnyAssociation,
  inputs: Properties,
  told: readonly Failure[],
  meant: ReadonlySet<string | undefined>,
): Failure[] {
  return (association.exactlyOne ?? []).flatMap((names: readonly string[]) => {
    // An empty id beside a good one is one mistake, and so is a misspelled name.
    if (names.some((name) => meant.has(name) || told.some(({ property }) => property === name))) return [];
    const given = names.filter((name) => inputs[name] !== undefined);
    const known = given.filter((name) => !isUnknown(inputs[name]));
    if (known.length <= 1 && given.length >= 1) return [];
    const sentence = `exactly one of ${names.join(" and ")} must be given`;
    return [{ property: given[1] ?? (names[0] as string), reason: sentence }];
  });
}

/**
 * What {@link Cloud.preflight} tells of the place and the credentials of a pair. Settings do not change in a process, and hundreds of
 * pairs share a place: each is asked for once.
 */
export class Preflight {
  readonly #told = new Map<string, Failure[]>();

  /** @param wrong - what is wrong with the inputs themselves: with a faulty region or connection there is nothing to ask. */
  failures(
    { cloud }: AnyAssociation,
    where: Where,
    settings: Settings,
    wrong: readonly Failure[],
  ): readonly Failure[] {
    const isSettled = !wrong.some(({ property }) => property === "region" || property === "connection");
    if (!cloud.preflight || !isSettled || isUnknown(where)) return [];
    const key = canonical(where);
    const told = this.#told.get(key) ?? tell(() => cloud.preflight?.(where, settings));
    this.#told.set(key, told);
    return told;
  }
}

function tell(ask: () => void): Failure[] {
  try {
    ask();
    return [];
  } catch (error) {
    const { property = "", message } = error as PreflightError;
    return [{ property, reason: printable(message) }];
  }
}

function declaredTwice(association: AnyAssociation, news: Properties): Failure[] {
  const first = news[DUPLICATE_OF];
  if (first === undefined || first === null || isUnknown(first)) return [];
  // Of a list, the mark tells which pair it is, too.
  const { name, pair = "the same attachment" } = (
    typeof first === "string" ? { name: first } : first
  ) as DuplicateMark;
  const property = identityOf(association)[0] as string;
  const reason =
    `${pair} is already declared by "${name}"; ` +
    "a pair can be attached once: remove one of the two resources";
  return [{ property, reason }];
}
