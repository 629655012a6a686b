// Child processes: bounded in time, never left behind, silent unless they fail.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { atExit } from "./at-exit.mjs";

export const windows = process.platform === "win32";

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, seconds?: number }} [options] - `seconds` it may take; default 600
 * @returns {Promise<string>} its stdout
 * @throws {CommandError} when it cannot be started, fails, or takes too long
 */
export function run(command, args, { cwd, env = process.env, seconds = 600 } = {}) {
  return new Promise((resolve, reject) => {
    // A group of its own on POSIX, so that a kill also reaches the compilers and installers it started.
    const child = spawn(command, args, {
      cwd,
      env,
      detached: !windows,
      stdio: ["ignore", "pipe", "pipe"],
      shell: windows && command.endsWith(".cmd"),
    });
    const kill = () => {
      if (windows) child.kill();
      else if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    const forget = atExit(kill);
    let stdout = "";
    let printed = "";
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, seconds * 1000);
    const settle = (/** @type {string} */ problem) => {
      clearTimeout(timer);
      forget();
      if (!problem) return resolve(stdout);
      const tail = printed.trimEnd().split("\n").slice(-30).join("\n");
      reject(
        new CommandError(`${[command, ...args].join(" ")} ${problem}${tail ? `:\n${tail}` : ""}`, printed),
      );
    };
    child.stdout.on("data", (data) => {
      stdout += data;
      printed += data;
    });
    child.stderr.on("data", (data) => {
      printed += data;
    });
    child.on("error", (error) => settle(`cannot be run (${error.message})`));
    child.on("close", (code, signal) => {
      if (late) return settle(`took longer than ${seconds} s`);
      settle(code === 0 ? "" : code === null ? `was stopped by ${signal}` : `failed with exit code ${code}`);
    });
  });
}

/** How a command failed, with the end of what it printed. */
export class CommandError extends Error {
  /**
   * @param {string} message
   * @param {string} printed - all that it printed
   */
  constructor(message, printed) {
    super(message);
    this.printed = printed;
  }
}

/**
 * The full path of a program on PATH, or undefined.
 *
 * @param {string} program
 */
export function which(program, searched = process.env.PATH ?? "") {
  const endings = windows ? [".exe", ".cmd"] : [""];
  for (const folder of searched.split(path.delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const file = path.join(folder, program + ending);
      if (isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
