import { dispatcher } from "../batching/queue";
import { nameOf } from "../cloud/sessions";
import type { Batched, CommonArgs, Finding } from "../contract/association";
import type { Deadline, Session } from "../contract/cloud";
import { CloudError, type Verb } from "../contract/errors";
import { together } from "./operation";
import { delayOf, judge, laneOf, PASSING, type Task, UNCLEAR_TRIES, waitAfter } from "./task";

type Find = Batched<CommonArgs, Session, (Finding<CommonArgs> | Error)[]>;

/** Looks at the pair, in one call with whoever else looks, and again if the cloud stumbles, until the deadline. */
export function look(task: Task): Promise<Finding<CommonArgs>> {
  const { operation } = task;
  const find = task.association.find as Find;
  return persist(task, "find", () =>
    operation.race(
      dispatcher.submit<Task, Finding<CommonArgs>>({
        lane: laneOf(task, "find", find.lane),
        shared: find.lane !== undefined,
        crowd: nameOf(task.session),
        isFirst: operation.jobs++ === 0,
        delay: () => delayOf(task, find.action),
        item: task,
        fits: (tasks) => find.lane !== undefined && (find.fits?.(tasks.map(({ pair }) => pair)) ?? true),
        run: (tasks) => {
          const pairs = tasks.map(({ pair }) => pair);
          // A lone create is probably the only one: it asks for nobody else.
          const creates = tasks.filter((each) => each.ahead);
          const ahead = creates.length > 1 ? creates[0]?.ahead : undefined;
          return together(
            tasks.map((each) => each.operation),
            (deadline) => {
              const findThese = (these: readonly CommonArgs[]) => findAll(task, find, these, deadline);
              return ahead ? ahead.look(pairs, findThese) : findThese(pairs);
            },
          );
        },
        signal: operation.signal,
      }),
    ),
  );
}

/** One call for all; if it fails for pairs that its error names, another one for the others. */
async function findAll(
  task: Task,
  find: Find,
  pairs: readonly CommonArgs[],
  deadline: Deadline,
): Promise<(Finding<CommonArgs> | Error)[]> {
  try {
    return await find.call(task.session, pairs, deadline);
  } catch (error) {
    const named = error instanceof CloudError ? (task.association.named?.(error, pairs) ?? []) : [];
    const others = pairs.filter((pair) => !named.includes(pair));
    if (named.length === 0 || others.length === 0) throw error;
    const findings = await findAll(task, find, others, deadline);
    return pairs.map((pair) => findings[others.indexOf(pair)] ?? (error as Error));
  }
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
      // The last answer, not the deadline, is what a user has to know.
      if (task.operation.signal.aborted) throw error;
      const { outcome } = judge(task, error, verb);
      const again = outcome === "unclear" ? attempt < UNCLEAR_TRIES : PASSING.has(outcome);
      if (!again) throw error;
      await waitAfter(task.operation, error, outcome, attempt);
    }
  }
}
