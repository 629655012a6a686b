import type { AnyAssociation } from "../contract/association";
import { CloudError, type Verb } from "../contract/errors";
import type { OperationDeadline } from "./deadline";
import { type Failure, type Fate, failureOf } from "./pair-task";

/** How often an answer that explains nothing is put to the test. */
export const UNCLEAR_TRIES = 4;

/**
 * Does what changes nothing until it succeeds, fails for good, or the deadline passes.
 * @throws Failure, or what ended the operation.
 */
export async function retry<T>(
  { association, deadline, fate }: { association: AnyAssociation; deadline: OperationDeadline; fate: Fate },
  verb: Verb,
  action: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (deadline.signal.aborted) throw error;
      const failure = failureOf(association, error, verb);
      const again = failure.outcome === "unclear" ? attempt < UNCLEAR_TRIES : failure.isPassing;
      if (!again) throw failure;
      await waitAfter({ deadline, fate }, failure, attempt);
    }
  }
}

/** Waits before trying again: longer each time, longer still where the cloud asks for it. */
export async function waitAfter(
  { deadline, fate }: { deadline: OperationDeadline; fate: Fate },
  failure: Failure,
  attempt: number,
): Promise<void> {
  const code = failure.cause instanceof CloudError ? failure.cause.code : "a failure";
  fate.failure = failure;
  fate.step =
    failure.outcome === "busy" ? `waiting until it is no longer busy (${code})` : `waiting after ${code}`;
  const own =
    failure.outcome === "throttled" ? backoff(attempt, 1_000, 10_000) : backoff(attempt, 300, 5_000);
  await deadline.pause(Math.max(own, failure.retryAfter));
}

/** Milliseconds before try number `attempt` (1, 2, ...): doubling from `first` up to `most`, half of it by chance. */
export function backoff(attempt: number, first: number, most: number): number {
  const full = Math.min(most, first * 2 ** (attempt - 1));
  return full * (0.5 + Math.random() / 2);
}
