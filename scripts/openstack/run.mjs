// A true OpenStack for tests: `npm run test:openstack`.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { atExit } from "../lib/at-exit.mjs";

const script = fileURLToPath(new URL("openstack.sh", import.meta.url));
const cannotRunHere = 77;

/**
 * What a test needs to know of an OpenStack: the settings of openrc.json, and where a copy of it lies; `stop` ends it (state
 * is kept for the next time).
 *
 * @typedef {{ openrc: Record<string, unknown>, file: string, stop: () => Promise<void> }} OpenStack
 */

/**
 * A true OpenStack to test against: one of this machine's own or, with REMOTE=1, the one that OS_* of the environment
 * names (its ids given by OPENSTACK_SERVER_ID and OPENSTACK_SECURITY_GROUP_IDS, a list with commas).
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<{ skipped: string } | OpenStack>} or why there is none
 * @throws when it should have started and did not
 */
export async function withOpenStack(environment = process.env) {
  return environment.REMOTE === "1" ? remote(environment) : local();
}

/** @returns {Promise<{ skipped: string } | OpenStack>} */
async function local() {
  // Also when we are interrupted while it starts.
  const forget = atExit(() => spawnSync("bash", [script, "down"], { env, stdio: "inherit" }));
  const stop = async () => {
    forget();
    const { code } = await openstack("down");
    if (code !== 0) throw new Error(`openstack.sh down ended with ${code}`);
  };
  const up = await openstack("up");
  if (up.code === cannotRunHere) {
    forget();
    return { skipped: up.lastLine };
  }
  if (up.code !== 0) {
    await stop();
    throw new Error(`openstack.sh up ended with ${up.code}: ${up.lastLine}`);
  }
  const { code, output } = await openstack("env");
  if (code !== 0) throw new Error(`openstack.sh env ended with ${code}`);
  const openrc = JSON.parse(output);
  return { openrc, ...saved(openrc, stop) };
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ skipped: string } | OpenStack}
 */
function remote(environment) {
  const { OS_AUTH_URL: url, OPENSTACK_SERVER_ID: server, OPENSTACK_SECURITY_GROUP_IDS: groups } = environment;
  if (!url || !server || !groups) {
    return { skipped: "REMOTE=1 needs OS_AUTH_URL, OPENSTACK_SERVER_ID and OPENSTACK_SECURITY_GROUP_IDS" };
  }
  /** @type {Record<string, unknown>} */
  const openrc = Object.fromEntries(
    Object.entries(environment)
      .filter(([name]) => name.startsWith("OS_"))
      .map(([name, value]) => [name.slice(3).toLowerCase(), value]),
  );
  openrc.region = environment.OS_REGION_NAME;
  openrc.servers = { "one-nic": server };
  openrc.security_groups = Object.fromEntries(groups.split(",").map((id) => [id, id]));
  return { openrc, ...saved(openrc, async () => {}) };
}

/**
 * Puts a copy where only this user can read it.
 *
 * @param {Record<string, unknown>} openrc
 * @param {() => Promise<void>} stop
 */
function saved(openrc, stop) {
  const folder = mkdtempSync(join(tmpdir(), "openstack-test-"));
  const file = join(folder, "openrc.json");
  writeFileSync(file, JSON.stringify(openrc), { mode: 0o600 });
  return {
    file,
    stop: async () => {
      rmSync(folder, { recursive: true, force: true });
      await stop();
    },
  };
}

const env = { ...process.env, OPENSTACK_HOLDER: String(process.pid) };

/**
 * Runs a command of openstack.sh; its stderr, which tells of progress, is passed on.
 *
 * @param {"up" | "env" | "down"} command
 * @returns {Promise<{ code: number | string | null, output: string, lastLine: string }>}
 */
function openstack(command) {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", [script, command], { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
      process.stderr.write(chunk);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code: code ?? signal, output, lastLine: errors.trimEnd().split("\n").at(-1) ?? "" });
    });
  });
}
