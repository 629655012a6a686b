// `npm test`: everything that can be checked here, from fast to real. `npm test -- --help` says more.
import fs from "node:fs";
import path from "node:path";
import { cleanEnvironment, withPulumi } from "./environment.mjs";
import { since } from "./lib/progress.mjs";
import { CommandError, run } from "./lib/run.mjs";
import { withOpenStack } from "./openstack/run.mjs";
import { pulumiCli } from "./pulumi-cli.mjs";
import { build, dependencies, main, requireNode, root, tsc } from "./setup.mjs";
import { runMocha } from "./test/mocha.mjs";

const biome = path.join(root, "node_modules", "@biomejs", "biome", "bin", "biome");

/**
 * @typedef {import("./test/mocha.mjs").Totals} Totals
 * @typedef {{ name: string, result: Totals, took: string }} Result
 * @typedef {{ check?: () => Promise<unknown>, alone?: boolean, width?: number, cli?: boolean, openstack?: boolean }} Layer
 * @typedef {{ named: boolean, mochaArgs: string[] }} Wish
 */

// `alone`: each file in a process of its own, since it starts servers and programs; `cli`: needs the
// Pulumi CLI; `openstack`: needs a true OpenStack.
/** @type {Record<string, Layer>} */
const layers = {
  types: { check: () => run(process.execPath, [tsc, "--build"], { cwd: root }) },
  lint: { check: () => run(process.execPath, [biome, "check", "."], { cwd: root }) },
  unit: {},
  simulator: {},
  contract: { alone: true, width: 2 },
  chaos: { alone: true },
  credentials: {},
  errors: { alone: true },
  provider: { alone: true, width: 2 },
  cli: { alone: true, width: 2, cli: true },
  installed: { alone: true, width: 2, cli: true },
  openstack: { alone: true, cli: true, openstack: true },
};

const usage = `Everything that can be checked here, from fast to real; the last line is \`N passed, N failed, N skipped\`.
  npm test                          all layers: ${Object.keys(layers).join(" ")}
  npm test -- unit contract         these layers only
  npm test -- cli --grep rename     what follows the layers goes to mocha: tests whose title has this word
  npm run test:openstack            a true OpenStack (Debian 12, root), and the tests against it
  npx mocha <file>                  one file, once npm run setup has run
What a layer is: ARCHITECTURE.md.`;

/** @type {Totals} */
const nothing = { passed: 0, failed: [], skipped: [] };
const env = cleanEnvironment();
/** @type {import("./pulumi-cli.mjs").Cli | Error | undefined} */
let cli;

/**
 * @param {string} name
 * @param {Layer} layer
 * @param {Wish} wish
 */
async function runLayer(name, layer, { named, mochaArgs }) {
  if (layer.check) return await runCheck(layer.check);

  const files = testFiles(name);
  if (files.length === 0) return failure("test files", `there is no test file in tests/${name}`);
  if (layer.openstack && !named && process.env.REAL_OPENSTACK !== "1") {
    return skip("starts a true OpenStack; run `npm run test:openstack`, or set REAL_OPENSTACK=1");
  }
  if (layer.cli) {
    cli ??= await pulumiCli().catch((/** @type {Error} */ error) => error);
    if (cli instanceof Error) return failure("Pulumi CLI", cli.message);
  }
  const layerEnv = cli && layer.cli && !(cli instanceof Error) ? withPulumi(env, cli) : env;
  const args = process.env.CI ? ["--forbid-only", ...mochaArgs] : mochaArgs;
  const groups = layer.alone ? files.map((file) => [file]) : [files];
  const runFiles = (/** @type {Record<string, string>} */ more) =>
    runMocha(groups, {
      width: layer.width,
      args,
      env: { ...layerEnv, ...more },
      isStopped: () => interrupted,
    });
  if (!layer.openstack) return await runFiles({});

  const cloud = await withOpenStack();
  if ("skipped" in cloud) return skip(cloud.skipped);
  try {
    return await runFiles({ OPENSTACK_TEST: cloud.file });
  } finally {
    await cloud.stop();
  }
}

/** @param {() => Promise<unknown>} check */
async function runCheck(check) {
  try {
    await check();
    console.log("  ✓");
    return { ...nothing, passed: 1 };
  } catch (error) {
    console.log((error instanceof CommandError && error.printed) || error);
    return failure("check", "see above");
  }
}

