import { nameOf } from "../cloud/sessions";
import { type AnyAssociation, type CommonArgs, placeOf } from "../contract/association";
import type { Session } from "../contract/cloud";
import { CloudError, type Outcome, type Verb, type Verdict } from "../contract/errors";
import { canonical } from "../util/canonical";
import type { OperationDeadline } from "./deadline";

/** One pair that an operation reads or writes. */
export interface PairTask {
  readonly association: AnyAssociation;
  readonly session: Session;
  readonly pair: CommonArgs;
  /** The operation's; one operation may drive many pairs. */
  readonly deadline: OperationDeadline;
  readonly fate: Fate;
}

/** What became of one pair so far. */
export class Fate {
  /** What is being done for it right now: `waiting for the answer`. */
  step = "starting";
  /** Writes sent so far. */
  attempts = 0;
  /** What the writes did: nothing was sent; all were refused for good; the cloud has not told; one was accepted. */
  effect: "none" | "refused" | "unknown" | "accepted" = "none";
  /** A change has taken it off in order to put it back. */
  wasTakenOff = false;
  /** The failure that was to be overcome last, for the sentence when the deadline passes. */
  failure: Failure | undefined;

  /** @param sentence - how every message about it begins: `attaching security group sg-1 to instance i-2 (cn-hangzhou)`. */
  constructor(public sentence: string) {}

  /** Whether it is not certain that nothing was changed. */
  get mayBeChanged(): boolean {
    return this.effect === "unknown" || this.effect === "accepted";
  }
}

/** A failed call, with what it means to the verb that made it. */
export class Failure extends Error {
  override readonly cause: Error;

  constructor(
    cause: unknown,
    readonly verdict: Verdict,
  ) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    super(error.message);
    this.name = "Failure";
    this.cause = error;
  }

  get outcome(): Outcome {
    return this.verdict.outcome;
  }

  /** Milliseconds that the cloud asks us to wait. */
  get retryAfter(): number {
    return this.cause instanceof CloudError ? (this.cause.retryAfter ?? 0) : 0;
  }

  /** It goes away by itself: to be tried again until the deadline. */
  get isPassing(): boolean {
    return this.outcome === "busy" || this.outcome === "throttled" || this.outcome === "transient";
  }
}

/** What a failure of a call for `verb` means. An error that is not the cloud's is final. */
export function failureOf(association: AnyAssociation, error: unknown, verb: Verb): Failure {
  if (error instanceof Failure) return error;
  const verdict: Verdict =
    error instanceof CloudError ? association.cloud.classify(error, verb) : { outcome: "permanent" };
  return new Failure(error, verdict);
}

/** The batch key of a call for this pair: what the pairs of one call must have in common. */
export function batchKeyOf(task: PairTask, verb: string, common: unknown): string {
  return `${crowdOf(task.association, task.session)} ${verb} ${canonical(common)}`;
}

/** Operations that bring requests for the same calls. */
export function crowdOf(association: AnyAssociation, session: Session): string {
  return `${association.token} ${nameOf(session)}`;
}

/** What only one write in this process may touch at a time, whatever resource type writes to it. */
export function lockKeyOf({ association, session, pair }: Omit<PairTask, "deadline" | "fate">): string {
  return `${association.cloud.name} ${placeOf(association, session)} ${association.parent(pair)}`;
}
