import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Simulator } from "../../simulator/index";
import { startFastSimulator } from "../kit/fast-clock";
import { alicloudEcs, alicloudEns, alicloudEss } from "./alicloud";
import { anyCloud } from "./any-cloud";
import { huaweicloud } from "./huaweicloud";
import { openstack } from "./openstack";
import { plural } from "./plural";
import { normalised, read, type Situations } from "./situation";
import { tencentcloud } from "./tencentcloud";

const chapters: Record<string, Situations> = {
  "Alibaba Cloud: VServer group of a scaling group": alicloudEss,
  "Alibaba Cloud: security group of an ECS instance or network interface": alicloudEcs,
  "Alibaba Cloud: security group of an ENS instance": alicloudEns,
  "Tencent Cloud: security group of a CVM instance": tencentcloud,
  "OpenStack: security group of a server": openstack,
  "Huawei Cloud: security group of an ECS instance": huaweicloud,
  "Many pairs in one resource": plural,
  "Any cloud": anyCloud,
};

const file = join(__dirname, "golden.md");
const isUpdate = process.env.UPDATE_GOLDEN === "1";

const PREFACE = `# What users read when something fails

Every line was produced by a handler that was driven into the situation against the simulator; request ids, times and ports
are left out. \`npm test -- errors\` produces them anew and compares;
\`UPDATE_GOLDEN=1 npm test -- errors\` writes what it finds. Read the difference as prose before you commit it.
`;

/** Sentences by chapter and title. */
type Golden = Record<string, Record<string, string>>;

function parse(text: string): Golden {
  const golden: Golden = {};
  for (const part of text.split(/^## /m).slice(1)) {
    const sections = part.matchAll(/^### ([^\n]*)\n\n```text\n(.*?)\n```$/gms);
    const chapter = part.slice(0, part.indexOf("\n"));
    golden[chapter] = Object.fromEntries([...sections].map(([, title, sentence]) => [title, sentence]));
  }
  return golden;
}

function render(golden: Golden): string {
  const parts = Object.entries(golden).flatMap(([chapter, sections]) => [
    `## ${chapter}\n`,
    ...Object.entries(sections).map(
      ([title, sentence]) => `### ${title}\n\n\`\`\`text\n${sentence}\n\`\`\`\n`,
    ),
  ]);
  return [PREFACE, ...parts].join("\n");
}

describe("errors as users read them", function () {
  this.timeout(60_000);
  this.slow(5_000);
  const text = readFileSync(file, "utf8");
  const golden = parse(text);
  const found: Golden = {};
  const proxies: NodeJS.ProcessEnv = {};
  let simulator: Simulator;

  before(async () => {
    for (const name of ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"]) {
      if (process.env[name] !== undefined) proxies[name] = process.env[name];
      delete process.env[name];
    }
    simulator = await startFastSimulator();
  });

  after(async () => {
    Object.assign(process.env, proxies);
    await simulator?.stop();
    if (!isUpdate) return;
    const next = Object.entries(chapters).map(([chapter, situations]) => {
      const sections = Object.keys(situations).flatMap((title) => {
        const sentence = found[chapter]?.[title] ?? golden[chapter]?.[title];
        return sentence === undefined ? [] : [[title, sentence] as const];
      });
      return [chapter, Object.fromEntries(sections)] as const;
    });
    writeFileSync(file, render(Object.fromEntries(next)));
  });

  for (const [chapter, situations] of Object.entries(chapters)) {
    describe(chapter, () => {
      for (const [title, situation] of Object.entries(situations)) {
        it(title, async () => {
          const sentence = normalised(await read(situation, simulator));
          found[chapter] = { ...found[chapter], [title]: sentence };
          if (!isUpdate) assert.equal(sentence, golden[chapter]?.[title]);
        });
      }
    });
  }

  it("golden.md holds these situations, in this order, and nothing else", function () {
    if (isUpdate) return this.skip();
    assert.equal(text, render(golden));
    const titles = (of: Record<string, object>) =>
      Object.entries(of).map(([chapter, sections]) => [chapter, ...Object.keys(sections)]);
    assert.deepEqual(titles(golden), titles(chapters));
  });
});
