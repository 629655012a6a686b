import {
  type AnyAssociation,
  type CommonArgs,
  canonical,
  heldIn,
  isAsDeclared,
  isPlural,
  isUnknown,
  list,
  look,
  type PluralAssociation,
  type Properties,
  pairsIn,
  type Recorded,
  requireAccount,
} from "pulumi-cloud-attachments/core";
import type { Context } from "./context";
import { jsonObject } from "./files";
import { UsageError } from "./io";
import { Operation, type Place } from "./scan";
import { associationOfType, nameOf } from "./state";

/** What `pulumi up` would do to an attachment. */
export type Outcome =
  | "adopts"
  | "attaches"
  | "changes"
  | "detaches"
  | "keeps"
  | "nothing"
  | "fails"
  /** It depends on what `up` makes first. */
  | "unknown"
  /** The cloud could not be asked. */
  | "unasked";

/** What would become of one resource. */
export interface Prospect {
  urn: string;
  name: string;
  id: string;
  outcome: Outcome;
  /** What it would fail for: `quota`, `last group`, `not there` or `ifAttached`. */
  cause?: string;
  /** Why it would fail, or cannot be told. */
  reason?: string;
}

interface Step {
  op: string;
  urn: string;
  newState?: { type?: string; inputs?: Properties };
  oldState?: { type?: string; id?: string; outputs?: Properties };
}

/** A step that concerns an attachment, and the pair it is about. */
interface Planned {
  association: AnyAssociation;
  urn: string;
  verb: "create" | "update" | "delete";
  pair: CommonArgs & Properties;
  /** It stays in a list of which something was not as declared when last looked at: no step, if it is as declared. */
  stays?: true;
}

/**
 * The steps of `pulumi preview --json` that concern attachments.
 * @throws UsageError for anything else.
 */
export function plannedIn(text: string, what: string): Planned[] {
  const { steps } = jsonObject(text, what);
  if (!Array.isArray(steps)) throw new UsageError(`${what} is not what pulumi preview --json prints`);
  return (steps as Step[]).flatMap((step) => {
    const { op, urn, newState, oldState } = step;
    const association = associationOfType(newState?.type ?? oldState?.type ?? "");
    const verb = verbs[op];
    if (!association || !verb) return [];
    if (isPlural(association)) return plannedOf(association, verb, step);
    const own = verb === "delete" ? oldState?.outputs : newState?.inputs;
    // An update and a delete go where the pair is recorded.
    const { region, accountId } = oldState?.outputs ?? {};
    const recorded = verb === "update" ? { region, accountId } : {};
    return [{ association, urn, verb, pair: { ...own, ...recorded } as Planned["pair"] }];
  });
}

/** The same of a list: what an update keeps is no step. */
function plannedOf(
  plural: PluralAssociation,
  verb: Planned["verb"],
  { urn, newState, oldState }: Step,
): Planned[] {
  const { single } = plural;
  const olds = (oldState?.outputs ?? {}) as Recorded;
  const { region, accountId } = olds;
  const held = heldIn(plural, olds);
  const step = (pair: Planned["pair"]): Planned => ({ association: single, urn, verb, pair });
  if (verb === "delete") return held.map((pair) => step({ ...pair, region }));
  const news = newState?.inputs ?? {};
  if (isUnknown(news)) return [step(news)];
  if (verb === "create") return pairsIn(plural, news).map(step);
  const kept = new Set(held.map((pair) => canonical(ownOf(single, pair))));
  const isSure = olds.confirmed === true;
  return pairsIn(plural, news).flatMap((pair) => {
    const planned = step({ ...pair, region, accountId });
    if (!kept.has(canonical(ownOf(single, pair)))) return [planned];
    return isSure ? [] : [{ ...planned, stays: true as const }];
  });
}

/** What is declared of a pair itself. */
function ownOf({ fields }: AnyAssociation, pair: Properties): Properties {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, pair[name]]));
}

/** The engine's names of steps. A replacement is its own create and delete, told beside it. */
const verbs: Readonly<Record<string, Planned["verb"] | undefined>> = {
  create: "create",
  "create-replacement": "create",
  update: "update",
  delete: "delete",
  "delete-replaced": "delete",
};

/** Looks under way at the same time. */
const AT_ONCE = 16;

/** What `up` would meet in the clouds. Reads only. */
export async function verify(context: Context, planned: readonly Planned[]): Promise<Prospect[]> {
  // A pair that is created under another name stays attached.
  const created = new Set(
    planned.filter(({ verb, pair }) => verb === "create" && !isUnknown(pair)).map(pairKey),
  );
  const met: Met[] = [];
  for (let from = 0; from < planned.length; from += AT_ONCE) {
    const some = planned.slice(from, from + AT_ONCE);
    met.push(...(await Promise.all(some.map((each) => meet(context, each, created)))));
  }
  const steps = met.filter(({ planned, prospect }) => !planned.stays || prospect.outcome !== "nothing");
  await checkParents(context, steps);
  return steps.map(({ prospect }) => prospect);
}

/** A step and what it meets. */
interface Met {
  planned: Planned;
  prospect: Prospect;
}

const pairKey = ({ association, pair }: Planned): string => `${association.token} ${association.id(pair)}`;

