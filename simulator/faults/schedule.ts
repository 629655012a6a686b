import { type FaultRule, type Faults, isEnding, longest } from "./rules";

/** Counts the calls that each rule has seen, and says which rules act on one. */
export class Schedule {
  private readonly seen = new Map<FaultRule, number>();

  constructor(readonly faults: Faults) {}

  match(cloud: string, front: string, call: { action: string; ids: string[] }): FaultRule[] {
    const acting: FaultRule[] = [];
    let ended = false;
    for (const rule of this.faults.rules) {
      const ends = isEnding(rule.kind);
      if (ends && ended) continue;
      if (rule.action !== undefined && rule.action !== call.action) continue;
      if (rule.front !== undefined && rule.front !== front && rule.front !== `${cloud}.${front}`) continue;
      if (rule.id !== undefined && !call.ids.includes(rule.id)) continue;
      const before = this.seen.get(rule) ?? 0;
      this.seen.set(rule, before + 1);
      const skip = rule.skip ?? 0;
      if (before < skip || before >= skip + (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      ended ||= ends;
      acting.push(rule);
    }
    return acting;
  }

  /** How far back any read may look. */
  get longestVisibilityDelay(): number {
    return longest(this.faults.rules, "visibilityDelay");
  }
}
