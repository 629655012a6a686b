import { processWide } from "../util/shared";
import { Company } from "./linger";

/** One pair's part in a call that may serve several. */
export interface Job<Item, Result> {
  /** Jobs of one lane may share a call; a lane has at most one call in flight. */
  lane: string;
  /** False: nobody else will ever use this lane. */
  shared: boolean;
  /** Whose operations may become company: those under way in one session. */
  crowd: string;
  /** The first job of its operation: where one comes, others like it come. */
  isFirst: boolean;
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
  since: number;
  leave(): void;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Group commit with locks. The first job of a lane goes out at once; what arrives while it is in flight forms the next
 * call, so the slower the API, the larger the batches; a lane in use waits a moment for {@link Company}. A call starts only
 * when everything it must have to itself is free, and takes all of that at once: there is no order of locks to get wrong,
 * no deadlock.
 */
export class Dispatcher {
  #queue: Waiting[] = [];
  readonly #busy = new Set<string>();
  /** When what a call had to itself was freed last. */
  readonly #freed = new Map<string, number>();
  readonly #company = new Company();
  #scheduled = false;
  #alarm: { at: number; timer: NodeJS.Timeout } | undefined;

  /** Counts an operation as under way, until the result is called: it may bring company to others of its session. */
  enter(session: string): () => void {
    const leave = this.#company.enter(session);
    return () => {
      leave();
      this.#schedule();
    };
  }

  /** Whether a call that had `exclusive` to itself is under way, or ended after `time` (`performance.now()`). */
  usedSince(exclusive: string, time: number): boolean {
    const lock = exclusively(exclusive);
    return this.#busy.has(lock) || (this.#freed.get(lock) ?? 0) >= time;
  }

  /** Resolves with the item's own result. A job whose signal aborts while it waits leaves the queue. */
  submit<Item, Result>(job: Job<Item, Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      job.signal.throwIfAborted();
      const leave = () => this.#leave(waiting, job.signal.reason);
      const since = performance.now();
      const waiting = { job, since, leave, resolve, reject } as unknown as Waiting;
      job.signal.addEventListener("abort", leave, { once: true });
      this.#queue.push(waiting);
      this.#schedule();
    });
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
    /** Lanes whose time has not come. */
    const early = new Set<string>();
    for (const first of [...this.#queue]) {
      const { job } = first;
      if (early.has(job.lane) || !this.#queue.includes(first) || !this.#isFree(job)) continue;
      try {
        const candidates = this.#queue.filter((each) => each.job.lane === job.lane && this.#isFree(each.job));
        const batch = gather(candidates);
        const jobs = batch.map((each) => each.job);
        const isFull = batch.length < candidates.length;
        const wait = Math.max(job.delay(), isFull ? 0 : this.#company.time(jobs, first.since));
        if (wait <= 0) {
          this.#start(batch);
        } else {
          early.add(job.lane);
          this.#wake(wait);
        }
      } catch (error) {
        this.#leave(first, error);
      }
    }
  }

  /** Looks again after a while. */
  #wake(milliseconds: number): void {
    const at = performance.now() + milliseconds;
    if (this.#alarm && this.#alarm.at <= at) return;
    clearTimeout(this.#alarm?.timer);
    const timer = setTimeout(() => {
      this.#alarm = undefined;
      this.#schedule();
    }, milliseconds);
    this.#alarm = { at, timer };
  }

  #isFree(job: Job<unknown, unknown>): boolean {
    return !locksOf(job).some((lock) => this.#busy.has(lock));
  }

  #start(batch: Waiting[]): void {
    const [first] = batch;
    if (!first) return;
    const locks = new Set(batch.flatMap((waiting) => locksOf(waiting.job)));
    for (const lock of locks) this.#busy.add(lock);
    this.#queue = this.#queue.filter((waiting) => !batch.includes(waiting));
    for (const { job, leave } of batch) job.signal.removeEventListener("abort", leave);
    const ended = this.#company.started(first.job);
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
        for (const { job } of batch) {
          if (job.exclusive !== undefined) this.#freed.set(exclusively(job.exclusive), performance.now());
        }
        ended();
        this.#schedule();
      });
  }
}

/** As many as go into one call. */
function gather(candidates: readonly Waiting[]): Waiting[] {
  const batch: Waiting[] = [];
  for (const next of candidates) {
    const items = [...batch, next].map((waiting) => waiting.job.item);
    if (batch.length === 0 || next.job.fits(items)) batch.push(next);
  }
  return batch;
}

function locksOf(job: Job<unknown, unknown>): string[] {
  const lane = `lane ${job.lane}`;
  return job.exclusive === undefined ? [lane] : [lane, exclusively(job.exclusive)];
}

function exclusively(name: string): string {
  return `exclusive ${name}`;
}

/** The one of this process. */
export const dispatcher = processWide("dispatcher/1", () => new Dispatcher());
