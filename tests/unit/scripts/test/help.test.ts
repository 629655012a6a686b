import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../../../..");

describe("npm test -- --help", () => {
  it("names every layer, and runs none", () => {
    const said = execFileSync(process.execPath, [join(root, "scripts", "test.mjs"), "unit", "--help"], {
      encoding: "utf8",
    });
    const layers = /all layers: (.*)/.exec(said)?.[1]?.split(" ") ?? [];
    const folders = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => file.split("/")[0]);
    assert.deepEqual(layers, ["types", "lint", ...layers.filter((layer) => folders.includes(layer))]);
    for (const folder of folders) assert.ok(layers.includes(folder ?? ""), folder);
  });
});
