import type { CommonArgs, Finding } from "../contract/association";
import { CloudError } from "../contract/errors";
import { isAsDeclared } from "../contract/outputs";
import { now } from "../util/clock";
import { look } from "./look";
import { Failure, failureOf, type PairTask } from "./pair-task";
import { backoff, UNCLEAR_TRIES, waitAfter } from "./retry";
import { type Write, write } from "./write";

/** How long a write that was accepted may stay invisible before it is repeated, in milliseconds. */
const VISIBILITY = 10_000;

/** What a pair is to become. */
export type Goal = "attached" | "detached";

/**
 * Brings a pair to its goal: write, look, and again, until the cloud shows it, an error is final, or the deadline passes.
 *
 * @param seen - what a look before any write has shown; undefined writes first.
 * @param isCalledOff - asked when it is a write's turn.
 * @returns the last finding; undefined if a write was called off.
 * @throws Failure, or what ended the operation.
 */
export function reconcile(
  task: PairTask,
  goal: Goal,
  seen: Finding<CommonArgs> | undefined,
  isCalledOff: () => boolean = () => false,
): Promise<Finding<CommonArgs> | undefined> {
  return new Reconciliation(task, goal, isCalledOff).run(seen);
}

class Reconciliation {
  /** Answers that explained nothing, and writes that had no visible effect. */
  #vague = 0;
  /** Whatever is refused from now on, an earlier write may have had an effect, or have it yet. */
  #isUncertain = false;
  /** An attach of the attached pair was not refused, so that what a change takes off will be accepted again. */
  #isRehearsed = false;

  constructor(
    readonly task: PairTask,
    readonly goal: Goal,
    readonly isCalledOff: () => boolean,
  ) {}

  async run(first: Finding<CommonArgs> | undefined): Promise<Finding<CommonArgs> | undefined> {
    let seen = first;
    for (let round = 1; ; round++) {
      seen = seen && (await this.#untilFree(seen));
      if (seen && this.#isReached(seen)) return seen;
      const kind = this.#next(seen);
      // It takes the pair off before it puts it on again.
      this.#isUncertain ||= kind === "change";
      try {
        if (!(await write(this.task, kind, this.isCalledOff))) return undefined;
        this.#accepted(kind, seen);
        seen = await this.#untilShown(kind);
        if (this.#isReached(seen)) return seen;
        if (!this.#isRehearsed) this.#vague += 1;
        if (this.#vague >= UNCLEAR_TRIES)
          throw new Error(`the API reported success, but then shows: ${say(seen)}`);
      } catch (error) {
        if (this.task.deadline.signal.aborted) throw error;
        seen = await this.#afterFailure(this.#failureOf(error), kind, seen, round);
        if (this.#isReached(seen)) return seen;
      }
    }
  }

  #isReached(seen: Finding<CommonArgs>): boolean {
    const { association, pair } = this.task;
    if (this.goal === "detached") return seen.state !== "attached";
    return seen.state === "attached" && !seen.busy && isAsDeclared(association, pair, seen);
  }

  /**
   * A pair that is attached, but not as declared, is first attached again. Where interfaces lack it that may be all it needs, and
   * whatever would refuse to put it back after a change (a limit, a permission, a state) refuses now, with nothing taken off.
   */
  #next(seen: Finding<CommonArgs> | undefined): Write {
    if (this.goal === "detached") return "detach";
    return this.#isRehearsed && this.#canChange(seen) ? "change" : "attach";
  }

  #canChange(seen: Finding<CommonArgs> | undefined): boolean {
    return seen?.state === "attached" && this.task.association.change !== undefined;
  }

  #accepted(kind: Write, seen: Finding<CommonArgs> | undefined): void {
    const { fate } = this.task;
    fate.effect = "accepted";
    fate.failure = undefined;
    this.#isUncertain = true;
    this.#isRehearsed = kind === "attach" && this.#canChange(seen);
  }

  #failureOf(error: unknown): Failure {
    // What a look met means something else to it than to the write that it was to confirm.
    const cause = error instanceof Failure ? error.cause : error;
    return failureOf(this.task.association, cause, this.goal === "detached" ? "detach" : "attach");
  }

  /** What the cloud shows after a write that failed. @throws the failure, where it is final and the goal is not reached. */
  async #afterFailure(
    failure: Failure,
    kind: Write,
    before: Finding<CommonArgs> | undefined,
    round: number,
  ): Promise<Finding<CommonArgs>> {
    const { fate } = this.task;
    fate.failure = failure;
    const { outcome } = failure;
    const waits = outcome === "busy" || outcome === "throttled";
    if (waits) await waitAfter(this.task, failure, round);
    const isRefused = outcome === "permanent" || (outcome === "missing" && this.goal === "attached");
    const seen = await this.#lookAfter(failure, isRefused);
    if (this.#isReached(seen)) return seen;
    // That it is there already is no refusal to put it there.
    this.#isRehearsed = kind === "attach" && outcome === "settled" && this.#canChange(before);
    // What a change took off is put back as long as there is hope.
    const isFinal = isRefused && !(kind === "change" && seen.state === "detached");
    if (!waits && outcome !== "transient") this.#vague += 1;
    if (isFinal || this.#vague >= UNCLEAR_TRIES) {
      if (this.#isUnchanged(failure, isRefused, seen)) fate.effect = "refused";
      throw fate.wasTakenOff ? withOutcome(failure, seen) : failure;
    }
    this.#isUncertain ||= !waits;
    if (!waits) await waitAfter(this.task, failure, round);
    // What a look met meanwhile is no news to the user; the write's failure is.
    fate.failure = failure;
    return seen;
  }

  /** Refused for good and not there, or still there: nothing of it needs to be remembered. */
  #isUnchanged({ cause }: Failure, isRefused: boolean, seen: Finding<CommonArgs>): boolean {
    if (this.goal === "detached") return seen.state === "attached";
    return isRefused && !this.#isUncertain && seen.state !== "attached" && cause instanceof CloudError;
  }

  /** If the cloud does not even tell, a refusal is what to report, and else that. */
  async #lookAfter(failure: Failure, isRefused: boolean): Promise<Finding<CommonArgs>> {
    try {
      return await look(this.task);
    } catch (cannotLook) {
      throw isRefused ? failure : cannotLook;
    }
  }

