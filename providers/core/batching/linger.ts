import { now } from "../util/clock";

/** Shortest and longest time that a call lingers, in milliseconds: an engine's next operation follows the end of one 5 to 100 ms later. */
const LEAST = 60;
const MOST = 200;

/**
 * How long a call waits for others to share it: until as many requests are there as operations lately were under way, and at most
 * as long as a call with this batch key usually takes, between 60 and 200 ms.
 *
 * The reason, seen on the wire: with `--parallel 8` the engine follows the end of each of eight operations with another, after a
 * checkpoint. A call that waits for none of them takes five, the other three are just too late, and from then on fives and
 * threes wait for each other, in twice the calls. The first call of a batch key, and operations that come alone, never wait.
 */
export class Linger {
  /** How long a call usually takes, by batch key, in milliseconds; later calls count for more. */
  readonly #usual = new Map<string, number>();
  #present = 0;
  #lately = 0;

  /** Counts an operation as under way, until the result is called. */
  enter(): () => void {
    this.#present++;
    this.#lately = Math.max(this.#lately, this.#present);
    return () => {
      this.#present--;
    };
  }

  /** Notes that a call begins, and with the result that it ended. */
  called(batchKey: string): () => void {
    const started = now();
    // A crowd that has gone is forgotten call by call.
    this.#lately = Math.max(this.#present, this.#lately - 1);
    return () => {
      const took = now() - started;
      this.#usual.set(batchKey, ((this.#usual.get(batchKey) ?? took) + took) / 2);
    };
  }

  /**
   * Milliseconds that a call still waits.
   * @param requests - how many are there for it.
   * @param since - when the first of them came.
   */
  left(batchKey: string, requests: number, since: number): number {
    const usual = this.#usual.get(batchKey);
    if (usual === undefined || requests >= this.#lately) return 0;
    return since + Math.min(MOST, Math.max(LEAST, usual)) - now();
  }
}