async function meet(context: Context, planned: Planned, created: ReadonlySet<string>): Promise<Met> {
  const { association, urn, pair, verb } = planned;
  const isKnown = !isUnknown(pair);
  const id = isKnown ? association.id(pair) : nameOf(urn);
  const say = (outcome: Outcome, reason?: string): Met => ({
    planned,
    prospect: { urn, name: nameOf(urn), id, outcome, ...(reason ? { reason } : {}) },
  });
  const failing = (cause: string, reason: string): Met => {
    const met = say("fails");
    fails(met.prospect, cause, reason);
    return met;
  };
  if (!isKnown) return say("unknown", "it depends on what up makes first");
  if (verb === "delete" && created.has(pairKey(planned))) return say("keeps");
  const operation = new Operation(context, placeOf(planned), `looking for ${id}`);
  const { deadline, fate } = operation;
  try {
    const session = await operation.connect();
    if (typeof pair.accountId === "string") requireAccount(association.cloud, session, pair.accountId);
    const whole = (await association.resolve?.(session, pair, deadline)) ?? pair;
    const seen = await look({ association, session, pair: whole, deadline, fate });
    if (seen.state === "missing") {
      return verb === "delete" ? say("nothing") : failing("not there", `${seen.what} does not exist`);
    }
    const isThere = seen.state === "attached";
    if (verb === "delete") return say(isThere ? "detaches" : "nothing");
    if (planned.stays && isAsDeclared(association, pair, seen)) return say("nothing");
    if (verb === "update") return say(isThere ? "changes" : "attaches");
    if (!isThere) return say("attaches");
    return pair.ifAttached === "fail"
      ? failing("ifAttached", "it is attached already, and ifAttached is fail")
      : say("adopts");
  } catch (error) {
    return say("unasked", operation.failure(error).message);
  } finally {
    operation.end();
  }
}

function placeOf({ association, pair: { region, connection }, verb }: Planned): Place {
  return {
    association,
    ...(region ? { region } : {}),
    ...(connection ? { connection } : {}),
    ...(verb === "create" ? {} : { recorded: true }),
  };
}

/** Whether each parent would keep as many groups as it must, and take as many as it would get. */
async function checkParents(context: Context, met: readonly Met[]): Promise<void> {
  const byParent = new Map<string, Met[]>();
  for (const each of met) {
    const { association, pair } = each.planned;
    const { outcome } = each.prospect;
    if (!association.perParent || (outcome !== "attaches" && outcome !== "detaches")) continue;
    const key = `${association.token} ${pair.region} ${association.parent(pair)}`;
    byParent.set(key, [...(byParent.get(key) ?? []), each]);
  }
  for (const own of byParent.values()) await checkParent(context, own);
}

async function checkParent(context: Context, own: readonly Met[]): Promise<void> {
  const [{ planned }] = own as [Met];
  const { association, pair } = planned;
  const operation = new Operation(
    context,
    placeOf(planned),
    `counting the groups of ${association.parent(pair)}`,
  );
  const { deadline, fate } = operation;
  const parent = association.id(pair).split(/[:#/]/)[0] ?? "";
  try {
    const session = await operation.connect();
    let count = 0;
    const task = { association, session, deadline, fate };
    for await (const { attached } of list(task, { parents: [parent] })) count += attached.length;
    const { least = 0, most = Number.POSITIVE_INFINITY } = association.perParent ?? {};
    // New ones are attached first, old ones detached last.
    for (const { prospect } of own) {
      if (prospect.outcome !== "attaches") continue;
      if (++count > most)
        fails(prospect, "quota", `it would be group ${count} of ${parent}, which takes ${most}`);
    }
    for (const { prospect } of own) {
      if (prospect.outcome !== "detaches") continue;
      if (--count < least) fails(prospect, "last group", `${parent} must keep ${least}`);
    }
  } catch (error) {
    const reason = operation.failure(error).message;
    for (const { prospect } of own) Object.assign(prospect, { outcome: "unasked", reason });
  } finally {
    operation.end();
  }
}

function fails(prospect: Prospect, cause: string, reason: string): void {
  Object.assign(prospect, { outcome: "fails", cause, reason });
}

/** `adopts 12, attaches 40, detaches 1, would fail 2: quota, last group`, and nothing that does not happen. */
export function sentenceOf(prospects: readonly Prospect[]): string {
  const words: Record<Outcome, string> = {
    adopts: "adopts",
    attaches: "attaches",
    changes: "changes",
    detaches: "detaches",
    keeps: "keeps under another name",
    nothing: "finds gone already",
    unknown: "cannot tell of",
    unasked: "could not be asked about",
    fails: "would fail",
  };
  const parts = (Object.keys(words) as Outcome[]).flatMap((outcome) => {
    const some = prospects.filter((each) => each.outcome === outcome);
    const causes = [...new Set(some.flatMap(({ cause }) => cause ?? []))];
    const why = causes.length > 0 ? `: ${causes.join(", ")}` : "";
    return some.length > 0 ? [`${words[outcome]} ${some.length}${why}`] : [];
  });
  return `up ${parts.length > 0 ? parts.join(", ") : "has nothing to do with attachments"}`;
}
