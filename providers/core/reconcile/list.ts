import { notTheApis } from "../cloud/answer";
import type { AnyAssociation, CommonArgs, List, ListedParent, ListFilter } from "../contract/association";
import type { Session } from "../contract/cloud";
import type { OperationDeadline } from "./deadline";
import type { Fate } from "./pair-task";
import { retry } from "./retry";

/** How often a list is read that changes while it is read, until it is complete once. */
const PASSES = 3;

/** Where something is listed, and how long that may take. */
export interface ListTask {
  readonly association: AnyAssociation;
  readonly session: Session;
  readonly deadline: OperationDeadline;
  readonly fate: Fate;
}

/**
 * All parents that match, each once, with what is attached to them, as the pages come: nothing is kept but their ids. A page that
 * the cloud refuses for its rate, or stumbles over, is asked for again until the deadline.
 *
 * @throws Failure; CloudError `UnreadableAnswer` for a list that is not complete after three readings.
 */
export async function* list(task: ListTask, filter: ListFilter): AsyncGenerator<ListedParent<CommonArgs>> {
  for (const each of task.association.list?.(task.session, filter) ?? []) {
    for await (const parent of walk(task, each as List<CommonArgs>)) {
      const { parents, groups } = filter;
      if (parents && !parents.includes(parent.id)) continue;
      const attached = groups
        ? parent.attached.filter(({ group }) => groups.includes(group))
        : parent.attached;
      yield { ...parent, attached };
    }
  }
}

async function* walk(
  task: ListTask,
  { what, page }: List<CommonArgs>,
): AsyncGenerator<ListedParent<CommonArgs>> {
  const { deadline, fate } = task;
  const told = new Set<string>();
  for (let pass = 1; pass <= PASSES; pass++) {
    const seen = new Set<string>();
    const asked = new Set<string>();
    let at: string | undefined;
    let total: number | undefined;
    do {
      fate.step = `listing ${what}, ${seen.size} so far`;
      const got = await retry(task, "find", () => deadline.race(page(deadline, at)));
      for (const parent of got.parents) {
        seen.add(parent.id);
        if (!told.has(parent.id)) yield parent;
        told.add(parent.id);
      }
      ({ next: at, total } = got);
      if (at === undefined) break;
      if (asked.has(at)) throw notTheApis(`the list of ${what} leads in a circle`, { action: "list" });
      asked.add(at);
    } while (at !== undefined);
    // Something that is made or removed meanwhile moves what comes after it to another page.
    if (total === undefined || seen.size >= total) return;
  }
  throw notTheApis(`the list of ${what} changed each time it was read`, { action: "list" });
}
