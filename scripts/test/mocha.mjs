// Runs test files with mocha in processes of their own and adds up what they report.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../setup.mjs";

const mocha = path.join(root, "node_modules", "mocha", "bin", "_mocha");
const reporter = fileURLToPath(new URL("reporter.cjs", import.meta.url));

/**
 * What came of tests.
 *
 * @typedef {{ title: string, text: string }} Failed
 * @typedef {{ title: string, reason: string }} Skipped
 * @typedef {{ passed: number, failed: Failed[], skipped: Skipped[] }} Totals
 */

/**
 * Runs `groups` (lists of test files, a process each), `width` at a time; their output appears group by group.
 *
 * @param {readonly (readonly string[])[]} groups
 * @param {{ width?: number | undefined, args?: readonly string[], env?: NodeJS.ProcessEnv, isStopped?: () => boolean }} [options]
 *   `isStopped`: asked before each group; true leaves out it and those after it
 */
export async function runMocha(
  groups,
  { width = 1, args = [], env = process.env, isStopped = () => false } = {},
) {
  /** @type {Totals} */
  const total = { passed: 0, failed: [], skipped: [] };
  const outputs = inTurn();
  const waiting = groups.map((files) => ({ files, output: outputs() }));
  const worker = async () => {
    for (let next = waiting.shift(); next && !isStopped(); next = waiting.shift()) {
      const { passed, failed, skipped } = await runGroup(next.files, args, env, next.output.write);
      next.output.end();
      total.passed += passed;
      total.failed.push(...failed);
      total.skipped.push(...skipped);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return total;
}

/**
 * @param {readonly string[]} files
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {(data: Buffer) => void} write
 * @returns {Promise<Totals>}
 */
async function runGroup(files, args, env, write) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "attachments-test-"));
  const events = path.join(folder, "events");
  fs.writeFileSync(events, "");
  const options = ["--reporter", reporter, "--reporter-option", `events=${events}`, ...args];
  let printed = "";
  /** @type {string} */
  const ending = await new Promise((resolve) => {
    // Not bin/mocha: for --import it starts node once more, and a signal would have to pass through both.
    const child = spawn(process.execPath, ["--import=tsx", mocha, ...options, ...files], {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const show = (/** @type {Buffer} */ data) => {
      printed = (printed + data).slice(-4000);
      write(data);
    };
    child.stdout.on("data", show);
    child.stderr.on("data", show);
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code === 0 ? "" : (signal ?? `exit code ${code}`)));
  });
  const seen = fs
    .readFileSync(events, "utf8")
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  fs.rmSync(folder, { recursive: true });

  const of = (/** @type {string} */ type) => seen.filter((event) => event.type === type);
  const failed = of("fail");
  const complete = of("end").length === 1;
  if (!complete || (ending && failed.length === 0)) {
    const how = complete ? "ended badly after its tests" : "did not run to its end";
    failed.push({
      title: files.join(" "),
      text: `${how} (${ending || "exit code 0"})\n${printed.trimEnd()}`,
    });
  }
  return { passed: of("pass").length, failed, skipped: of("skip") };
}

/** Makes outputs of which the first unfinished one is live, and the others wait for their turn. */
function inTurn() {
  /** @type {{ waiting: Buffer[], ended: boolean }[]} */
  const outputs = [];
  return () => {
    /** @type {{ waiting: Buffer[], ended: boolean }} */
    const own = { waiting: [], ended: false };
    outputs.push(own);
    return {
      write(/** @type {Buffer} */ data) {
        if (outputs[0] === own) process.stdout.write(data);
        else own.waiting.push(data);
      },
      end() {
        own.ended = true;
        while (outputs[0]?.ended) {
          outputs.shift();
          for (const data of outputs[0]?.waiting ?? []) process.stdout.write(data);
        }
      },
    };
  };
}
