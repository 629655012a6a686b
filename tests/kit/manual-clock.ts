import type { Clock } from "../../providers/core/util/clock";

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ at: number; work: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, work: () => void): () => void {
    const timer = { at: this.#now + milliseconds, work };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Goes on to `time`, from timer to timer; what a timer sets off is done before the next one. */
  async runTo(time: number): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
      if (!next || next.at > time) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.work();
    }
    this.#now = time;
  }
}
