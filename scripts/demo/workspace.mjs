// A throw-away Pulumi project: the quickstart, with state, plugins and settings in one temporary folder.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { examplesEnvironment } from "../environment.mjs";
import { atExit, waitAtSignal } from "../lib/at-exit.mjs";
import { root } from "../setup.mjs";

const quiet = ["--yes", "--skip-preview", "--non-interactive", "--color", "never", "--suppress-progress"];

/**
 * Copies the quickstart beside this checkout's packages. Returns `pulumi(...args)`, which returns what it printed
 * and throws if it fails; `quiet`, the flags for up, refresh and destroy; and `remove()`.
 *
 * @typedef {ReturnType<typeof createWorkspace>} Workspace
 * @param {import("../pulumi-cli.mjs").Cli} cli
 * @param {NodeJS.ProcessEnv} clouds - how the program reaches the clouds
 */
export function createWorkspace(cli, clouds) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-cloud-attachments-"));
  const forget = atExit(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (const name of ["Pulumi.yaml", "package.json", path.join("examples", "quickstart")]) {
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  const state = path.join(folder, "state");
  fs.mkdirSync(state);
  const env = { ...examplesEnvironment(cli, state, { ...process.env, REMOTE: "" }), ...clouds };

  /** @param {string[]} args */
  async function pulumi(...args) {
    const child = spawn("pulumi", args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const closed = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    // It is in our process group: a Ctrl-C in the terminal reaches it, too, and it then ends in good order.
    const forgetWait = waitAtSignal(async (signal) => {
      if (signal !== "SIGINT") child.kill("SIGINT");
      await closed;
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        printed += data;
      });
    }
    const code = await closed;
    forgetWait();
    if (code !== 0) throw new Error(`pulumi ${args[0]} failed:\n${printed}`);
    return printed;
  }

  return {
    pulumi,
    quiet,
    remove() {
      forget();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
