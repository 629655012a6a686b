import { declaredIn as declaredOf, isAsDeclared, look, requireAccount } from "pulumi-cloud-attachments/core";
import { type Attachment, type Compared, keyOf } from "./attachment";
import type { Context } from "./context";
import { Operation, type Place, type ScanError, scan, typesOfClouds } from "./scan";
import { attachmentOfRecorded, type Declared } from "./state";

/** How many there are of each kind. */
export interface Summary {
  managed: number;
  changed: number;
  gone: number;
  undeclared: number;
  ignored: number;
  /** Of what is attached, how much the stack declares, in per cent. */
  coverage: number;
}

/** The difference between a state and the clouds. */
export interface Difference {
  summary: Summary;
  attachments: Compared[];
  failures: ScanError[];
}

/** Looks under way at the same time. */
const AT_ONCE = 16;

/**
 * Compares what is declared with what is attached, wherever something is declared and at `more` places.
 *
 * A list says what is there. What it does not show is looked for by itself, since a list may be read by other rules than the pair: only
 * a firm "not there" of the account that is recorded makes something gone.
 */
export async function compare(
  context: Context,
  declared: readonly Declared[],
  more: readonly Place[],
  isIgnored: (attachment: Attachment) => boolean,
): Promise<Difference> {
  const failures: ScanError[] = [];
  const found = new Map<string, Declared>();
  for (const each of declared) {
    found.set(keyOf(attachmentOfRecorded(each.association, each.id, each.recorded)), each);
  }
  const left = new Map(found);
  const attachments: Compared[] = [];
  const ends = new Ends();
  let ignored = 0;
  const places = unique([...typesOfClouds(context, declared.map(placeOfDeclared)), ...more]);
  for await (const attachment of scan(context, places, {}, (error) => failures.push(error))) {
    ends.learn(attachment);
    const key = keyOf(attachment);
    const known = found.get(key);
    if (known && !left.delete(key)) continue;
    if (known) attachments.push({ ...attachment, status: statusOf(known, attachment), urn: known.urn });
    else if (isIgnored(attachment)) ignored++;
    else attachments.push({ ...attachment, status: "undeclared" });
  }
  const rest = [...left.values()];
  for (let from = 0; from < rest.length; from += AT_ONCE) {
    const looks = rest.slice(from, from + AT_ONCE).map((each) => lookFor(context, each));
    for (const result of await Promise.allSettled(looks)) {
      if (result.status === "fulfilled") attachments.push(ends.tell(result.value));
      else failures.push(result.reason as ScanError);
    }
  }
  return { summary: { ...summaryOf(attachments), ignored }, attachments, failures };
}

/** What lists tell of parents and groups, and a state does not: their names, networks and tags. */
class Ends {
  readonly #parents = new Map<string, Attachment["parent"]>();
  readonly #groups = new Map<string, string>();

  learn(attachment: Attachment): void {
    const { parent, groupName } = attachment;
    this.#parents.set(keyIn(attachment, parent.id), parent);
    if (groupName) this.#groups.set(keyIn(attachment, attachment.group), groupName);
  }

  tell<A extends Attachment>(attachment: A): A {
    const parent = this.#parents.get(keyIn(attachment, attachment.parent.id));
    const groupName = this.#groups.get(keyIn(attachment, attachment.group));
    return { ...attachment, ...(parent ? { parent } : {}), ...(groupName ? { groupName } : {}) };
  }
}

const keyIn = ({ type, accountId, region }: Attachment, id: string): string =>
  JSON.stringify([type, accountId, region, id]);

function placeOfDeclared({ association, recorded: { region, connection } }: Declared): Place {
  return { association, region, ...(connection ? { connection } : {}), recorded: true };
}

/** Places that are the same are one. */
function unique(places: readonly Place[]): Place[] {
  const key = ({ association, region, connection }: Place) =>
    JSON.stringify([association.token, region, connection]);
  return [...new Map(places.map((place) => [key(place), place])).values()];
}

function statusOf(
  { association, recorded }: Declared,
  { args, incomplete }: Attachment,
): "managed" | "changed" {
  const seen = { state: "attached", observed: args, ...(incomplete ? { incomplete } : {}) } as const;
  return isAsDeclared(association, declaredOf(recorded), seen) ? "managed" : "changed";
}

async function lookFor(context: Context, declared: Declared): Promise<Compared> {
  const { association, id, recorded, urn } = declared;
  const operation = new Operation(context, placeOfDeclared(declared), `looking for ${id}`);
  const { deadline, fate } = operation;
  try {
    const session = await operation.connect();
    requireAccount(association.cloud, session, recorded.accountId);
    const seen = await look({ association, session, pair: recorded, deadline, fate });
    const attachment = attachmentOfRecorded(association, id, recorded);
    if (seen.state !== "attached") return { ...attachment, status: "gone", urn };
    const status = isAsDeclared(association, declaredOf(recorded), seen) ? "managed" : "changed";
    return { ...attachment, status, urn };
  } catch (error) {
    throw operation.failure(error);
  } finally {
    operation.end();
  }
}

/** How many there are of each status. */
export function summaryOf(attachments: readonly Compared[]): Omit<Summary, "ignored"> {
  const count = (status: Compared["status"]) => attachments.filter((each) => each.status === status).length;
  const [managed, changed, gone, undeclared] = [
    count("managed"),
    count("changed"),
    count("gone"),
    count("undeclared"),
  ];
  const attached = managed + changed + undeclared;
  const coverage = attached === 0 ? 100 : Math.floor((1000 * (managed + changed)) / attached) / 10;
  return { managed, changed, gone, undeclared, coverage };
}
