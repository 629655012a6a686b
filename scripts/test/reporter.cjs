// A mocha reporter: readable lines on stdout, and every result at once as a JSON line in the file of the reporter
// option `events`, so that the totals survive a crash.
const fs = require("node:fs");
const { inspect } = require("node:util");

const slow = 1000;
const exitWithin = 30_000;

module.exports = class Reporter {
  /**
   * @param {import("mocha").Runner} runner
   * @param {{ reporterOptions: { events: string } }} options
   */
  constructor(runner, { reporterOptions }) {
    const record = (/** @type {{ type: string, title?: string, text?: string, reason?: string }} */ event) =>
      fs.appendFileSync(reporterOptions.events, `${JSON.stringify(event)}\n`);
    const print = (/** @type {number} */ depth, /** @type {string} */ line) =>
      process.stdout.write(`${"  ".repeat(depth)}${line}\n`);

    runner.on("suite", (suite) => {
      if (suite.title) print(depthOf(suite), suite.title);
    });
    runner.on("pass", (test) => {
      const { title, duration = 0 } = test;
      record({ type: "pass" });
      print(depthOf(test), `✓ ${title}${duration > slow ? ` (${(duration / 1000).toFixed(1)} s)` : ""}`);
    });
    // Also emitted for a hook that fails.
    runner.on("fail", (test, error) => {
      const text = describeError(error);
      record({ type: "fail", title: test.fullTitle(), text });
      print(depthOf(test), `✗ ${test.title}`);
      for (const line of text.split("\n")) print(depthOf(test) + 1, line);
    });
    runner.on("pending", (test) => {
      const reason = reasonOf(test);
      record({ type: "skip", title: test.fullTitle(), reason });
      print(depthOf(test), `- ${test.title} (skipped: ${reason})`);
    });
    runner.on("end", () => {
      record({ type: "end" });
      setTimeout(() => {
        const text = `still open ${exitWithin / 1000} s after the last test: ${process.getActiveResourcesInfo().join(", ")}`;
        record({ type: "fail", title: "the test process must end by itself", text });
        print(0, `✗ ${text}`);
        process.exit(1);
      }, exitWithin).unref();
    });
  }
};

/** @param {{ parent?: import("mocha").Suite | undefined }} runnable */
function depthOf(runnable) {
  let depth = 0;
  for (let parent = runnable.parent; parent?.parent; parent = parent.parent) depth++;
  return depth + 1;
}

/**
 * tests/kit/skip.ts leaves the reason on the test, or on the suite whose hook skipped it.
 *
 * @param {import("mocha").Test} test
 */
function reasonOf(test) {
  /** @type {{ skipReason?: string, parent?: import("mocha").Suite | undefined } | undefined} */
  let at = test;
  while (at && at.skipReason === undefined) at = at.parent;
  return at?.skipReason ?? "no reason given";
}

/**
 * @param {unknown} error
 * @returns {string}
 */
function describeError(error) {
  if (!(error instanceof Error)) return `thrown: ${inspect(error)}`;
  const cause = error.cause ? `\ncaused by ${describeError(error.cause)}` : "";
  // A stack from another realm or a changed message may lack the message.
  const text = error.stack?.includes(error.message)
    ? error.stack
    : `${error.name}: ${error.message}\n${error.stack}`;
  return text + cause;
}
