import type { AnyAssociation, CommonArgs, Verb } from "../contract/association";
import type { Session } from "../contract/cloud";
import type { ListTask } from "./list";
import { failureOf } from "./pair-task";
import { retry } from "./retry";

/**
 * Whether the credentials may attach or detach: asked by a write for the association's pair that is {@link AnyAssociation.nowhere}.
 *
 * @returns undefined where the association has none, or the answer tells of something else than the missing ends.
 * @throws Failure where it is denied, or the cloud cannot be asked.
 */
export async function isAllowed(task: ListTask, verb: "attach" | "detach"): Promise<boolean | undefined> {
  const { association, session, deadline } = task;
  const pair = association.nowhere as CommonArgs | undefined;
  if (!pair) return undefined;
  const write = association[verb] as Verb<CommonArgs, Session, void, void>;
  try {
    await retry(task, verb, () =>
      deadline.race(
        "each" in write
          ? write.each(session, pair, deadline)
          : write.batch(session, [pair], deadline, write.common(pair) as never),
      ),
    );
    return true;
  } catch (error) {
    const { outcome, verdict } = failureOf(association, error, verb);
    if (outcome === "missing" || outcome === "settled") return true;
    if (verdict.isDenied || outcome !== "permanent") throw error;
    return undefined;
  }
}
