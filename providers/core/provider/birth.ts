import { MissingError } from "../contract/errors";
import { DeadlineError, type OperationDeadline } from "../reconcile/deadline";
import { Failure, type Fate } from "../reconcile/pair-task";
import { backoff } from "../reconcile/retry";
import { now } from "../util/clock";
import { tell } from "../util/tell";

/** How long a create goes on looking for an end that does not exist, in milliseconds. */
const BIRTH = 12_000;

/**
 * Does what needs both ends to exist, again and again for 12 s: an instance or a group that was made a second ago may not yet
 * be shown by every replica of the API. For creates only: what a refresh or a delete does not find is gone.
 *
 * @param say - what tells the user of it. Many pairs are told of together.
 * @throws MissingError, or the API's own refusal, for an end that still does not exist then.
 */
export async function untilBorn<T>(
  { deadline, fate }: { deadline: OperationDeadline; fate: Fate },
  work: () => Promise<T>,
  say: (text: string) => void = tell,
): Promise<T> {
  let since: number | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const what = missingIn(error);
      if (what === undefined) throw error;
      if (since === undefined)
        say(`${fate.sentence}: ${what} does not exist yet; looking again for ${BIRTH / 1000} s`);
      since ??= now();
      fate.step = `looking again for ${what}`;
      if (now() - since > BIRTH) throw error;
      // What a user has to know is what is missing, not that the time was over.
      await deadline.pause(backoff(attempt, 1_000, 4_000)).catch((ended) => {
        throw ended instanceof DeadlineError ? error : ended;
      });
    }
  }
}

function missingIn(error: unknown): string | undefined {
  const cause = error instanceof Failure ? error.cause : error;
  if (cause instanceof MissingError) return cause.what;
  return error instanceof Failure && error.outcome === "missing" ? "one of the two ends" : undefined;
}
