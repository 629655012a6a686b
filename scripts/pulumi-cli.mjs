// Finds or gets the Pulumi CLI: the one on PATH, the cached one, the official download, or built from source.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { withLock } from "./lib/lock.mjs";
import { say } from "./lib/progress.mjs";
import { run, which, windows } from "./lib/run.mjs";
import { buildCli } from "./pulumi-cli/build.mjs";
import { downloadCli } from "./pulumi-cli/download.mjs";

/** The release that is fetched where there is none. */
export const version = "3.259.0";
// Older engines do not know the `inputs` that a resource's read returns.
const oldest = [3, 216, 0];

const exe = windows ? ".exe" : "";
const shim = `pulumi-resource-pulumi-nodejs${windows ? ".cmd" : ""}`;
const programs = [`pulumi${exe}`, `pulumi-language-nodejs${exe}`, shim];

/**
 * `folder` goes first on PATH (undefined: PATH has the CLI already) and holds the engine, the Node.js language host, and
 * the shim that starts the provider of dynamic resources; the engine warns where they are apart.
 *
 * @typedef {{ version: string, folder: string | undefined }} Cli
 */

/**
 * A way to get the CLI: puts the programs of this version into the folder `bin`; `scratch` is a folder for its own use.
 *
 * @typedef {(place: { version: string, scratch: string, bin: string }) => Promise<void>} Way
 */

/**
 * The Pulumi CLI. Needs the installed @pulumi/pulumi.
 *
 * @returns {Promise<Cli>}
 * @throws with what was tried when there is no way to get it
 */
export async function pulumiCli() {
  const found = await onPath();
  if (found) return { version: found, folder: undefined };

  const cache = cacheFolder();
  const folder = path.join(cache, `pulumi-${version}-${process.platform}-${process.arch}`);
  if (!isComplete(folder)) {
    fs.mkdirSync(cache, { recursive: true });
    await withLock(`${folder}.lock`, async () => {
      if (!isComplete(folder)) await get(folder);
    });
  }
  return { version, folder };
}

/** Where the CLI is kept between runs and for other checkouts. */
export function cacheFolder(env = process.env) {
  if (env.PULUMI_CLOUD_ATTACHMENTS_CACHE) return path.resolve(env.PULUMI_CLOUD_ATTACHMENTS_CACHE);
  const base = env.XDG_CACHE_HOME || path.join(os.homedir() || os.userInfo().homedir, ".cache");
  return path.join(base, "pulumi-cloud-attachments");
}

async function onPath() {
  const pulumi = which("pulumi");
  if (!pulumi) return undefined;
  const beside = path.dirname(fs.realpathSync(pulumi));
  const helpers = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];
  if (!helpers.every((program) => which(program) ?? which(program, beside))) return undefined;
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const found = (await run(pulumi, ["version"], { env, seconds: 30 })).trim().replace(/^v/, "");
    return isNewEnough(found) ? found : undefined;
  } catch {
    // A broken or foreign `pulumi` on PATH is as good as none.
    return undefined;
  }
}

/** @param {string} found */
function isNewEnough(found) {
  const numbers = found.split(/[.+-]/).slice(0, 3).map(Number);
  for (const [i, least] of oldest.entries()) {
    const number = numbers[i] ?? Number.NaN;
    if (number !== least) return number > least;
  }
  return true;
}

/** @param {string} folder */
function isComplete(folder) {
  return programs.every((program) => fs.existsSync(path.join(folder, program)));
}

/**
 * Called under the lock, so whatever lies in the scratch folder was left by a run that was killed.
 *
 * @param {string} folder
 */
async function get(folder) {
  const scratch = `${folder}.tmp`;
  /** @type {Record<string, Way>} */
  const ways = { "the official download": downloadCli, "building it from source with Go": buildCli };
  const problems = [];
  for (const [name, way] of Object.entries(ways)) {
    fs.rmSync(scratch, { recursive: true, force: true });
    const bin = path.join(scratch, "bin");
    fs.mkdirSync(bin, { recursive: true });
    try {
      await way({ version, scratch, bin });
      if (!isComplete(bin)) throw new Error(`it lacks one of ${programs.join(", ")}`);
      fs.rmSync(folder, { recursive: true, force: true });
      fs.renameSync(bin, folder);
      return;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      problems.push(`- ${name}: ${message}`);
      say(`No Pulumi CLI by ${name}: ${message.split("\n")[0]}`);
    } finally {
      fs.rmSync(scratch, { recursive: true, force: true });
    }
  }
  throw new Error(
    `The Pulumi CLI ${oldest.join(".")} or newer is not on PATH and could not be fetched:\n${problems.join("\n")}\n` +
      "Install it (https://www.pulumi.com/docs/install/) and run this again.",
  );
}