  /** Waits while the cloud itself says that the parent is changing: a write would collide. */
  async #untilFree(finding: Finding<CommonArgs>): Promise<Finding<CommonArgs>> {
    const { deadline, fate } = this.task;
    let seen = finding;
    for (let attempt = 1; seen.state !== "missing" && seen.busy; attempt++) {
      fate.step = `waiting while ${seen.busy}`;
      await deadline.pause(backoff(attempt, 200, 5_000));
      seen = await look(this.task);
    }
    return seen;
  }

  /** Waits for a write that was accepted to become visible. */
  async #untilShown(kind: Write): Promise<Finding<CommonArgs>> {
    const { deadline, fate } = this.task;
    const started = now();
    fate.step = "waiting until the cloud shows it";
    for (let attempt = 1; ; attempt++) {
      const seen = await look(this.task);
      const isBusy = seen.state !== "missing" && seen.busy !== undefined;
      const isLate = now() - started > VISIBILITY;
      // A parent still at work is not through with our write either: what comes next would be refused.
      if (this.#isReached(seen) && (!isBusy || isLate)) return seen;
      if (!isBusy && (isUnalterable(seen, kind) || isLate)) return seen;
      await deadline.pause(backoff(attempt, 100, 2_000));
    }
  }
}

/** Attached, but not as declared: an attach does not change that, however long one waits. */
function isUnalterable(finding: Finding<CommonArgs>, kind: Write): boolean {
  return kind === "attach" && finding.state === "attached";
}

/** After a change that failed half-way the user has to know what is on now, and what is off. */
function withOutcome(failure: Failure, seen: Finding<CommonArgs>): Failure {
  const { cause, verdict } = failure;
  const now = `now: ${say(seen)}`;
  return new Failure(cause, { ...verdict, hint: verdict.hint ? `${now}; ${verdict.hint}` : now });
}

function say(finding: Finding<CommonArgs>): string {
  if (finding.state === "missing") return `${finding.what} does not exist`;
  if (finding.state === "attached") return finding.incomplete ?? "attached, but not as declared";
  return finding.state;
}
