import { after, now } from "../util/clock";
import { Linger } from "./linger";
import { tryLock } from "./locks";

/** One pair's part in a call. */
export interface Request<Item, Result> {
  /** Requests with the same key may share a call, and one call of a key is under way at a time. Undefined: it goes alone. */
  batchKey: string | undefined;
  /** What only one call in this process may touch at a time; requests that share a call may share it. */
  lockKey?: string;
  /** Whose operations may still bring requests for the same call: those of one resource type, under way in one session. */
  crowd: string;
  item: Item;
  /** Whether these items may go into one call. */
  fits(items: readonly Item[]): boolean;
  /** Makes the call; an Error among the results fails that item alone. */
  run(items: readonly Item[]): Promise<readonly (Result | Error)[]>;
  /** Takes the request out of the queue when it aborts. */
  signal: AbortSignal;
}

interface Waiting {
  request: Request<unknown, unknown>;
  since: number;
  leave(): void;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Group commit under locks. The first request of a batch key goes out at once; what arrives while its call is in flight forms
 * the next one, so the slower the API, the larger the batches ({@link Linger} adds a moment where others are about to come). A
 * call starts only when every lock it needs is free, and takes them all at once: there is no order of locks to get wrong.
 */
export class BatchQueue {
  #waiting: Waiting[] = [];
  /** Batch keys with a call in flight. */
  readonly #inFlight = new Set<string>();
  readonly #crowds = new Map<string, Linger>();
  #isScheduled = false;
  #alarm: { at: number; callOff(): void } | undefined;

  /** Counts an operation of a crowd as under way, until the result is called. */
  enter(crowd: string): () => void {
    const leave = this.#lingerOf(crowd).enter();
    return () => {
      leave();
      this.#schedule();
    };
  }

  /** Resolves with the item's own result. @throws the signal's reason, if it aborts while the request waits. */
  submit<Item, Result>(request: Request<Item, Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      request.signal.throwIfAborted();
      const leave = () => this.#leave(waiting, request.signal.reason);
      const waiting = { request, since: now(), leave, resolve, reject } as unknown as Waiting;
      request.signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiting);
      this.#schedule();
    });
  }

  #lingerOf(crowd: string): Linger {
    const linger = this.#crowds.get(crowd) ?? new Linger();
    this.#crowds.set(crowd, linger);
    return linger;
  }

  #leave(waiting: Waiting, reason: unknown): void {
    if (!this.#waiting.includes(waiting)) return;
    this.#remove([waiting]);
    waiting.reject(reason);
  }

  #remove(gone: readonly Waiting[]): void {
    const set = new Set(gone);
    this.#waiting = this.#waiting.filter((each) => !set.has(each));
    for (const { request, leave } of gone) request.signal.removeEventListener("abort", leave);
  }

  /** What arrives in the same turn of the event loop goes together. */
  readonly #schedule = (): void => {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#startAll();
    });
  };

  #startAll(): void {
    /** Batch keys whose time has not come. */
    const early = new Set(this.#inFlight);
    for (const group of groups(this.#waiting)) {
      const [first] = group;
      const key = first.request.batchKey;
      if (key !== undefined && early.has(key)) continue;
      if (key !== undefined) early.add(key);
      try {
        this.#startOrWait(group);
      } catch (error) {
        this.#leave(first, error);
        this.#schedule();
      }
    }
  }

  #startOrWait(candidates: readonly Waiting[]): void {
    const batch: Waiting[] = [];
    const locks = new Map<string, () => void>();
    let isFull = false;
    for (const next of candidates) {
      const { fits, lockKey } = next.request;
      if (batch.length > 0 && !fits([...batch, next].map(({ request }) => request.item))) {
        isFull = true;
        continue;
      }
      if (lockKey !== undefined && !locks.has(lockKey)) {
        const unlock = tryLock(lockKey, this.#schedule);
        if (!unlock) continue;
        locks.set(lockKey, unlock);
      }
      batch.push(next);
    }
    const [first] = batch;
    if (!first) return;
    const free = () => {
      for (const unlock of locks.values()) unlock();
    };
    const { batchKey, crowd } = first.request;
    const left =
      isFull || batchKey === undefined ? 0 : this.#lingerOf(crowd).left(batchKey, batch.length, first.since);
    if (left > 0) {
      free();
      this.#wake(left);
    } else {
      this.#start(batch, free);
    }
  }

  /** Looks again after a while. */
  #wake(milliseconds: number): void {
    const at = now() + milliseconds;
    if (this.#alarm && this.#alarm.at <= at) return;
    this.#alarm?.callOff();
    const callOff = after(milliseconds, () => {
      this.#alarm = undefined;
      this.#schedule();
    });
    this.#alarm = { at, callOff };
  }

  async #start(batch: readonly Waiting[], free: () => void): Promise<void> {
    const { request } = batch[0] as Waiting;
    const { batchKey } = request;
    this.#remove(batch);
    if (batchKey !== undefined) this.#inFlight.add(batchKey);
    const ended = this.#lingerOf(request.crowd).called(batchKey, batch.length);
    try {
      const results = await request.run(batch.map((each) => each.request.item));
      for (const [index, each] of batch.entries()) {
        const result = results[index];
        if (result instanceof Error) each.reject(result);
        else each.resolve(result);
      }
    } catch (error) {
      for (const each of batch) each.reject(error);
    } finally {
      if (batchKey !== undefined) this.#inFlight.delete(batchKey);
      free();
      ended();
      this.#schedule();
    }
  }
}

/** Requests that may share a call, in the order in which the first of each came. */
function groups(waiting: readonly Waiting[]): [Waiting, ...Waiting[]][] {
  const byKey = new Map<unknown, [Waiting, ...Waiting[]]>();
  for (const each of waiting) {
    const key = each.request.batchKey ?? each;
    const group = byKey.get(key);
    if (group) group.push(each);
    else byKey.set(key, [each]);
  }
  return [...byKey.values()];
}

/** The queue of this copy of the package. */
export const batchQueue = new BatchQueue();
