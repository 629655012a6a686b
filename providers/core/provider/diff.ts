import type { dynamic } from "@pulumi/pulumi";
import { fieldsOf } from "../contract/fields";
import type { AnyAssociation } from "../contract/kind";
import { same } from "../util/canonical";
import type { Properties } from "./check";

/**
 * What the engine is to do about a resource in state. Each answer was tried on engine v3.259.0:
 * - `changes: false`: nothing, whatever the engine itself would find.
 * - `changes` left out: inputs differ; the engine compares them itself, so that `replaceOnChanges` works.
 * - `changes: true`: only the outputs differ (a create that was not confirmed, drift); left to itself the engine would see
 *   equal inputs and do nothing.
 */
export function diffInputs(
  association: AnyAssociation,
  olds: Properties,
  news: Properties,
): dynamic.DiffResult {
  const replaces: string[] = [];
  let changes = false;
  for (const [name, field] of fieldsOf(association)) {
    if (same(olds[name], news[name])) continue;
    if (field.role === "setting") changes = true;
    // The cloud or a profile filled in what the program leaves out: no change of identity.
    else if (news[name] !== undefined) replaces.push(name);
  }
  if (!same(olds.__timeouts, news.__timeouts)) changes = true;
  if (replaces.length > 0) return { replaces };
  if (olds.confirmed !== true) return { changes: true };
  return changes ? {} : { changes: false };
}
