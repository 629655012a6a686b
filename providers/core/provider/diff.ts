import type { dynamic } from "@pulumi/pulumi";
import { type AnyAssociation, fieldsOf } from "../contract/association";
import { type Properties, TIMEOUTS } from "../contract/inputs";
import { heldIn, type RecordedFleet } from "../contract/outputs";
import { listIn, type PluralAssociation, pairsIn } from "../contract/plural";
import { canonical, isUnknown, same } from "../util/canonical";

/**
 * What the engine is to do about a resource in state. Each answer was tried on engine v3.259.0:
 * - `changes: false`: nothing, whatever the engine itself would find.
 * - `changes` left out: inputs differ; the engine compares them itself, so that `replaceOnChanges` works.
 * - `changes: true`: the outputs fall short (a create that was not confirmed, drift); left to itself the engine may see
 *   equal inputs and do nothing.
 */
export function diffInputs(
  association: AnyAssociation,
  olds: Properties,
  news: Properties,
): dynamic.DiffResult {
  const replaces: string[] = [];
  let differs = !same(olds[TIMEOUTS], news[TIMEOUTS]);
  let isShort = olds.confirmed !== true;
  for (const [name, field] of fieldsOf(association)) {
    // What create alone goes by is no difference afterwards.
    if (field.onlyCreate || same(olds[name], news[name])) continue;
    if (field.role === "setting") {
      differs = true;
      // Outputs that do not tell what was declared may differ by drift alone.
      isShort ||= field.observed === true && olds.__declared === undefined;
      // The cloud or a profile filled in what the program leaves out: no change of identity.
    } else if (news[name] !== undefined) {
      replaces.push(name);
    }
  }
  if (replaces.length > 0) return { replaces };
  if (isShort) return { changes: true };
  return differs ? {} : { changes: false };
}

/**
 * The same of the plural form. A list that only grew is an update in place.
 *
 * One that lost pairs is a replacement under the same id: the create of the new one keeps what is attached, and the delete of the old
 * one, which Pulumi runs last of all, detaches what nothing has claimed by then. An update could not: it runs before the create of another
 * resource that the pair may have moved to, and would detach it for as long as that takes (seen with engine v3.259.0, `--parallel 1`).
 */
export function diffFleet(
  plural: PluralAssociation,
  olds: RecordedFleet,
  news: Properties,
): dynamic.DiffResult {
  const replaces: string[] = [];
  let differs = !same(olds[TIMEOUTS], news[TIMEOUTS]);
  for (const [name, field] of fieldsOf(plural)) {
    if (field.onlyCreate || same(olds[name], news[name])) continue;
    if (field.role === "setting") differs = true;
    else if (name !== "region" || news.region !== undefined) replaces.push(name);
  }
  if (replaces.length > 0) return { replaces };
  const [list] = listIn(plural.single, news) ?? [];
  if (list !== undefined && !isUnknown(news[list])) {
    const wanted = new Set(pairsIn(plural, news).map(plural.single.id));
    const isLess = heldIn(plural, olds).some((pair) => !wanted.has(plural.single.id(pair)));
    // Said outright: after an update that failed the engine keeps the old inputs, and would find a program that went back equal.
    if (isLess) return { changes: true, replaces: [list] };
    if (!same(sortedList(plural, olds), sortedList(plural, news))) return { changes: true };
  }
  if (olds.confirmed !== true) return { changes: true };
  return differs ? {} : { changes: false };
}

/** What the list holds, whatever its order. */
function sortedList({ single }: PluralAssociation, values: Properties): string[] {
  const [, members = []] = listIn(single, values) ?? [];
  return members.map(canonical).sort();
}
