import type { Clock } from "../clock";

/** What a cloud's world has been, for reads that see it late. Times are of the simulator's clock. */
export class History {
  #writes: { time: number; before: object }[] = [];

  constructor(readonly clock: Clock) {}

  /** Called before each write, so that `asOf` can look back as far as any rule wants. */
  remember(world: object, longestDelay: number): void {
    const now = this.clock.now();
    this.#writes = this.#writes.filter(({ time }) => time > now - longestDelay);
    if (longestDelay > 0) this.#writes.push({ time: now, before: structuredClone(world) });
  }

  /** The world as it was `delay` ms ago: what it was before the first write since. */
  asOf(delay: number, world: object): object {
    const then = this.clock.now() - delay;
    return this.#writes.find(({ time }) => time > then)?.before ?? world;
  }
}
