import { forgetAll } from "../../providers/core/cloud/kept";
import type { Properties } from "../../providers/core/contract/inputs";
import {
  defaultWorld,
  type FaultRule,
  type JournalEntry,
  type Simulator,
  type World,
} from "../../simulator/index";
import type { Account } from "../kit/clouds";
import { startFastSimulator } from "../kit/fast-clock";

/** A place where an association is tried: the simulator, or a real cloud. Every test begins in a fresh one. */
export interface Stage {
  /** Config of a stack that reaches it. Default: with the keys of the main account. */
  config(account?: Account): Record<string, string>;
  /** Inputs of as many pairs on one parent as the vendor allows beside what others attached; the first is used most. */
  readonly pairs: readonly Properties[];
  /** Ids of what is attached to the pairs' parent, foreign ones included, sorted. */
  attached(): Promise<string[]>;
  /** Behind the program's back. */
  attach(pair: Properties): Promise<void>;
  detach(pair: Properties): Promise<void>;
  removeParent(): Promise<void>;
  /** Removes the other end, where the vendor allows that while it is attached. */
  removeOther(pair: Properties): Promise<void>;
  /** Calls since the last `begin`. Undefined where they are not counted. */
  journal?(): JournalEntry[];
  /** Makes calls fail. Undefined where that is not possible. */
  fail?(...rules: FaultRule[]): void;
  /** Puts the cloud's clock forward. Undefined where that is not possible. */
  skew?(milliseconds: number): void;
  /** Back to the beginning, with nothing of ours attached. */
  begin(): Promise<void>;
  stop(): Promise<void>;
}

/** How one association's pairs stand in the simulator's world. */
export interface Simulated {
  front: string;
  config(simulator: Simulator, account: Account): Record<string, string>;
  pairs: readonly Properties[];
  attached(world: World): string[];
  attach(world: World, pair: Properties): void;
  detach(world: World, pair: Properties): void;
  removeParent(world: World): void;
  removeOther(world: World, pair: Properties): void;
  /** How the simulator behaves where the vendor is silent. Default: its own choice. */
  variants?: Record<string, string>;
}

/** The simulator as a stage. */
export async function simulated(subject: Simulated): Promise<Stage> {
  const simulator = await startFastSimulator();
  const { world, journal } = simulator;
  const { variants = {} } = subject;
  return {
    config: (account = "main") => subject.config(simulator, account),
    pairs: subject.pairs,
    attached: async () => subject.attached(world).sort(),
    attach: async (pair) => subject.attach(world, pair),
    detach: async (pair) => subject.detach(world, pair),
    removeParent: async () => subject.removeParent(world),
    removeOther: async (pair) => subject.removeOther(world, pair),
    journal: () => journal.filter((entry) => entry.front === subject.front),
    fail: (...rules) =>
      simulator.setFaults({ variants, rules: rules.map((rule) => ({ front: subject.front, ...rule })) }),
    skew: (clockOffsetMs) => simulator.setFaults({ variants, clockOffsetMs }),
    async begin() {
      forgetAll();
      Object.assign(world, defaultWorld());
      journal.length = 0;
      simulator.setFaults({ variants });
    },
    stop: () => simulator.stop(),
  };
}
