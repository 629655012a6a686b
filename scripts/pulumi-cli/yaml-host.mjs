// The language host of YAML programs, which Pulumi's official download holds; built from the Go module proxy where it is not on PATH.
import fs from "node:fs";
import path from "node:path";
import { withLock } from "../lib/lock.mjs";
import { withProgress } from "../lib/progress.mjs";
import { run, which, windows } from "../lib/run.mjs";
import { cacheFolder } from "../pulumi-cli.mjs";

/** The last release whose modules the proxy serves whole. */
const version = "1.25.0";
const source = "github.com/pulumi/pulumi-yaml";
const program = `pulumi-language-yaml${windows ? ".exe" : ""}`;

/**
 * The folder to put on PATH; undefined where PATH has the host already. About 95 s and 45 MB at the first call.
 *
 * @returns {Promise<string | undefined>}
 * @throws if it is not there and cannot be built
 */
export async function yamlHost() {
  if (which("pulumi-language-yaml")) return undefined;
  const cache = cacheFolder();
  const folder = path.join(cache, `pulumi-yaml-${version}-${process.platform}-${process.arch}`);
  if (fs.existsSync(path.join(folder, program))) return folder;
  const go = which("go");
  if (!go) throw new Error("pulumi-language-yaml is not on PATH, and Go to build it is not either");
  fs.mkdirSync(cache, { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (fs.existsSync(path.join(folder, program))) return;
    const scratch = `${folder}.tmp`;
    fs.rmSync(scratch, { recursive: true, force: true });
    fs.mkdirSync(scratch, { recursive: true });
    const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-modcacherw", GOBIN: scratch };
    const args = ["install", "-ldflags", "-s -w", `${source}/cmd/pulumi-language-yaml@v${version}`];
    await withProgress("Building Pulumi's YAML host (once; 2 minutes)", () =>
      run(go, args, { cwd: cache, env, seconds: 1200 }),
    );
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(scratch, folder);
  });
  return folder;
}
