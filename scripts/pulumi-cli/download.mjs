// The official release of the Pulumi CLI.
import fs from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { withProgress } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";

/** @type {Partial<Record<NodeJS.Platform, string>>} */
const systems = { linux: "linux", darwin: "darwin", win32: "windows" };
const answerWithin = 10_000;
const doneWithin = 300_000;

/**
 * Downloads and unpacks the release for this platform into `bin`. Throws at once on a refusal, or when the server
 * does not answer in 10 s. PULUMI_CLOUD_ATTACHMENTS_RELEASES names a mirror of the release folder.
 *
 * @type {import("../pulumi-cli.mjs").Way}
 */
export async function downloadCli({ version, scratch, bin }) {
  const system = systems[process.platform];
  if (!system || !["x64", "arm64"].includes(process.arch)) {
    throw new Error(`there is no release for ${process.platform} ${process.arch}`);
  }
  const releases = process.env.PULUMI_CLOUD_ATTACHMENTS_RELEASES || "https://get.pulumi.com/releases/sdk";
  const name = `pulumi-v${version}-${system}-${process.arch}.${system === "windows" ? "zip" : "tar.gz"}`;
  await withProgress(`Downloading the Pulumi CLI ${version}`, async () => {
    const archive = path.join(scratch, name);
    await save(`${releases}/${name}`, archive);
    const unpacked = path.join(scratch, "unpacked");
    fs.mkdirSync(unpacked);
    // The tar of Windows and of macOS is bsdtar, which reads zip files too.
    await run("tar", ["-xf", archive, "-C", unpacked], { seconds: 120 });
    // The archive holds pulumi/..., the one for Windows pulumi/bin/...
    const inner = path.join(unpacked, "pulumi", system === "windows" ? "bin" : "");
    fs.rmSync(bin, { recursive: true });
    fs.renameSync(inner, bin);
  });
}

/** @type {(url: string, file: string) => Promise<void>} */
async function save(url, file) {
  const stop = new AbortController();
  const give = (/** @type {string} */ reason) => stop.abort(new Error(reason));
  const answer = setTimeout(give, answerWithin, `no answer within ${answerWithin / 1000} s`);
  const all = setTimeout(give, doneWithin, `not complete within ${doneWithin / 1000} s`);
  try {
    const response = await fetch(url, { signal: stop.signal });
    clearTimeout(answer);
    if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), fs.createWriteStream(file), { signal: stop.signal });
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : withCause(error);
  } finally {
    clearTimeout(answer);
    clearTimeout(all);
  }
}

/**
 * fetch says no more than "fetch failed"; why is in its cause.
 *
 * @param {unknown} error
 */
function withCause(error) {
  if (!(error instanceof Error) || !(error.cause instanceof Error) || !error.cause.message) return error;
  return new Error(`${error.message} (${error.cause.message})`);
}
