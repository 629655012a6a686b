// A Pulumi project to measure: as many resources as its plan says, ours or those of the floor.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { offlinePulumi } from "../environment.mjs";
import { atExit } from "../lib/at-exit.mjs";

const programs = {
  ours: `
const attach = require("pulumi-cloud-attachments");
for (const { name, type, args } of require("./plan.json")) {
  const Type = type.split(".").reduce((scope, part) => scope[part], attach);
  new Type(name, args);
}`,
  // What the engine itself takes: each create, read and delete only waits one round trip.
  floor: `
const pulumi = require("@pulumi/pulumi");
const latency = require("./latency.json");
const wait = () => new Promise((resolve) => setTimeout(resolve, latency));
const provider = {
  diff: async () => ({ changes: false }),
  create: async (inputs) => { await wait(); return { id: inputs.key, outs: inputs }; },
  read: async (id, props) => { await wait(); return { id, props }; },
  delete: async () => wait(),
};
class Wait extends pulumi.dynamic.Resource {
  constructor(name, args) { super(provider, name, args); }
}
for (const { name, args } of require("./plan.json")) new Wait(name, { key: name, ...args });`,
};

/**
 * Makes the project and its stack in a temporary folder; it uses what is installed in `checkout`.
 *
 * @typedef {Awaited<ReturnType<typeof createProject>>} Project
 * @typedef {{ code: number | null, printed: string, seconds: number, megabytes: number }} Run
 * @param {keyof typeof programs} program
 * @param {{ checkout: string, plan: import("./plans.mjs").Resource[], latency: number, env: NodeJS.ProcessEnv,
 *   config: object }} options
 */
export async function createProject(program, { checkout, plan, latency, env, config }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "attachments-bench-"));
  const forget = atExit(() => fs.rmSync(folder, { recursive: true, force: true }));
  const write = (/** @type {string} */ name, /** @type {string} */ text) =>
    fs.writeFileSync(path.join(folder, name), text);
  fs.symlinkSync(path.join(checkout, "node_modules"), path.join(folder, "node_modules"), "junction");
  fs.mkdirSync(path.join(folder, "state"));
  write("Pulumi.yaml", "name: bench\nruntime: { name: nodejs, options: { typescript: false } }\n");
  write("Pulumi.bench.yaml", JSON.stringify({ config }));
  write("package.json", "{}");
  write("index.js", programs[program]);
  write("plan.json", JSON.stringify(plan));
  write("latency.json", JSON.stringify(latency));
  const pulumiEnv = { ...env, ...offlinePulumi(path.join(folder, "state")), HOME: folder };

  /**
   * Runs a command; resolves with its seconds, its exit code, what it printed, and the provider's peak memory in MB.
   *
   * @param {string[]} args
   * @returns {Promise<Run>}
   */
  function pulumi(...args) {
    return new Promise((resolve, reject) => {
      const started = performance.now();
      const child = spawn("pulumi", args, { cwd: folder, env: pulumiEnv, stdio: ["ignore", "pipe", "pipe"] });
      const forgetChild = atExit(() => child.kill("SIGINT"));
      let printed = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (data) => {
          printed += data;
        });
      }
      const memory = watchProvider(folder);
      child.on("error", reject);
      child.on("close", (code) => {
        forgetChild();
        resolve({ code, printed, seconds: (performance.now() - started) / 1000, megabytes: memory.stop() });
      });
    });
  }

  const quiet = ["--yes", "--skip-preview", "--non-interactive", "--color", "never", "--suppress-progress"];
  await pulumi("stack", "init", "bench");
  return {
    /** @type {(operation: "up" | "refresh" | "destroy", ...args: string[]) => Promise<Run>} */
    run: (operation, ...args) => pulumi(operation, ...quiet, ...args),
    remove() {
      forget();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Peak resident memory of the provider process that works in `folder`; 0 where there is no /proc.
 *
 * @param {string} folder
 */
function watchProvider(folder) {
  let peak = 0;
  const look = () => {
    for (const pid of processes()) {
      try {
        if (fs.readlinkSync(`/proc/${pid}/cwd`) !== folder) continue;
        if (!fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("dynamic-provider")) continue;
        const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
        peak = Math.max(peak, Number(kilobytes ?? 0) / 1024);
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  const timer = setInterval(look, 250);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

function processes() {
  if (!fs.existsSync("/proc")) return [];
  return fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}
