// `npm run versions`: the packed package on each supported Node.js, with the oldest supported and the newest Pulumi SDK.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { defaultWorld, startSimulator } from "../../simulator/index";
import { execute, install, layouts, npm, pack } from "../installed/package-manager";
import { programs } from "../installed/suite";
import { reach } from "../kit/clouds";
import { PulumiProject, type Run, root } from "../kit/pulumi-project";

/** Lines of Node.js; the first is the oldest that package.json allows. */
const NODES = ["20.19", "22", "24"];

const [npmLayout] = Object.values(layouts);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { node: { type: "string" }, sdk: { type: "string" } } });
  const { peerDependencies } = require("../../providers/package.json") as {
    peerDependencies: Record<string, string>;
  };
  const oldest = /\d+\.\d+\.\d+/.exec(peerDependencies["@pulumi/pulumi"] ?? "")?.[0] ?? "";
  const nodes = NODES.filter((each) => values.node === undefined || values.node === each);
  const tally = { tried: 0, failed: 0, skipped: 0 };
  const attempt = async (title: string, work: () => Promise<unknown>) => {
    tally.tried++;
    try {
      await work();
      console.log(`${title}: ok`);
    } catch (error) {
      tally.failed++;
      console.log(`${title}: FAILED: ${error}`);
    }
  };
  const binaries = new Map<string, string>();
  for (const line of nodes) {
    const binary = await nodeOf(line);
    if ("skipped" in binary) {
      tally.skipped++;
      console.log(`Node.js ${line}: skipped: ${binary.skipped}`);
    } else binaries.set(line, binary.folder);
  }
  for (const [line, folder] of binaries) {
    const own = join(folder, "node");
    const version = (await execute(own, ["--version"], root)).trim();
    const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
    const layer = ["loading", "process", "texts"].map((name) => `tests/provider/${name}.test.ts`);
    await attempt(`Node.js ${line} (${version}): provider layer`, () =>
      execute(own, [mocha, ...layer], root, path(folder)),
    );
  }
  const sdks = [oldest, "latest"].filter((each) => values.sdk === undefined || values.sdk === each);
  for (const sdk of sdks) await withSdk(sdk, binaries, attempt, tally);
  console.log(`${tally.tried} tried, ${tally.failed} failed, ${tally.skipped} skipped`);
  if (tally.failed > 0) process.exitCode = 1;
}

const path = (folder: string) => ({ PATH: [folder, process.env.PATH].join(delimiter) });

async function withSdk(
  sdk: string,
  binaries: ReadonlyMap<string, string>,
  attempt: (title: string, work: () => Promise<unknown>) => Promise<void>,
  tally: { skipped: number },
): Promise<void> {
  const simulator = await startSimulator();
  const project = await PulumiProject.create({
    clouds: reach(simulator),
    modules: false,
    yaml: { runtime: { name: "nodejs" } },
  });
  try {
    const dependencies = { "@pulumi/pulumi": sdk, "pulumi-cloud-attachments": `file:${await pack()}` };
    const describe = (type: string) =>
      project.file("package.json", JSON.stringify({ name: "test", private: true, type, dependencies }));
    describe("commonjs");
    const reason = npmLayout && (await install("npm", npmLayout, project.folder));
    if (reason) {
      tally.skipped++;
      return console.log(`SDK ${sdk}: skipped: ${reason}`);
    }
    const { version } = require(join(project.folder, "node_modules/@pulumi/pulumi/package.json")) as {
      version: string;
    };
    const initial = project.env.PATH ?? "";
    for (const [line, folder] of binaries) {
      project.env.PATH = [folder, initial].join(delimiter);
      for (const [what, { type, text }] of Object.entries(programs)) {
        await attempt(
          `Node.js ${line}, SDK ${version}, ${what}: up, up again, refresh, destroy`,
          async () => {
            Object.assign(simulator.world, defaultWorld());
            describe(type);
            project.write(text);
            must(await project.up());
            must(await project.up("--expect-no-changes"));
            must(await project.refresh("--expect-no-changes"));
            must(await project.destroy());
            const { length } = simulator.world.alicloud.scalingGroups["asg-bp1web"]?.vserverGroups ?? [];
            if (length !== 0) throw new Error(`${length} are left`);
          },
        );
      }
    }
  } finally {
    await project.close();
    await simulator.stop();
  }
}

function must({ code, output }: Run): void {
  if (code !== 0) throw new Error(output);
}

/** The folder with a Node.js of this line, as npm has it: packages of binaries, by platform. */
async function nodeOf(line: string): Promise<{ folder: string } | { skipped: string }> {
  const { cacheFolder } = await import("../../scripts/pulumi-cli.mjs");
  const place = join(cacheFolder(), "node", line);
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(place, "node_modules", name, "bin");
  if (!existsSync(folder)) {
    mkdirSync(place, { recursive: true });
    writeFileSync(
      join(place, "package.json"),
      JSON.stringify({ private: true, dependencies: { [name]: line } }),
    );
    try {
      await execute(npm, ["install", "--ignore-scripts", "--no-audit", "--no-fund"], place);
    } catch (error) {
      return { skipped: `npm could not fetch ${name}@${line}: ${(error as Error).message.split("\n")[0]}` };
    }
  }
  if (!readdirSync(folder).some((file) => /^node(\.exe)?$/.test(file)))
    return { skipped: `${name} has no binary` };
  return { folder };
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
