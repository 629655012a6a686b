import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { associations } from "../../providers/associations";

const root = resolve(__dirname, "../..");

/** Files beside Pulumi's that loading this package brings into a process. */
function loadedBy(entry: string): string[] {
  const script = `
    require("@pulumi/pulumi");
    const before = new Set(Object.keys(require.cache));
    require(${JSON.stringify(entry)});
    console.log(JSON.stringify(Object.keys(require.cache).filter((file) => !before.has(file))));`;
  const files: string[] = JSON.parse(
    execFileSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" }),
  );
  assert.ok(files.length > 0);
  return files;
}

/** Those of other packages. */
const foreign = (files: string[]) => files.filter((file) => /[\\/]node_modules[\\/](?!@pulumi)/.test(file));

describe("loading", () => {
  it("a program brings in no SDK, no HTTP client and no validator", () => {
    const files = loadedBy("pulumi-cloud-attachments");
    assert.deepEqual(foreign(files), []);
    const own = /[\\/](client|credentials|endpoints|http|handler|queue)\.js$/;
    assert.deepEqual(
      files.filter((file) => own.test(file)),
      [],
    );
  });

  it("runtime brings in none before its first call", () => {
    assert.deepEqual(foreign(loadedBy("pulumi-cloud-attachments/runtime")), []);
  });

  it("the core, which asks the clouds without a program, brings in nothing of Pulumi's", () => {
    const script = `
      const { associations } = require("pulumi-cloud-attachments/core");
      const files = Object.keys(require.cache);
      console.log(JSON.stringify({ count: Object.keys(associations).length, files }));`;
    const printed = execFileSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" });
    const { count, files }: { count: number; files: string[] } = JSON.parse(printed);
    assert.equal(count, Object.keys(associations).length);
    assert.deepEqual(
      files.filter((file) => /[\\/]node_modules[\\/]/.test(file)),
      [],
    );
  });
});
