import type { Clock } from "../clock";
import type { Call, Front, VendorError } from "../cloud";
import { worded } from "./failure";
import type { FaultRule } from "./rules";

/** What the calls before it mean for a call to one cloud. Times are of the simulator's clock. */
export class Traffic {
  /** Parents of writes that are not answered yet, with the write. */
  readonly #working = new Map<string, Call>();
  readonly #busy = new Map<string, { until: number; rule: FaultRule }>();
  /** Arrivals let in by each rate limit, per front, account, region and action. */
  readonly #admitted = new Map<FaultRule, Map<string, number[]>>();

  constructor(readonly clock: Clock) {}

  /** A write takes its parents, unless another one has one of them. */
  enter(call: Call): void {
    if (call.kind !== "write" || call.parents.some((parent) => this.#working.has(parent))) return;
    for (const parent of call.parents) this.#working.set(parent, call);
  }

  leave(call: Call): void {
    for (const parent of call.parents) {
      if (this.#working.get(parent) === call) this.#working.delete(parent);
    }
  }

  /** Whether another write was at work on a parent when this one came. */
  overlaps(call: Call): boolean {
    return call.kind === "write" && call.parents.some((parent) => this.#working.get(parent) !== call);
  }

  /** Throws, as throttled, what comes more often than a rule allows to this caller. */
  limit(caller: string, rules: FaultRule[], { throttled }: Front<object>["errors"]): void {
    const now = this.clock.now();
    for (const rule of rules) {
      if (rule.kind !== "rateLimit") continue;
      const perCaller = this.#admitted.get(rule) ?? new Map<string, number[]>();
      this.#admitted.set(rule, perCaller);
      const { limit = 0, windowMs = 1000 } = rule;
      const recent = (perCaller.get(caller) ?? []).filter((arrival) => arrival > now - windowMs);
      perCaller.set(caller, recent);
      if (recent.length >= limit) throw worded(throttled, rule);
      recent.push(now);
    }
  }

  /** The refusal of a write to a parent that an earlier write has left busy, by a rule that still holds. */
  busy(
    { kind, parents }: Call,
    holding: FaultRule[],
    { busy }: Front<object>["errors"],
  ): VendorError | undefined {
    if (kind !== "write") return undefined;
    const states = parents.flatMap((parent) => this.#busy.get(parent) ?? []);
    const state = states.find(({ until, rule }) => until > this.clock.now() && holding.includes(rule));
    return state && worded(busy, state.rule);
  }

  /** Leaves the parents of a write busy, as its rules want it. */
  keepBusy({ kind, parents }: Call, rules: FaultRule[]): void {
    if (kind !== "write") return;
    for (const rule of rules) {
      if (rule.kind !== "busyAfterWrite") continue;
      const until = this.clock.now() + (rule.ms ?? 0);
      for (const parent of parents) this.#busy.set(parent, { until, rule });
    }
  }
}
