// Clean-up that also happens on Ctrl-C: tasks run, last added first, when the process exits for any reason but SIGKILL.

/** @type {Set<() => void>} */
const tasks = new Set();
/** @type {Set<(signal: string) => Promise<unknown>>} */
const waits = new Set();
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
const handlers = Object.entries(signals).map(([name, number]) => ({
  name,
  handler: () => stop(name, 128 + number),
}));
let stopping = false;

/**
 * Runs a synchronous task when the process exits, unless the returned function is called before.
 *
 * @param {() => void} task
 */
export function atExit(task) {
  if (tasks.size === 0) {
    process.on("exit", runAll);
    for (const { name, handler } of handlers) process.on(name, handler);
  }
  tasks.add(task);
  return () => {
    if (!tasks.delete(task) || tasks.size > 0) return;
    process.off("exit", runAll);
    for (const { name, handler } of handlers) process.off(name, handler);
  };
}

/**
 * While a task of `atExit` is there, lets a signal's exit wait until `wait(signal)` has settled; a second signal does
 * not wait. Returns a function that takes it back.
 *
 * @param {(signal: string) => Promise<unknown>} wait
 */
export function waitAtSignal(wait) {
  waits.add(wait);
  return () => waits.delete(wait);
}

/** @type {(signal: string, code: number) => Promise<void>} */
async function stop(signal, code) {
  if (!stopping) {
    stopping = true;
    await Promise.allSettled([...waits].map((wait) => wait(signal)));
  }
  process.exit(code);
}

function runAll() {
  for (const task of [...tasks].reverse()) {
    try {
      task();
    } catch {
      // The process ends: there is nobody left to tell, and the other tasks still have to run.
    }
  }
}
