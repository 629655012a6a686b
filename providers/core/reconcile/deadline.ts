import { setMaxListeners } from "node:events";
import type { Deadline } from "../contract/cloud";
import type { Timeouts } from "../contract/inputs";
import { orAborted } from "../util/abort";
import { after, now, sleep } from "../util/clock";
import { onEngineGone } from "../util/engine";
import { tell } from "../util/tell";

/** The deadline of an operation passed. */
export class DeadlineError extends Error {
  constructor() {
    super("the deadline passed");
    this.name = "DeadlineError";
  }
}

/** Silence that a user takes for a hang, and how often we speak after it, in milliseconds. */
const FIRST_WORD = 5_000;
const NEXT_WORD = 20_000;

/**
 * The one deadline of a create, read, update or delete, which every wait, retry and request of it obeys. It also ends when the
 * engine that ordered the operation is gone, since what is done then is in no state. While it lasts long, it speaks.
 */
export class OperationDeadline implements Deadline {
  readonly signal: AbortSignal;
  readonly #started = now();
  readonly #controller = new AbortController();
  readonly #endings: (() => void)[] = [];
  #silence: () => void;

  /**
   * @param seconds - until it passes.
   * @param timeout - which of `customTimeouts` sets it, for the message.
   * @param progress - what the operation is at, for a user who waits. Undefined: it stays silent.
   */
  constructor(
    readonly seconds: number,
    readonly timeout: keyof Timeouts,
    progress?: () => string,
  ) {
    this.signal = this.#controller.signal;
    // Each of its pairs listens.
    setMaxListeners(0, this.signal);
    this.#endings.push(
      after(seconds * 1000, () => this.#controller.abort(new DeadlineError())),
      onEngineGone((error) => this.#controller.abort(error)),
    );
    this.#silence = progress ? after(FIRST_WORD, () => this.#speak(progress)) : () => {};
  }

  /** Milliseconds until it passes. */
  remaining(): number {
    return Math.max(0, this.seconds * 1000 - this.elapsed());
  }

  /** Milliseconds since the start. */
  elapsed(): number {
    return now() - this.#started;
  }

  /** `promise`, or what ends the operation if that comes first. */
  race<T>(promise: Promise<T>): Promise<T> {
    return orAborted(promise, this.signal);
  }

  /** Waits. @throws what ends the operation, if that comes first. */
  pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds, this.signal);
  }

  /** Calls `work` at the end of the operation. */
  onEnd(work: () => void): void {
    this.#endings.push(work);
  }

  /** Must be called once the operation is over: timers would keep the process. */
  end(): void {
    this.#silence();
    for (const ending of this.#endings) ending();
  }

  #speak(progress: () => string): void {
    const until = new Date(Date.now() + this.remaining()).toISOString().slice(11, 19);
    tell(`${progress()}; gives up at ${until} UTC`);
    this.#silence = after(NEXT_WORD, () => this.#speak(progress));
  }
}

/** Work done for several operations: it goes on while any of them may. */
export async function together<T>(
  deadlines: readonly OperationDeadline[],
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const all = [...new Set(deadlines)];
  const [only] = all;
  if (only && all.length === 1) return work(only);
  const controller = new AbortController();
  const stop = () => {
    if (all.every(({ signal }) => signal.aborted)) controller.abort(all[0]?.signal.reason);
  };
  stop();
  for (const { signal } of all) signal.addEventListener("abort", stop);
  const remaining = () => Math.max(...all.map((deadline) => deadline.remaining()));
  try {
    return await work({ signal: controller.signal, remaining });
  } finally {
    for (const { signal } of all) signal.removeEventListener("abort", stop);
  }
}
