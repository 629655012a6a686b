// A throw-away Pulumi project: the quickstart, with state, plugins and settings in one temporary folder.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { offlinePulumi } from "../environment.mjs";
import { atExit } from "../lib/at-exit.mjs";
import { root } from "../setup.mjs";

const quiet = ["--yes", "--skip-preview", "--non-interactive", "--color", "never", "--suppress-progress"];

/**
 * Copies the quickstart beside this checkout's packages. Returns `pulumi(...args)`, which returns what it printed
 * and throws if it fails; `quiet`, the flags for up, refresh and destroy; and `remove()`.
 */
export function createWorkspace(env) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-cloud-attachments-"));
  const forget = atExit(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (const name of ["Pulumi.yaml", "package.json", path.join("examples", "quickstart")]) {
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  const state = path.join(folder, "state");
  fs.mkdirSync(state);
  const pulumiEnv = {
    ...env,
    ...offlinePulumi(state),
    // `npm test` checks the example's types; here the seconds count.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };

  function pulumi(...args) {
    return new Promise((resolve, reject) => {
      // In our process group: a Ctrl-C in the terminal reaches it, and it then ends in good order.
      const child = spawn("pulumi", args, { cwd: folder, env: pulumiEnv, stdio: ["ignore", "pipe", "pipe"] });
      // Its second interrupt after the terminal's, which makes it stop at once and take its plugins along.
      const forgetChild = atExit(() => child.kill("SIGINT"));
      let printed = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (data) => {
          printed += data;
        });
      }
      child.on("error", reject);
      child.on("close", (code) => {
        forgetChild();
        if (code === 0) resolve(printed);
        else reject(new Error(`pulumi ${args[0]} failed:\n${printed}`));
      });
    });
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
