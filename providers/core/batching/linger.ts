import { now } from "../util/clock";

/** Milliseconds without news after which no more requests are expected: an engine's operations mostly follow each other faster. */
const QUIET = 40;

/**
 * How long a call waits for others to share it: until as many requests are there as its key's last two calls served or, if that is
 * fewer, as operations lately were under way; or until 40 ms after the last news (an operation began or ended, a call under way has
 * ended or should have); and at most for the time of two calls.
 *
 * The reason, seen on the wire: with `--parallel 8` the engine follows the end of each of eight operations with another, after a
 * checkpoint. A call that waits for none of them takes five, the other three are just too late, and from then on fives and
 * threes wait for each other, in twice the calls: so two calls are counted, not one. The first call of a key, and operations that come
 * alone, never wait. Without a key's own count, each of ten groups with six operations would wait for all sixty (`--parallel 64`).
 */
export class Linger {
  /** How long a call usually takes, in milliseconds; later calls count for more. Undefined before the first has ended. */
  #usual: number | undefined;
  /** How many requests the last call of each batch key served, and the last two together. */
  readonly #served = new Map<string, { last: number; both: number }>();
  /** When each call under way should end. */
  readonly #due = new Map<object, number>();
  /** When an operation began or ended, or a call ended, last. */
  #moved = 0;
  #present = 0;
  #lately = 0;

  /** Counts an operation as under way, until the result is called. */
  enter(): () => void {
    this.#moved = now();
    this.#present++;
    this.#lately = Math.max(this.#lately, this.#present);
    return () => {
      this.#moved = now();
      this.#present--;
    };
  }

  /**
   * Notes that a call begins, and with the result that it ended.
   * @param requests - how many it serves.
   */
  called(batchKey: string | undefined, requests: number): () => void {
    const started = now();
    const call = {};
    this.#due.set(call, started + (this.#usual ?? 0));
    if (batchKey !== undefined) {
      const { last = 0 } = this.#served.get(batchKey) ?? {};
      this.#served.set(batchKey, { last: requests, both: last + requests });
    }
    // A crowd that has gone is forgotten call by call.
    this.#lately = Math.max(this.#present, this.#lately - 1);
    return () => {
      this.#moved = now();
      const took = this.#moved - started;
      this.#usual = ((this.#usual ?? took) + took) / 2;
      this.#due.delete(call);
    };
  }

  /**
   * Milliseconds that a call still waits.
   * @param requests - how many are there for it.
   * @param since - when the first of them came.
   */
  left(batchKey: string, requests: number, since: number): number {
    const expected = Math.min(this.#lately, this.#served.get(batchKey)?.both ?? 0);
    if (this.#usual === undefined || requests >= expected) return 0;
    const quiet = Math.max(this.#moved, ...this.#due.values());
    return Math.min(quiet, since + 2 * this.#usual) + QUIET - now();
  }
}
