import { orAborted } from "../cloud/renewable";
import type { Deadline } from "../contract/cloud";
import type { Verdict } from "../contract/errors";
import type { Timeouts } from "../program/timeouts";
import { tell } from "../util/engine";

/** The deadline of an operation passed. */
export class DeadlineError extends Error {
  constructor() {
    super("the deadline passed");
    this.name = "DeadlineError";
  }
}

/** Work done for several operations: it goes on while any of them may. */
export async function together<T>(
  operations: readonly Operation[],
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = () => {
    if (operations.every(({ signal }) => signal.aborted)) controller.abort(new DeadlineError());
  };
  stop();
  for (const { signal } of operations) signal.addEventListener("abort", stop);
  const remaining = () => Math.max(...operations.map((operation) => operation.remaining()));
  try {
    return await work({ signal: controller.signal, remaining });
  } finally {
    for (const { signal } of operations) signal.removeEventListener("abort", stop);
  }
}

/** Silence that a user takes for a hang, and how often we speak after it, in milliseconds. */
const FIRST_WORD = 5_000;
const NEXT_WORD = 20_000;

/**
 * One create, read, update or delete under its one deadline, which every wait, retry and request obeys. If it takes long it
 * says what it waits for, and until when.
 */
export class Operation implements Deadline {
  readonly signal: AbortSignal;
  /** Calls that it had a part in so far, those under way included. */
  jobs = 0;
  /** Writes sent so far. */
  attempts = 0;
  /** A write went out, and it is not certain that it changed nothing. */
  pending = false;
  /** The last failure, for the sentence when the deadline passes. */
  trouble: { error: unknown; verdict: Verdict } | undefined;
  readonly #started = Date.now();
  readonly #deadline: number;
  readonly #controller = new AbortController();
  readonly #expiry: NodeJS.Timeout;
  #speaker: NodeJS.Timeout;
  #step = "starting";
  #leave = () => {};
  /** Where the pair is, once that is known. */
  region: string | undefined;

  /**
   * @param what - participle and tuple: `attaching security group sg-1 to instance i-2`.
   * @param seconds - until the deadline.
   * @param timeout - which of `customTimeouts` sets it.
   */
  constructor(
    readonly what: string,
    readonly seconds: number,
    readonly timeout: keyof Timeouts,
  ) {
    this.signal = this.#controller.signal;
    this.#deadline = this.#started + seconds * 1000;
    this.#expiry = setTimeout(
      () => this.#controller.abort(new DeadlineError()),
      Math.min(seconds * 1000, 0x7fffffff),
    );
    this.#speaker = setTimeout(() => this.#speak(), FIRST_WORD);
  }

  /** How every sentence about it begins: `attaching security group sg-1 to instance i-2 (cn-hangzhou)`. */
  get sentence(): string {
    return this.region ? `${this.what} (${this.region})` : this.what;
  }

  /** Milliseconds until the deadline. */
  remaining(): number {
    return Math.max(0, this.#deadline - Date.now());
  }

  /** Milliseconds since the start. */
  elapsed(): number {
    return Date.now() - this.#started;
  }

  /** Notes what the operation is at, for whoever waits for it. */
  doing(step: string): void {
    this.#step = step;
  }

  /** What the operation is at. */
  get step(): string {
    return this.#step;
  }

  /** `promise`, or a {@link DeadlineError} if that comes first. */
  race<T>(promise: Promise<T>): Promise<T> {
    return orAborted(promise, this.signal);
  }

  /** Waits, but not past the deadline. */
  async pause(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await this.race(
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, milliseconds);
        }),
      );
    } finally {
      clearTimeout(timer);
    }
  }

  /** What to do at its end. */
  leaves(leave: () => void): void {
    this.#leave = leave;
  }

  /** Must be called once it is over: timers would keep the process. */
  end(): void {
    this.#leave();
    clearTimeout(this.#expiry);
    clearTimeout(this.#speaker);
  }

  #speak(): void {
    const until = new Date(this.#deadline).toISOString().slice(11, 19);
    tell(`${this.sentence}: ${this.#step}; gives up at ${until} UTC`);
    this.#speaker = setTimeout(() => this.#speak(), NEXT_WORD);
  }
}
