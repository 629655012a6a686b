// Clean-up that also happens on Ctrl-C: tasks run, last added first, when the process exits for any reason but SIGKILL.

const tasks = new Set();
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
const handlers = Object.entries(signals).map(([name, number]) => [name, () => process.exit(128 + number)]);

/** Runs the synchronous `task` when the process exits, unless the returned function is called before. */
export function atExit(task) {
  if (tasks.size === 0) {
    process.on("exit", runAll);
    for (const [name, handler] of handlers) process.on(name, handler);
  }
  tasks.add(task);
  return () => {
    if (!tasks.delete(task) || tasks.size > 0) return;
    process.off("exit", runAll);
    for (const [name, handler] of handlers) process.off(name, handler);
  };
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
