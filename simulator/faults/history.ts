/** What a cloud's world has been, for reads that see it late. Times are of the machine's clock. */
export class History {
  #writes: { time: number; before: object }[] = [];

  /** Called before each write, so that `asOf` can look back as far as any rule wants. */
  remember(world: object, longestDelay: number): void {
    const now = Date.now();
    this.#writes = this.#writes.filter(({ time }) => time > now - longestDelay);
    if (longestDelay > 0) this.#writes.push({ time: now, before: structuredClone(world) });
  }

  /** The world as it was `delay` ms ago: what it was before the first write since. */
  asOf(delay: number, world: object): object {
    const then = Date.now() - delay;
    return this.#writes.find(({ time }) => time > then)?.before ?? world;
  }
}