/** @type {(title: string, text: string) => Totals} */
function failure(title, text) {
  return { ...nothing, failed: [{ title, text }] };
}

/** @type {(reason: string) => Totals} */
function skip(reason) {
  return { ...nothing, skipped: [{ title: "all of it", reason }] };
}

/** @param {string} layer */
function testFiles(layer) {
  const folder = path.join("tests", layer);
  if (!fs.existsSync(path.join(root, folder))) return [];
  const found = fs.readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" });
  return found
    .filter((file) => file.endsWith(".test.ts"))
    .sort()
    .map((file) => path.join(folder, file));
}

/** @param {string[]} args */
function parse(args) {
  const first = args.findIndex((arg) => arg.startsWith("-"));
  const named = first === -1 ? args : args.slice(0, first);
  const mochaArgs = first === -1 ? [] : args.slice(first);
  const unknown = named.filter((name) => !Object.hasOwn(layers, name));
  if (unknown.length > 0) {
    throw new Error(
      `There is no test layer ${unknown.join(", ")}. The layers: ${Object.keys(layers).join(", ")}.`,
    );
  }
  const selected = Object.entries(layers).filter(([name, layer]) => {
    if (named.length > 0) return named.includes(name);
    // Arguments for mocha choose among its tests.
    return layer.check ? mochaArgs.length === 0 : testFiles(name).length > 0;
  });
  return { selected, named: named.length > 0, mochaArgs };
}

/** @param {Result[]} results */
function summarise(results) {
  console.log("");
  for (const { name, result, took } of results) {
    const { passed, failed, skipped } = result;
    const counts = `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
    console.log(`${name.padEnd(10)} ${counts.padEnd(36)} ${took}`);
  }
  const failed = results.flatMap(({ name, result }) => result.failed.map((one) => ({ name, ...one })));
  const skipped = results.flatMap(({ name, result }) => result.skipped.map((one) => ({ name, ...one })));
  const passed = results.reduce((sum, { result }) => sum + result.passed, 0);
  if (skipped.length > 0) console.log("\nSkipped:");
  for (const line of byReason(skipped)) console.log(`- ${line}`);
  if (failed.length > 0) console.log("\nFailed:");
  for (const { name, title, text } of failed) {
    console.log(`✗ ${name}: ${title}\n    ${text.replaceAll("\n", "\n    ")}`);
  }
  console.log(`\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  return failed.length === 0 && passed + skipped.length > 0;
}

/**
 * Many tests may share one reason; their titles stand above.
 *
 * @param {{ name: string, title: string, reason: string }[]} skipped
 */
function byReason(skipped) {
  /** @type {Map<string, string[]>} */
  const titles = new Map();
  for (const { name, title, reason } of skipped) {
    const key = `${name}: ${reason}`;
    titles.set(key, [...(titles.get(key) ?? []), title]);
  }
  return [...titles].map(
    ([key, [first, ...more]]) => `${key} (${first}${more.length ? ` and ${more.length} more` : ""})`,
  );
}

let interrupted = false;
process.on("SIGINT", () => {
  // The terminal sends it to the running tests too; they get the chance to clean up, once.
  if (interrupted) process.exit(130);
  interrupted = true;
});

await main(async () => {
  if (process.argv.slice(2).some((arg) => arg === "--help" || arg === "-h")) return console.log(usage);
  requireNode();
  const { selected, named, mochaArgs } = parse(process.argv.slice(2));
  /** @type {Result[]} */
  const results = [];
  const step = async (/** @type {string} */ name, /** @type {() => Promise<Totals | void>} */ work) => {
    if (interrupted) return;
    const started = Date.now();
    const result = await work().catch((error) => failure("set-up", error.message));
    if (result) results.push({ name, result, took: since(started) });
    return result;
  };

  const missing = await step("install", dependencies);
  // What does not type-check is emitted all the same: the tests still tell more.
  if (!missing && !selected.some(([name]) => name === "types")) await step("build", build);
  for (const [name, layer] of missing ? [] : selected) {
    await step(name, () => {
      console.log(`\n${name}`);
      return runLayer(name, layer, { named, mochaArgs });
    });
  }
  if (!summarise(results)) process.exitCode = 1;
  if (interrupted) process.exitCode = 130;
});
