import type { Batched, CommonArgs, Finding, Session } from "./association";
import { dispatcher } from "./dispatcher";
import type { Verb } from "./errors";
import { judge, laneOf, type Task, UNCLEAR_TRIES, waitAfter } from "./task";

/** Looks at the pair, in one call with whoever else looks, and again if the cloud stumbles, until the deadline. */
export function look(task: Task): Promise<Finding<CommonArgs>> {
  const { session, pair, operation } = task;
  const find = task.association.find as Batched<CommonArgs, Session, (Finding<CommonArgs> | Error)[]>;
  return persist(task, "find", () =>
    operation.race(
      dispatcher.submit<CommonArgs, Finding<CommonArgs>>({
        lane: laneOf(task, "find", find.lane),
        item: pair,
        fits: (pairs) => find.lane !== undefined && (find.fits?.(pairs) ?? true),
        run: (pairs) => find.call(session, pairs, operation),
        signal: operation.signal,
      }),
    ),
  );
}

/** Does what changes nothing until it succeeds, fails for good, or the deadline passes. */
export async function persist<T>(
  task: Pick<Task, "association" | "operation">,
  verb: Verb,
  action: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      const { outcome } = judge(task, error, verb);
      const again = outcome === "unclear" ? attempt < UNCLEAR_TRIES : isPassing.has(outcome);
      if (!again || task.operation.signal.aborted) throw error;
      await waitAfter(task.operation, error, outcome, attempt);
    }
  }
}

const isPassing: ReadonlySet<string> = new Set(["busy", "throttled", "transient"]);
