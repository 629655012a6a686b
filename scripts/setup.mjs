// Makes a fresh clone ready: dependencies, compiled sources, the Pulumi CLI. Free when nothing changed, and all it
// says goes to stderr. Dependency-free, since it runs before anything is installed.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { withProgress } from "./lib/progress.mjs";
import { run, windows } from "./lib/run.mjs";
import { pulumiCli } from "./pulumi-cli.mjs";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, "node_modules");
export const tsc = path.join(modules, "typescript", "bin", "tsc");

/** Installs the locked dependencies, development ones included, unless exactly these are installed. */
export async function dependencies() {
  const stamp = path.join(modules, ".setup-stamp");
  const lock = createHash("sha256")
    .update(fs.readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
  // Some packages hold native code: a checkout shared between a laptop and a container needs another set.
  const wanted = `${lock} ${process.platform} ${process.arch}\n`;
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
  await withProgress("Installing dependencies (npm ci)", () => npm(["ci", "--include=dev"]));
  fs.writeFileSync(stamp, wanted);
}

const compiled = ["providers", "simulator", "cli"];

/** Compiles what is published; incremental. */
export async function build() {
  for (const folder of compiled) removeStale(path.join(root, folder));
  await withProgress("Compiling", () => run(process.execPath, [tsc, "--build", ...compiled], { cwd: root }));
  // Loaded here: in a fresh clone the compiler is not there before.
  const { writeSchema } = await import("./lib/schema.mjs");
  writeSchema(path.join(root, "providers"));
}

/**
 * Deletes what was compiled from sources that are there no more: tsc leaves it, and npm would pack it.
 *
 * @param {string} folder
 */
function removeStale(folder) {
  const dist = path.join(folder, "dist");
  if (!fs.existsSync(dist)) return;
  for (const file of fs.readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const source = file.replace(/(\.d\.ts|\.js)$/, ".ts");
    if (source !== file && !fs.existsSync(path.join(folder, source)))
      fs.rmSync(path.join(dist, file), { force: true });
  }
}

/** All of it. Returns the Pulumi CLI (see pulumi-cli.mjs). */
export async function setup() {
  requireNode();
  await dependencies();
  await build();
  return await pulumiCli();
}

/** Throws where Node.js is older than package.json's `engines` say. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`Node.js 20.19 or newer is needed; this is ${process.versions.node}.`);
}

/**
 * Runs npm in the project's folder: the one that started us, if one did.
 *
 * @param {readonly string[]} args
 */
export function npm(args) {
  const started = process.env.npm_execpath;
  if (started?.endsWith(".js")) return run(process.execPath, [started, ...args], { cwd: root });
  return run(windows ? "npm.cmd" : "npm", args, { cwd: root });
}

/**
 * Runs a script's main function; an error becomes one plain message and exit code 1.
 *
 * @param {() => Promise<unknown>} work
 */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}

if (fs.realpathSync(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) await main(setup);
