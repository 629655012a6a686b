import { batchQueue } from "../batching/queue";
import type { CommonArgs, Finding, Findings, Verb } from "../contract/association";
import type { Deadline, Session } from "../contract/cloud";
import { CloudError } from "../contract/errors";
import { together } from "./deadline";
import { batchKeyOf, crowdOf, type PairTask } from "./pair-task";
import { retry } from "./retry";

type Find = Verb<CommonArgs, Session, Finding<CommonArgs>, Findings<CommonArgs>>;

/** Asks the cloud for the pair, in one call with other pairs, and again if the cloud stumbles, until the deadline. */
export function look(task: PairTask): Promise<Finding<CommonArgs>> {
  const { association, session, pair, deadline } = task;
  const find = association.find as Find;
  return retry(task, "find", () =>
    deadline.race(
      batchQueue.submit<PairTask, Finding<CommonArgs>>({
        batchKey: "batch" in find ? batchKeyOf(task, "find", find.common(pair)) : undefined,
        crowd: crowdOf(association, session),
        item: task,
        fits: (tasks) => !("batch" in find) || find.fits(tasks.map((each) => each.pair)),
        run: (tasks) =>
          together(
            tasks.map((each) => each.deadline),
            (limits) =>
              findAll(
                task,
                tasks.map((each) => each.pair),
                limits,
              ),
          ),
        signal: deadline.signal,
      }),
    ),
  );
}

/** Asks for these pairs, which fit into one call; if its error names some of them, once more for the others. */
export async function findAll(
  task: PairTask,
  pairs: readonly CommonArgs[],
  deadline: Deadline,
): Promise<Findings<CommonArgs>> {
  const { association, session } = task;
  const find = association.find as Find;
  if ("each" in find) return Promise.all(pairs.map((pair) => find.each(session, pair, deadline)));
  try {
    const findings = await find.batch(session, pairs, deadline, find.common(pairs[0] as CommonArgs) as never);
    if (findings?.length === pairs.length) return findings;
    throw new Error(
      `${association.token}: find told of ${findings?.length ?? 0} pairs, not of ${pairs.length}`,
    );
  } catch (error) {
    const named = error instanceof CloudError ? (association.named?.(error, pairs) ?? []) : [];
    const others = pairs.filter((pair) => !named.includes(pair));
    if (named.length === 0 || others.length === 0) throw error;
    const findings = await findAll(task, others, deadline);
    return pairs.map((pair) => findings[others.indexOf(pair)] ?? (error as Error));
  }
}
