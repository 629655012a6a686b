import { canonical, isUnknown } from "../util/canonical";
import { memoized } from "../util/memoized";
import { type AnyAssociation, type CommonArgs, fieldsOf } from "./association";
import { type Field, listOf, objectOf, setting } from "./fields";
import type { Properties } from "./inputs";

/**
 * The plural form of an association: one resource for many pairs. Its arguments are derived: what a list holds, or what all pairs
 * share. All else it has from the association, so that calls, locks, batches and claims of both forms are the same.
 */
export interface PluralAssociation extends AnyAssociation {
  /** What each pair is. */
  readonly single: AnyAssociation;
}

/** The plural form of an association; the same object each time. */
export const pluralOf = memoized((single: AnyAssociation): PluralAssociation => {
  const lists = Object.entries(single.plural as Lists);
  const own = single.fields as Readonly<Record<string, Field>>;
  const values = lists.flatMap(([list, of]) => (typeof of === "string" ? [[of, list]] : []));
  const listed = new Set(lists.flatMap(([, of]) => of));
  const given = Object.entries(own).flatMap(([name, field]): [string, Field][] => {
    if (values.some(([value]) => value === name)) return [[name, { ...field, required: false }]];
    // An alternative to what the lists hold is left to the single form.
    return listed.has(name) || !field.required ? [] : [[name, field]];
  });
  const held = lists.map(([list, of]): [string, Field] => {
    const item =
      typeof of === "string"
        ? (own[of] as Field).rule
        : objectOf(Object.fromEntries(of.map((name) => [name, own[name] as Field])));
    return [list, { ...setting(listOf(item)), required: lists.length === 1 }];
  });
  const { exactlyOne: _, ...rest } = single;
  const choices = lists.length > 1 ? [lists.map(([list]) => list), ...values] : values;
  return {
    ...rest,
    single,
    token: `${single.token}s`,
    fields: Object.fromEntries([...given, ...held]),
    exactlyOne: choices,
  };
});

export function isPlural(association: AnyAssociation): association is PluralAssociation {
  return "single" in association;
}

type Lists = Readonly<Record<string, string | readonly string[]>>;

/** The list that these arguments give, by name and with its elements; undefined where none is given or it is not known yet. */
export function listIn(
  { plural }: AnyAssociation,
  values: Properties,
): [name: string, members: unknown[]] | undefined {
  const name = Object.keys(plural).find((list) => values[list] !== undefined && values[list] !== null);
  const members = name === undefined ? undefined : values[name];
  return name !== undefined && Array.isArray(members) ? [name, members] : undefined;
}

/** The pairs of these arguments, in the order of the list. */
export function pairsIn(
  { single, plural }: PluralAssociation,
  values: Properties,
): (CommonArgs & Properties)[] {
  const [list, members = []] = listIn(single, values) ?? [];
  if (list === undefined) return [];
  const shared = Object.fromEntries(
    fieldsOf(single).flatMap(([name]) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
  const defaults = Object.fromEntries(
    fieldsOf(single).flatMap(([name, field]) => (field.default === undefined ? [] : [[name, field.default]])),
  );
  const of = (plural as Lists)[list];
  return members.map((member) => ({
    ...defaults,
    ...shared,
    ...(typeof of === "string" ? { [of]: member } : (member as Properties)),
  })) as (CommonArgs & Properties)[];
}

/** A pair as its list has it. */
export function memberOf({ plural }: PluralAssociation, list: string, pair: Properties): unknown {
  const of = (plural as Lists)[list] as string | readonly string[];
  if (typeof of === "string") return pair[of];
  return Object.fromEntries(of.filter((name) => pair[name] !== undefined).map((name) => [name, pair[name]]));
}

/** The members of this list, each with the defaults of its settings, as inputs hold them. */
export function membersIn(plural: PluralAssociation, list: string, values: Properties): unknown[] {
  return pairsIn(plural, values).map((pair) => memberOf(plural, list, pair));
}

/**
 * The arguments of one resource of the plural form for all of these pairs, each given as the arguments of a single one. Undefined where
 * no list can hold them: they do not share the rest, or have an argument that is left to the single form.
 */
export function asOneList(plural: PluralAssociation, pairs: readonly Properties[]): Properties | undefined {
  const places = new Set(fieldsOf(plural).map(([name]) => name));
  for (const [list, of] of Object.entries(plural.plural as Lists)) {
    const held = new Set([of].flat());
    const rests = pairs.map((pair) => {
      return Object.fromEntries(Object.entries(pair).filter(([name]) => !held.has(name)));
    });
    const [rest = {}] = rests;
    const isShared = rests.every((each) => canonical(each) === canonical(rest));
    if (!isShared || !Object.keys(rest).every((name) => places.has(name))) continue;
    return { ...rest, [list]: pairs.map((pair) => memberOf(plural, list, pair)) };
  }
  return undefined;
}

/** The resource id: what all pairs share, so that it is the same whatever the list holds. */
export function fleetId(plural: PluralAssociation, values: Properties): string {
  const shared = fieldsOf(plural).flatMap(([name, { role }]) =>
    role === "identity" && name !== "region" && values[name] !== undefined ? [values[name]] : [],
  );
  return shared.join(":");
}

/**
 * The members in the order in which the old list had them, each once: what stays keeps its place, what is new takes the place of
 * what left, so that Pulumi, which compares lists place by place, shows what changes and not all that moved up.
 */
export function inOldOrder(olds: readonly unknown[], news: readonly unknown[]): unknown[] {
  if (isUnknown(news)) return [...news];
  const wanted = new Map(news.map((member) => [canonical(member), member]));
  const places: unknown[] = olds.slice(0, wanted.size).map((member) => {
    const key = canonical(member);
    const stays = wanted.get(key);
    wanted.delete(key);
    return stays;
  });
  const rest = [...wanted.values()];
  const filled = places.map((member) => member ?? rest.shift());
  return [...filled, ...rest];
}
