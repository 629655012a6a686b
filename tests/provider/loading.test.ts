import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** Packages beside Pulumi's that loading this one brings into a process. */
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
  return files.filter((file) => /[\\/]node_modules[\\/](?!@pulumi)/.test(file));
}

describe("loading", () => {
  it("a program brings in no SDK, no HTTP client and no validator", () => {
    assert.deepEqual(loadedBy("pulumi-cloud-attachments"), []);
  });

  it("runtime brings in none before its first call", () => {
    assert.deepEqual(loadedBy("pulumi-cloud-attachments/runtime"), []);
  });
});
