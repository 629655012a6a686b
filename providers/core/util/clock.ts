/** A source of time. */
export interface Clock {
  /** Milliseconds since some start. Never goes back, and never leaps when the system's time is set. */
  now(): number;
  /** Calls `work` once, after `milliseconds`; what it returns calls that off. */
  after(milliseconds: number, work: () => void): () => void;
}

const system: Clock = {
  now: () => performance.now(),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
};

let current = system;

/** Replaces the clock of this copy of the package, for tests that would otherwise wait; without an argument puts it back. */
export function useClock(clock: Clock = system): void {
  current = clock;
}

/** The longest time a timer of Node's can wait, in milliseconds: a longer one would fire at once, again and again. */
const LONGEST = 2 ** 31 - 1;

/** Milliseconds by a clock that only goes forward: for every duration, deadline and pace. */
export function now(): number {
  return current.now();
}

/** Calls `work` once, after `milliseconds` (whatever number a server asked for); what it returns calls that off. */
export function after(milliseconds: number, work: () => void): () => void {
  return current.after(Math.min(Math.max(milliseconds || 0, 0), LONGEST), work);
}

/** Waits. @throws the signal's reason as soon as it aborts. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const onAbort = () => {
      callOff();
      reject(signal?.reason as Error);
    };
    const callOff = after(milliseconds, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
