import type { CommonArgs, Finding } from "../contract/association";
import { CloudError } from "../contract/errors";
import { backoff } from "../util/backoff";
import { look } from "./look";
import { judge, type Task, UNCLEAR_TRIES, waitAfter } from "./task";
import { Unneeded, type Write, write } from "./write";

/** How long a write that succeeded may stay invisible before it is repeated, in milliseconds. */
const VISIBILITY = 10_000;

/** What is to be reached, and what to do about it. */
export interface Goal {
  verb: "attach" | "detach";
  reached(finding: Finding<CommonArgs>): boolean;
  /** Asked when it is a write's turn: true calls it off and ends the operation. */
  unneeded(): boolean;
}

/**
 * Brings a pair to its goal: write, look, and again, until the cloud shows it, an error is final, or the deadline passes.
 *
 * @param finding - what a look before any write has shown; undefined writes first.
 * @returns the last finding; undefined if the write was called off.
 */
export async function reach(
  task: Task,
  goal: Goal,
  finding: Finding<CommonArgs> | undefined,
): Promise<Finding<CommonArgs> | undefined> {
  let seen = finding;
  let vague = 0;
  /** Whatever is refused from now on, an earlier write may have had an effect, or have it yet. */
  let isUncertain = false;
  for (let round = 1; ; round++) {
    seen = await untilFree(task, seen);
    if (seen && goal.reached(seen)) return seen;
    const kind = nextWrite(task, goal, seen);
    // It takes the pair off before it puts it on again.
    isUncertain ||= kind === "change";
    try {
      await write(task, kind, goal.unneeded);
      isUncertain = true;
      seen = await untilShown(task, goal, kind);
      if (goal.reached(seen)) return seen;
      vague += 1;
      if (vague === UNCLEAR_TRIES) throw new Error(`the API reported success, but then shows: ${say(seen)}`);
    } catch (error) {
      if (error instanceof Unneeded) return undefined;
      if (task.operation.signal.aborted) throw error;
      const { outcome } = judge(task, error, goal.verb);
      const isFinal = outcome === "permanent" || (outcome === "missing" && goal.verb === "attach");
      const waits = outcome === "busy" || outcome === "throttled";
      if (waits) await waitAfter(task.operation, error, outcome, round);
      seen = await lookAfter(task, error, isFinal);
      if (goal.reached(seen)) return seen;
      if (outcome !== "busy" && outcome !== "throttled" && outcome !== "transient") vague += 1;
      if (isFinal || vague >= UNCLEAR_TRIES) {
        // Refused for good and not there: nothing of it needs to be remembered.
        if (isFinal && !isUncertain && seen.state !== "attached" && error instanceof CloudError)
          task.operation.pending = false;
        throw error;
      }
      isUncertain ||= !waits;
      if (!waits) await waitAfter(task.operation, error, outcome, round);
      // What was noted of the look is no news to the user; the write's failure is.
      judge(task, error, goal.verb);
    }
  }
}

/** A write failed: what does the cloud show? If it does not even tell, the first failure is the one to report. */
async function lookAfter(task: Task, error: unknown, isFinal: boolean): Promise<Finding<CommonArgs>> {
  const { operation } = task;
  const { trouble } = operation;
  try {
    const seen = await look(task);
    operation.trouble = trouble;
    return seen;
  } catch (cannotLook) {
    // Else the look's failure is what is reported, with the hint that was noted for it.
    if (isFinal || operation.signal.aborted) operation.trouble = trouble;
    throw isFinal ? error : cannotLook;
  }
}

/** Waits while the cloud itself says that the parent is changing: a write would collide. */
async function untilFree(
  task: Task,
  finding: Finding<CommonArgs> | undefined,
): Promise<Finding<CommonArgs> | undefined> {
  let seen = finding;
  for (let attempt = 1; seen && seen.state !== "missing" && seen.busy; attempt++) {
    task.operation.doing(`waiting while ${seen.busy}`);
    await task.operation.pause(backoff(attempt, 200, 5_000));
    seen = await look(task);
  }
  return seen;
}

/** Waits for a write that succeeded to become visible. */
async function untilShown(task: Task, goal: Goal, kind: Write): Promise<Finding<CommonArgs>> {
  const started = Date.now();
  task.operation.doing("waiting until the cloud shows it");
  for (let attempt = 1; ; attempt++) {
    const seen = await look(task);
    const isBusy = seen.state !== "missing" && seen.busy !== undefined;
    const isLate = Date.now() - started > VISIBILITY;
    // A parent still at work is not through with our write either: what comes next would be refused.
    if (goal.reached(seen) && (!isBusy || isLate)) return seen;
    if (!isBusy && (isUnalterable(seen, kind) || isLate)) return seen;
    await task.operation.pause(backoff(attempt, 100, 2_000));
  }
}

/** Attached, but not as declared: an attach does not change that, however long one waits. */
function isUnalterable(finding: Finding<CommonArgs>, kind: Write): boolean {
  return kind === "attach" && finding.state === "attached";
}

/** An incomplete attachment is first attached again, which may be all it needs; one with other settings is changed. */
function nextWrite(task: Task, goal: Goal, seen: Finding<CommonArgs> | undefined): Write {
  if (goal.verb === "detach" || seen?.state !== "attached" || !task.association.change) return goal.verb;
  return seen.incomplete && task.operation.attempts === 0 ? "attach" : "change";
}

function say(finding: Finding<CommonArgs>): string {
  if (finding.state === "missing") return `${finding.what} does not exist`;
  if (finding.state === "attached") return finding.incomplete ?? "attached, but not as declared";
  return finding.state;
}
