import type { dynamic } from "@pulumi/pulumi";
import { type AnyAssociation, fieldsOf } from "../contract/association";
import { type Properties, TIMEOUTS } from "../contract/inputs";
import { same } from "../util/canonical";

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
