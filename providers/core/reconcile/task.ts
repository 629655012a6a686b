import { nameOf } from "../cloud/sessions";
import type { CommonArgs, Finding } from "../contract/association";
import type { Session } from "../contract/cloud";
import { CloudError, type Outcome, type Verb, type Verdict } from "../contract/errors";
import { type AnyAssociation, placeOf } from "../contract/kind";
import { backoff } from "../util/backoff";
import { same } from "../util/canonical";
import type { LookAhead } from "./look-ahead";
import type { Operation } from "./operation";

/** One pair, one session, one operation. */
export interface Task {
  association: AnyAssociation;
  session: Session;
  pair: CommonArgs;
  operation: Operation;
  /** A create: others may be looked at beside it. */
  ahead?: LookAhead;
}

/** What goes away by itself: to be tried again until the deadline. */
export const PASSING: ReadonlySet<Outcome> = new Set(["busy", "throttled", "transient"]);

/** How often an answer that explains nothing is put to the test. */
export const UNCLEAR_TRIES = 4;

let alone = 0;

/** The lane of a call for this pair: shared where the association says so, else its own. */
export function laneOf(task: Task, verb: string, lane: ((pair: CommonArgs) => string) | undefined): string {
  const own = lane ? lane(task.pair) : `alone ${alone++}`;
  return `${task.association.token} ${nameOf(task.session)} ${verb} ${own}`;
}

/** What only one write at a time may touch. */
export function lockOf({ association, session, pair }: Omit<Task, "operation">): string {
  return `${association.cloud.name} ${placeOf(association, session)} ${association.parent(pair)}`;
}

/** Milliseconds until a rate limit lets a call of `action` through. */
export function delayOf(task: Task, action: string | undefined): number {
  return action === undefined ? 0 : (task.session.delay?.(action) ?? 0);
}

/** What a failure means, noted for the sentence in case the deadline passes. */
export function judge(task: Pick<Task, "association" | "operation">, error: unknown, verb: Verb): Verdict {
  const verdict: Verdict =
    error instanceof CloudError ? task.association.cloud.classify(error, verb) : { outcome: "permanent" };
  task.operation.trouble = { error, verdict };
  return verdict;
}

/** Waits before trying again: longer each time, longer still where the cloud asks for it. */
export async function waitAfter(
  operation: Operation,
  error: unknown,
  outcome: Outcome,
  attempt: number,
): Promise<void> {
  const code = error instanceof CloudError ? error.code : "a failure";
  operation.doing(
    outcome === "busy" ? `waiting until it is no longer busy (${code})` : `waiting after ${code}`,
  );
  const own = outcome === "throttled" ? backoff(attempt, 1_000, 10_000) : backoff(attempt, 300, 5_000);
  const asked = error instanceof CloudError ? (error.retryAfter ?? 0) : 0;
  await operation.pause(Math.max(own, asked));
}

/** Whether the cloud shows the pair exactly as declared. */
export function isAsDeclared(
  association: AnyAssociation,
  pair: CommonArgs,
  finding: Finding<CommonArgs>,
): boolean {
  if (finding.state !== "attached" || finding.incomplete || finding.busy) return false;
  const declared = pair as Record<string, unknown>;
  return Object.entries(finding.observed ?? {}).every(
    ([name, value]) => !association.fields[name]?.observed || same(declared[name], value),
  );
}
