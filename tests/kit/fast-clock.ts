import { performance } from "node:perf_hooks";
import { type Clock, sleep, useClock } from "../../providers/core/util/clock";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../simulator/index";

/**
 * A clock that leaves waiting out. It goes with the machine's, but as soon as this process has nothing to do until the next
 * of its timers, it leaps there: a backoff of ten seconds takes some milliseconds, and everything still happens in its order.
 * While something goes on that takes real time (another timer, a file, a child process), it does not leap.
 */
export class FastClock implements Clock {
  #skipped = 0;
  readonly #timers = new Set<{ at: number; work: () => void }>();
  #isWatching = false;
  #events = 0;
  #quiet = 0;

  now(): number {
    return performance.now() + this.#skipped;
  }

  /** How far it is ahead of the machine's, in milliseconds. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The same clock as a date, in milliseconds since 1970. */
  date(): number {
    return Date.now() + this.#skipped;
  }

  after(milliseconds: number, work: () => void): () => void {
    const timer = { at: this.now() + milliseconds, work };
    this.#timers.add(timer);
    this.#quiet = 0;
    if (!this.#isWatching) this.#watch();
    return () => {
      this.#timers.delete(timer);
    };
  }

  #watch(): void {
    this.#isWatching = true;
    setTimeout(() => this.#look(), 1);
  }

  #look(): void {
    this.#isWatching = false;
    let [next] = this.#timers;
    for (const timer of this.#timers) if (next && timer.at < next.at) next = timer;
    if (!next) return;
    // Before the next watch, which is a timer, too.
    const isIdle = this.#isIdle();
    this.#watch();
    if (isIdle) this.#skipped += Math.max(0, next.at - this.now());
    if (next.at > this.now()) return;
    this.#timers.delete(next);
    this.#quiet = 0;
    next.work();
  }

  /** Whether nothing came from outside during some turns of the event loop, and nothing is on its way. */
  #isIdle(): boolean {
    const { events } = performance.nodeTiming.uvMetricsInfo;
    this.#quiet = events === this.#events && isNothingUnderWay() ? this.#quiet + 1 : 0;
    this.#events = events;
    return this.#quiet >= QUIET_TURNS;
  }
}

/** What is sent over loopback arrives in the next turn; the others are for machines that are busy with other work. */
const QUIET_TURNS = 3;

/** The timer in whose call we are, and the one with which mocha limits each test. */
const OWN_TIMERS = 2;

/** Whether this process waits for nothing but its clock: open connections may be there for ever. */
function isNothingUnderWay(): boolean {
  const names = process
    .getActiveResourcesInfo()
    .filter((name) => !/^(TCP(Socket|Server)|Pipe|TTY)Wrap$/.test(name));
  return names.length <= OWN_TIMERS && names.every((name) => name === "Timeout");
}

/** Starts a simulator, and runs it and the package in this process on one fast clock until it is stopped. */
export async function startFastSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = new FastClock();
  useClock(clock);
  const simulator = await startSimulator({ ...options, clock: { now: () => clock.date(), sleep } });
  return {
    ...simulator,
    // Requests are signed by the machine's clock: a vendor that left it behind for minutes would refuse them.
    setFaults: (faults) => simulator.setFaults({ clockOffsetMs: -clock.skipped, ...faults }),
    stop: () => {
      useClock();
      return simulator.stop();
    },
  };
}
