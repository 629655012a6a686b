// `npm run bench:scan`: how long cloud-attachments takes for 10,000 pairs against the simulator at 20 ms an answer, and its memory.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startSimulator } from "./demo/simulator.mjs";
import { build, dependencies, main, requireNode, root } from "./setup.mjs";

const PAIRS = 10_000;
const GROUPS = 4;

/** A cloud's part of the world with `PAIRS` pairs, four a parent. */
const worlds = {
  alicloud() {
    const securityGroupIds = ["sg-bp1app01", "sg-bp1app02", "sg-bp1app03", "sg-bp1app04"];
    const one = {
      accountId: "1000000000000001",
      regionId: "cn-hangzhou",
      vpcId: "vpc-bp1main",
      status: "Running",
    };
    return { alicloud: { instances: many((n) => [`i-bp1b${n}`, { ...one, securityGroupIds }]) } };
  },
  openstack() {
    const group = (/** @type {number} */ n) => `20000000-0000-4000-8000-${String(100 + n).padStart(12, "0")}`;
    const server = (/** @type {number} */ n) => `30000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
    const projectId = "00000000000000000000000000000001";
    const port = { projectId, networkId: server(0), ipAddress: "10.0.0.1", portSecurityEnabled: true };
    return {
      openstack: {
        servers: many((n) => [server(n), { name: `s-${n}`, projectId, status: "ACTIVE" }]),
        ports: many((n) => [
          server(n).replace("3", "4"),
          { ...port, serverId: server(n), securityGroupIds: [1, 2, 3, 4].map(group) },
        ]),
      },
    };
  },
};

/** @type {(entry: (n: number) => [string, object]) => Record<string, object>} */
function many(entry) {
  return Object.fromEntries(Array.from({ length: PAIRS / GROUPS }, (_, n) => entry(n)));
}

/**
 * Runs the command and tells its time, its largest resident set, and what it printed.
 *
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder
 */
async function measured(args, env, folder) {
  const started = performance.now();
  const child = spawn(process.execPath, [path.join(root, "cli", "dist", "main.js"), ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let largest = 0;
  const look = setInterval(() => {
    const status = `/proc/${child.pid}/status`;
    if (!fs.existsSync(status)) return;
    const [, size = "0"] = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(status, "utf8")) ?? [];
    largest = Math.max(largest, Number(size));
  }, 50);
  let lines = 0;
  child.stdout.on("data", (/** @type {Buffer} */ data) => {
    lines += data.toString().split('"type":').length - 1;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`cloud-attachments ${args[0]} ended with ${code}`);
  return { seconds: (performance.now() - started) / 1000, megabytes: Math.round(largest / 1024), lines };
}

await main(async () => {
  requireNode();
  await dependencies();
  await build();
  const simulator = await startSimulator();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-scan-"));
  try {
    for (const [cloud, world] of Object.entries(worlds)) {
      await simulator.control("PUT", "/world", world());
      await simulator.control("PUT", "/faults", { latencyMs: 20 });
      const env = { PATH: process.env.PATH, HOME: folder, ...simulator.env };
      const scan = await measured(["scan", "--json", "--cloud", cloud], env, folder);
      console.log(
        `${cloud}: ${scan.lines} pairs listed in ${scan.seconds.toFixed(1)} s, ${scan.megabytes || "?"} MB`,
      );
      const few = [
        "adopt",
        "--cloud",
        cloud,
        "--out",
        `${cloud}.ts`,
        ...(cloud === "alicloud" ? ["--group", "sg-bp1app01"] : []),
      ];
      const adopt = await measured(few, env, folder);
      const program = fs.readFileSync(path.join(folder, `${cloud}.ts`), "utf8");
      const count = program.split("\nnew ").length - 1;
      console.log(
        `${cloud}: ${count} pairs adopted in ${adopt.seconds.toFixed(1)} s, ${adopt.megabytes || "?"} MB`,
      );
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
    await simulator.stop();
  }
});
