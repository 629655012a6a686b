import type { Finding, Findings, Verb } from "../../providers/core/contract/association";
import type { Deadline } from "../../providers/core/contract/cloud";
import { canonical } from "../../providers/core/util/canonical";

/** What an association's find says of these pairs, which share a call. */
export async function findings<Args, S>(
  find: Verb<Args, S, Finding<Args>, Findings<Args>>,
  session: S,
  pairs: readonly Args[],
  deadline: Deadline,
): Promise<Findings<Args>> {
  if ("each" in find) return Promise.all(pairs.map((pair) => find.each(session, pair, deadline)));
  return find.batch(session, pairs, deadline, find.common(pairs[0] as Args) as never);
}

/** An association's attach or detach of these pairs, which share a call. */
export async function written<Args, S>(
  verb: Verb<Args, S, void, void>,
  session: S,
  pairs: readonly Args[],
  deadline: Deadline,
): Promise<void> {
  if ("batch" in verb) return verb.batch(session, pairs, deadline, verb.common(pairs[0] as Args) as never);
  for (const pair of pairs) await verb.each(session, pair, deadline);
}

/** Whether these pairs may share a call. */
export function share<Args, S, One, All>(verb: Verb<Args, S, One, All>, ...pairs: Args[]): boolean {
  if (!("batch" in verb)) return pairs.length < 2;
  const keys = new Set(pairs.map((pair) => canonical(verb.common(pair))));
  return keys.size < 2 && verb.fits(pairs);
}
