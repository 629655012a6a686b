// Brings up a true OpenStack for tests, and `npm run test:openstack`: the tests of tests/openstack against it.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cleanEnvironment } from "../environment.mjs";

const script = fileURLToPath(new URL("openstack.sh", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));
const cannotRunHere = 77;

/**
 * A true OpenStack to test against: one of this machine's own or, with REMOTE=1, the one that OS_* of the environment
 * names (its ids given by OPENSTACK_SERVER_ID and OPENSTACK_SECURITY_GROUP_IDS, a list with commas).
 *
 * @returns {Promise<{skipped: string} | {openrc: Record<string, unknown>, file: string, stop: () => Promise<void>}>}
 *   why there is none; or the content of openrc.json, where it lies, and what ends it (state is kept for the next time)
 * @throws when it should have started and did not
 */
export async function withOpenStack(environment = process.env) {
  return environment.REMOTE === "1" ? remote(environment) : local();
}

async function local() {
  const command = (name) =>
    run("bash", [script, name], { env: { ...process.env, OPENSTACK_HOLDER: String(process.pid) } });
  const stop = async () => {
    const { code } = await command("down");
    if (code !== 0) throw new Error(`openstack.sh down ended with ${code}`);
  };
  const up = await command("up");
  if (up.code === cannotRunHere) return { skipped: up.lastLine };
  if (up.code !== 0) {
    await stop();
    throw new Error(`openstack.sh up ended with ${up.code}: ${up.lastLine}`);
  }
  const { code, output } = await command("env");
  if (code !== 0) throw new Error(`openstack.sh env ended with ${code}`);
  const openrc = JSON.parse(output);
  return { openrc, ...saved(openrc, stop) };
}

function remote(environment) {
  const needed = ["OS_AUTH_URL", "OPENSTACK_SERVER_ID", "OPENSTACK_SECURITY_GROUP_IDS"];
  const missing = needed.filter((name) => !environment[name]);
  if (missing.length > 0) return { skipped: `REMOTE=1 needs ${missing.join(", ")}` };
  const openrc = Object.fromEntries(
    Object.entries(environment)
      .filter(([name]) => name.startsWith("OS_"))
      .map(([name, value]) => [name.slice(3).toLowerCase(), value]),
  );
  openrc.region = environment.OS_REGION_NAME;
  openrc.servers = { "one-nic": environment.OPENSTACK_SERVER_ID };
  openrc.security_groups = Object.fromEntries(
    environment.OPENSTACK_SECURITY_GROUP_IDS.split(",").map((id) => [id, id]),
  );
  return { openrc, ...saved(openrc, async () => {}) };
}

/** Tests run as the same user, but must not need the folder of openstack.sh. */
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

const running = new Set();

/** Runs a command to its end; what it writes to stderr is passed on, what it writes to stdout returned. */
function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    running.add(child);
    let output = "";
    let errors = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      errors += chunk;
      process.stderr.write(chunk);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? signal, output, lastLine: errors.trimEnd().split("\n").at(-1) ?? "" });
    });
  });
}

async function main() {
  // An interrupt ends the step at work, and with it the tests; OpenStack is then taken down as always.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      for (const child of running) child.kill(signal);
    });
  }
  const cloud = await withOpenStack();
  if ("skipped" in cloud) {
    console.log(`test:openstack: skipped: ${cloud.skipped}`);
    return;
  }
  try {
    const mocha = join(root, "node_modules/mocha/bin/mocha.js");
    const { code } = await run(
      process.execPath,
      [mocha, ...process.argv.slice(2), "tests/openstack/**/*.test.ts"],
      { cwd: root, stdio: "inherit", env: { ...cleanEnvironment(), OPENSTACK_TEST: cloud.file } },
    );
    process.exitCode = code === 0 ? 0 : 1;
  } finally {
    await cloud.stop();
  }
}

if (process.argv[1] && existsSync(process.argv[1]) && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main();
