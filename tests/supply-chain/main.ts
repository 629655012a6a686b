// `npm run supply-chain`: what comes with an installation of the package, under which licences, and whether it loads without scripts.
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator } from "../../simulator/index";
import { compile, execute, npm } from "../installed/package-manager";
import { makeRequests } from "../installed/requests";
import { root } from "../kit/pulumi-project";
import { allowedLicences, licencesOf, lockedPackages, runtimePackages } from "./lock-file";

async function main(): Promise<void> {
  const all = lockedPackages();
  const runtime = runtimePackages();
  const digests = all.filter(({ integrity }) => /^sha512-/.test(integrity ?? "")).length;
  report(digests === all.length, `${digests} of ${all.length} locked packages have a sha512 digest`);
  const byLicence = new Map<string, string[]>();
  for (const each of runtime)
    for (const licence of licencesOf(each)) {
      byLicence.set(licence, [...(byLicence.get(licence) ?? []), `${each.name}@${each.version}`]);
    }
  for (const [licence, names] of [...byLicence].sort(([a], [b]) => a.localeCompare(b))) {
    report(allowedLicences.has(licence), `${licence}, ${names.length} packages: ${names.join(" ")}`);
  }
  await installWithoutScripts();
  await audit();
}

function report(holds: boolean, text: string): void {
  console.log(`${holds ? "ok" : "NOT ALLOWED"}: ${text}`);
  if (!holds) process.exitCode = 1;
}

/** What the lock file says, without what only development needs, into a folder of its own; then a request of every kind. */
async function installWithoutScripts(): Promise<void> {
  await compile();
  const folder = mkdtempSync(join(tmpdir(), "attachments-supply-"));
  const simulator = await startSimulator();
  try {
    for (const file of ["package.json", "package-lock.json"])
      copyFileSync(join(root, file), join(folder, file));
    for (const workspace of ["providers", "simulator"]) {
      mkdirSync(join(folder, workspace));
      copyFileSync(join(root, workspace, "package.json"), join(folder, workspace, "package.json"));
      cpSync(join(root, workspace, "dist"), join(folder, workspace, "dist"), { recursive: true });
    }
    await execute(npm, ["ci", "--ignore-scripts", "--omit=dev", "--prefer-offline", "--no-audit"], folder);
    const script = join(folder, "requests.cjs");
    copyFileSync(join(root, "tests", "installed", "requests.cjs"), script);
    const loaded = await makeRequests(simulator, script);
    report(true, `npm ci --ignore-scripts: requests of every kind are made, by ${loaded.length} modules`);
    await loadsQuickstart(folder);
  } finally {
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The quickstart's program runs with Pulumi's mocks, which stand for the engine. */
async function loadsQuickstart(folder: string): Promise<void> {
  const { ModuleKind, transpileModule } = await import("typescript");
  const source = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
  const { outputText } = transpileModule(source, { compilerOptions: { module: ModuleKind.CommonJS } });
  writeFileSync(join(folder, "quickstart.cjs"), outputText);
  writeFileSync(
    join(folder, "load.cjs"),
    `const pulumi = require("@pulumi/pulumi");
    pulumi.runtime.setAllConfig({ "alicloud:region": "cn-hangzhou", "openstack:region": "RegionOne" });
    pulumi.runtime
      .setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) })
      .then(() => pulumi.output(require("./quickstart.cjs").attachments).apply((ids) => console.log(ids.length)));`,
  );
  const printed = await execute(process.execPath, ["load.cjs"], folder);
  report(printed.trim() === "3", `the quickstart declares ${printed.trim()} attachments there`);
}

async function audit(): Promise<void> {
  const text = await execute(npm, ["audit", "--omit=dev", "--json"], root).catch(
    (error: Error) => error.message,
  );
  const counts = /"vulnerabilities":\s*(\{[^{}]*"total":\s*(\d+)[^{}]*\})/.exec(text);
  if (!counts) console.log("not answered: the registry has no audit");
  else report(counts[2] === "0", `npm audit: ${counts[1]?.replace(/\s+/g, " ")}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
