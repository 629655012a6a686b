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
  #quietSince = 0;

  now(): number {
    return performance.now() + this.#skipped;
  }

  /** The same clock as a date, in milliseconds since 1970. */
  date(): number {
    return MachineDate.now() + this.#skipped;
  }

  /** Makes this the clock of the package and the date of this process; what it returns puts both back. */
  use(): () => void {
    const date = () => this.date();
    useClock(this);
    globalThis.Date = class extends MachineDate {
      constructor(...given: []) {
        super(...(given.length > 0 ? given : ([date()] as unknown as [])));
      }
      static override now = date;
    } as DateConstructor;
    return () => {
      globalThis.Date = MachineDate;
      useClock();
    };
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

  /** In the next turn of the event loop; while real time is to pass, not as fast as this machine can. */
  #watch(isRealTime = false): void {
    this.#isWatching = true;
    if (isRealTime) setTimeout(() => this.#look(1), 1);
    else setImmediate(() => this.#look(0));
  }

  /** @param ownTimers - in whose call we are. */
  #look(ownTimers: number): void {
    this.#isWatching = false;
    let [next] = this.#timers;
    for (const timer of this.#timers) if (next && timer.at < next.at) next = timer;
    if (!next) return;
    const isRealTime = !isNothingUnderWay(ownTimers + MOCHA_TIMERS);
    const isIdle = this.#isIdle(isRealTime);
    this.#watch(isRealTime);
    if (isIdle) this.#skipped += Math.max(0, next.at - this.now());
    if (next.at > this.now()) return;
    this.#timers.delete(next);
    this.#quiet = 0;
    next.work();
  }

  /** Whether nothing came from outside during some turns of the event loop, and nothing is on its way. */
  #isIdle(isRealTime: boolean): boolean {
    const { events } = performance.nodeTiming.uvMetricsInfo;
    this.#quiet = events === this.#events && !isRealTime ? this.#quiet + 1 : 0;
    this.#events = events;
    if (this.#quiet === 0) this.#quietSince = performance.now();
    return this.#quiet >= QUIET_TURNS && performance.now() - this.#quietSince >= QUIET_TIME;
  }
}

const MachineDate = Date;

/** What is sent over loopback arrives in the next turn; the others are for machines that are busy with other work. */
const QUIET_TURNS = 6;

/** Milliseconds, for what other threads of this process do without a name, such as compiling. */
const QUIET_TIME = 2;

/** The one with which mocha limits each test. */
const MOCHA_TIMERS = 1;

/** Whether this process waits for nothing but its clock: open connections may be there for ever. */
function isNothingUnderWay(timers: number): boolean {
  const names = process
    .getActiveResourcesInfo()
    .filter((name) => !/^((TCP(Socket|Server)|Pipe|TTY)Wrap|Immediate)$/.test(name));
  return names.length <= timers && names.every((name) => name === "Timeout");
}

/** Starts a simulator, and runs it and the package in this process on one fast clock until it is stopped. */
export async function startFastSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = new FastClock();
  // Signatures hold the date, which the clouds compare with theirs.
  const putBack = clock.use();
  const simulator = await startSimulator({ ...options, clock: { now: () => clock.date(), sleep } });
  return {
    ...simulator,
    stop: () => {
      putBack();
      return simulator.stop();
    },
  };
}
