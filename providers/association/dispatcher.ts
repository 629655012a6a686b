import { processWide } from "./shared";

/** One pair's part in a call that may serve several. */
export interface Job<Item, Result> {
  /** Jobs of one lane may share a call; a lane has at most one call in flight. */
  lane: string;
  /** What only one call at a time may touch; jobs that share a call may share it. */
  exclusive?: string;
  item: Item;
  /** Whether these items may go into one call. */
  fits(items: readonly Item[]): boolean;
  /** Makes the call; an Error among the results fails that item alone. */
  run(items: readonly Item[]): Promise<(Result | Error)[]>;
  signal: AbortSignal;
}

interface Waiting {
  job: Job<unknown, unknown>;
  leave(): void;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Group commit with locks. The first job of a lane goes out at once; what arrives while it is in flight forms the next
 * call, so that no latency is ever added, and the slower the API, the larger the batches. A call starts only when everything
 * it must have to itself is free, and takes all of that at once: there is no order of locks to get wrong, no deadlock.
 */
export class Dispatcher {
  #queue: Waiting[] = [];
  readonly #busy = new Set<string>();
  #scheduled = false;

  /** Resolves with the item's own result. A job whose signal aborts while it waits leaves the queue. */
  submit<Item, Result>(job: Job<Item, Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      job.signal.throwIfAborted();
      const leave = () => this.#leave(waiting);
      const waiting = { job, leave, resolve, reject } as unknown as Waiting;
      job.signal.addEventListener("abort", leave, { once: true });
      this.#queue.push(waiting);
      this.#schedule();
    });
  }

  #leave(waiting: Waiting): void {
    const place = this.#queue.indexOf(waiting);
    if (place < 0) return;
    this.#queue.splice(place, 1);
    waiting.reject(waiting.job.signal.reason);
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
      if (this.#queue.includes(first) && this.#isFree(first.job)) this.#start(this.#gather(first));
    }
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
    first.job
      .run(batch.map((waiting) => waiting.job.item))
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
