import { type AnyAssociation, type CommonArgs, fieldsOf, placeOf } from "../contract/association";
import type { Properties } from "../contract/inputs";
import type { Recorded } from "../contract/outputs";
import { same } from "../util/canonical";
import { type SharedClaim, shared } from "../util/shared";

/**
 * Which pairs this deployment wants attached. A rename, a re-parenting or a replacement of the same pair reaches us as a create of
 * the new and, last, a delete of the old, in one process: that delete must leave the pair alone.
 *
 * The rule, as tried on engine v3.259.0: a create or update *claims* its pair as soon as it begins, whatever becomes of it; a
 * `check` with the same known identity in old and new inputs, once `diff` has told which pair that is, claims it too. Diff and
 * read alone do not count, since `up --refresh` calls both for every old resource, doomed ones included. A delete of a claimed pair
 * does nothing where a claimant has the pair in state in the end, and is refused where none has: then the old name keeps it.
 */
export class Claim implements SharedClaim {
  readonly held: Promise<boolean>;
  #known: Properties;
  #end: (isHeld: boolean) => void = () => {};

  /** @param inputs - of the resource: what is not known before the login (an account, a group given by name) may be any. */
  constructor(
    readonly association: AnyAssociation,
    inputs: Properties,
  ) {
    this.#known = identityIn(association, inputs);
    this.held = new Promise((resolve) => {
      this.#end = resolve;
    });
    const { claims } = shared();
    const key = keyOf(association, inputs as CommonArgs);
    const others = claims.get(key);
    if (others) others.push(this);
    else claims.set(key, [this]);
  }

  get known(): Properties {
    return this.#known;
  }

  /** The login and a name's resolution have told which pair it is. */
  resolved(pair: Properties): void {
    this.#known = identityIn(this.association, pair);
  }

  /** The claimant has ended. @param isHeld - whether the pair is in state under its name. */
  end(isHeld: boolean): void {
    this.#end(isHeld);
  }
}

/** The claims of a recorded pair. One whose identity is not wholly known counts, if nothing that is known of it differs. */
export function claimsOf(association: AnyAssociation, recorded: Recorded): readonly SharedClaim[] {
  const claims = shared().claims.get(keyOf(association, recorded)) ?? [];
  return claims.filter((claim) => isOf(claim, recorded));
}

/** Whether there is any. Asked for each of hundreds of pairs, which may share a parent. */
export function isClaimed(association: AnyAssociation, recorded: Recorded): boolean {
  const claims = shared().claims.get(keyOf(association, recorded)) ?? [];
  return claims.some((claim) => isOf(claim, recorded));
}

function isOf({ known }: SharedClaim, recorded: Recorded): boolean {
  // Entries would be an array for each pair and claim: 2,000 pairs of one parent took 5.6 s.
  for (const name in known) if (!same(known[name], recorded[name])) return false;
  return true;
}

/** Whether one of these has the pair in state in the end. */
export async function isHeld(claims: readonly SharedClaim[]): Promise<boolean> {
  return (await Promise.all(claims.map(({ held }) => held))).includes(true);
}

/** Notes that this deployment detaches a pair. What it claims later waits for that, and what it keeps knows of it. */
export function noteDetach(pairKey: string, detach: Promise<unknown>): void {
  shared().detaches.set(
    pairKey,
    detach.then(
      () => undefined,
      () => undefined,
    ),
  );
}

/** A detach was called off before it did anything. */
export function forgetDetach(pairKey: string): void {
  shared().detaches.delete(pairKey);
}

/** Resolves once no detach of the pair is under way: a look before that would see what is about to go. */
export async function detachEnded(pairKey: string): Promise<void> {
  await shared().detaches.get(pairKey);
}

/** Whether this deployment has begun to detach the pair. */
export function wasDetached(pairKey: string): boolean {
  return shared().detaches.has(pairKey);
}

/** A pair in the table of detaches. */
export function pairKeyOf(association: AnyAssociation, outputs: Recorded): string {
  return [association.token, placeOf(association, outputs), association.id(outputs)].join(" ");
}

function keyOf(association: AnyAssociation, pair: CommonArgs): string {
  return `${association.token} ${association.parent(pair)}`;
}

/** What identifies a pair, as far as it is known: names that stand for ids do not. */
function identityIn(association: AnyAssociation, values: Properties): Properties {
  const names = fieldsOf(association).flatMap(([name, field]) =>
    field.role === "identity" && !field.resolvesTo ? [name] : [],
  );
  if (association.isGlobal) names.splice(names.indexOf("region"), 1);
  const known = [...names, "accountId"].filter((name) => values[name] !== undefined && values[name] !== null);
  return Object.fromEntries(known.map((name) => [name, values[name]]));
}
