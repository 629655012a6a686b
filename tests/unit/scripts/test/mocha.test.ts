import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runModule } from "../script";

interface Totals {
  passed: number;
  failed: { title: string; text: string }[];
  skipped: { title: string; reason: string }[];
}

describe("scripts/test/mocha.mjs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "test-runner-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (...texts: string[]) => runWith("width: 2", ...texts);

  async function runWith(options: string, ...texts: string[]): Promise<Totals> {
    const files = texts.map((text, i) => {
      const file = join(folder, `${i}.test.ts`);
      writeFileSync(file, text);
      return file;
    });
    const module = `
      import { runMocha } from "./scripts/test/mocha.mjs";
      let asked = 0;
      const total = await runMocha(${JSON.stringify(files.map((file) => [file]))}, { ${options} });
      console.log("\\n" + JSON.stringify(total));`;
    const { stdout } = await runModule(module);
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Totals;
  }

  it("begins no file once it is stopped", async () => {
    const passes = `it("passes", () => {});`;
    const { passed, failed } = await runWith("isStopped: () => asked++ > 0", passes, passes);
    assert.deepEqual([passed, failed], [1, []]);
  });

  it("adds up passes, failures and skips with their reasons", async () => {
    const skipFile = JSON.stringify(join(__dirname, "../../../kit/skip"));
    const { passed, failed, skipped } = await run(
      `it("passes", () => {}); it("fails", () => { throw new Error("broken"); });`,
      `const { skip } = require(${skipFile});
       it("skips", function () { skip(this, "no cloud"); });
       describe("suite", () => { before(function () { skip(this, "all of it"); }); it("one", () => {}); });`,
    );
    assert.equal(passed, 1);
    assert.deepEqual(
      failed.map(({ title }) => title),
      ["fails"],
    );
    assert.match(failed[0]?.text ?? "", /broken/);
    assert.deepEqual(
      skipped.map(({ title, reason }) => [title, reason]),
      [
        ["skips", "no cloud"],
        ["suite one", "all of it"],
      ],
    );
  });

  for (const [how, text] of Object.entries({
    "that does not load": `import "./nothing"; it("runs", () => {});`,
    "whose hook fails": `before(() => { throw new Error("hook"); }); it("runs", () => {});`,
    "that ends the process with 0": `it("exits", () => process.exit(0));`,
    "that is killed": `it("dies", () => { process.kill(process.pid, "SIGKILL"); });`,
    "that throws after its tests": `after(() => { setTimeout(() => { throw new Error("late"); }, 50); }); it("runs", () => {});`,
  })) {
    it(`counts a file ${how} as failed, and still runs the others`, async () => {
      const { passed, failed } = await run(text, `it("passes", () => {});`);
      assert.equal(failed.length, 1, JSON.stringify(failed));
      assert.ok(passed >= 1);
    });
  }
});
