import { processWide } from "./shared";

/** One pair's part in a call that may serve several. */
export interface Job<Item, Result> {
  /** Jobs of one lane may share a call; a lane has at most one call in flight. */
  lane: string;
  /** False: nobody else will ever use this lane. */
  shared: boolean;
  /** What only one call at a time may touch; jobs that share a call may share it. */
  exclusive?: string;
  item: Item;
  /** Milliseconds that the call would have to wait for a rate limit now: it waits here, where others can join it. */
  delay(): number;
  /** Whether these items may go into one call. */
  fits(items: readonly Item[]): boolean;
  /** Makes the call; an Error among the results fails that item alone. */
  run(items: readonly Item[]): Promise<(Result | Error)[]>;
  signal: AbortSignal;
}

interface Waiting {
  job: Job<unknown, unknown>;
  /** It has waited for company long enough. */
  ready: boolean;
  leave(): void;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** How long the calls of a lane take, and when the last one ended. */
interface Pace {
  milliseconds: number;
  ended: number;
}

/** A lane in use waits this part of a call's usual time for company, and never longer than this, in milliseconds. */
const WAIT = { part: 1 / 8, most: 25 };
/** How long a lane counts as in use after its last call, in milliseconds. */
const IN_USE = 1_000;

/**
 * Group commit with locks. The first job of a lane goes out at once; what arrives while it is in flight forms the next
 * call, so the slower the API, the larger the batches. The engine answers a batch's end with as many new jobs, a few
 * milliseconds apart: a lane in use waits a small part of its usual time for them (without that, the first of eight went
 * alone, and calls doubled). A call starts only when everything it must have to itself is free, and takes all of that at
 * once: there is no order of locks to get wrong, no deadlock.
 */
export class Dispatcher {
  #queue: Waiting[] = [];
  readonly #busy = new Set<string>();
  readonly #paces = new Map<string, Pace>();
  /** Lanes that wait for a rate limit. */
  readonly #held = new Set<string>();
  #scheduled = false;

  /** Resolves with the item's own result. A job whose signal aborts while it waits leaves the queue. */
  submit<Item, Result>(job: Job<Item, Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      job.signal.throwIfAborted();
      const leave = () => this.#leave(waiting, job.signal.reason);
      const wait = this.#companyTime(job.lane);
      const waiting = { job, ready: wait === 0, leave, resolve, reject } as unknown as Waiting;
      job.signal.addEventListener("abort", leave, { once: true });
      this.#queue.push(waiting);
      if (waiting.ready) this.#schedule();
      else setTimeout(() => this.#release(waiting), wait);
    });
  }

  #release(waiting: Waiting): void {
    waiting.ready = true;
    this.#schedule();
  }

  #companyTime(lane: string): number {
    const pace = this.#paces.get(lane);
    if (!pace || Date.now() - pace.ended > IN_USE) return 0;
    return Math.min(WAIT.most, pace.milliseconds * WAIT.part);
  }

  /** Remembers how long calls of a shared lane take, newer ones for more. */
  #note(lane: string, milliseconds: number): void {
    const known = this.#paces.get(lane)?.milliseconds ?? milliseconds;
    this.#paces.set(lane, { milliseconds: (known + milliseconds) / 2, ended: Date.now() });
  }

  #leave(waiting: Waiting, reason: unknown): void {
    const place = this.#queue.indexOf(waiting);
    if (place < 0) return;
    this.#queue.splice(place, 1);
    waiting.job.signal.removeEventListener("abort", waiting.leave);
    waiting.reject(reason);
  }

  /** What arrives in the same turn of the event loop goes together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#startAll();
    });
  }

  #startAll(): void {
    for (const first of [...this.#queue]) {
      const isWaiting = first.ready && this.#queue.includes(first);
      if (!isWaiting || !this.#isFree(first.job) || this.#held.has(first.job.lane)) continue;
      try {
        const delay = first.job.delay();
        if (delay > 0) this.#hold(first.job.lane, delay);
        else this.#start(this.#gather(first));
      } catch (error) {
        this.#leave(first, error);
      }
    }
  }

  #hold(lane: string, milliseconds: number): void {
    this.#held.add(lane);
    setTimeout(() => {
      this.#held.delete(lane);
      this.#schedule();
    }, milliseconds);
  }

  #isFree(job: Job<unknown, unknown>): boolean {
    return !locksOf(job).some((lock) => this.#busy.has(lock));
  }

  #gather(first: Waiting): Waiting[] {
    const batch: Waiting[] = [];
    for (const next of this.#queue.slice(this.#queue.indexOf(first))) {
      if (next.job.lane !== first.job.lane || !this.#isFree(next.job)) continue;
      const items = [...batch, next].map((waiting) => waiting.job.item);
      if (batch.length === 0 || first.job.fits(items)) batch.push(next);
    }
    return batch;
  }

  #start(batch: Waiting[]): void {
    const [first] = batch;
    if (!first) return;
    const locks = new Set(batch.flatMap((waiting) => locksOf(waiting.job)));
    for (const lock of locks) this.#busy.add(lock);
    this.#queue = this.#queue.filter((waiting) => !batch.includes(waiting));
    for (const { job, leave } of batch) job.signal.removeEventListener("abort", leave);
    const started = Date.now();
    Promise.resolve(batch.map((waiting) => waiting.job.item))
      .then(first.job.run)
      .then(
        (results) => {
          for (const [index, waiting] of batch.entries()) {
            const result = results[index];
            if (result instanceof Error) waiting.reject(result);
            else waiting.resolve(result);
          }
        },
        (error) => {
          for (const waiting of batch) waiting.reject(error);
        },
      )
      .finally(() => {
        for (const lock of locks) this.#busy.delete(lock);
        if (first.job.shared) this.#note(first.job.lane, Date.now() - started);
        this.#schedule();
      });
  }
}

function locksOf(job: Job<unknown, unknown>): string[] {
  const lane = `lane ${job.lane}`;
  return job.exclusive === undefined ? [lane] : [lane, `exclusive ${job.exclusive}`];
}

/** The one of this process. */
export const dispatcher = processWide("dispatcher/1", () => new Dispatcher());
