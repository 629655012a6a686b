import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../kit/pulumi-project";

/** Durations and the order of calls that went out at the same time differ from run to run. */
function lasting(printed: string): string {
  const sorted = (list: string) => list.split(", ").sort().join(", ");
  return printed
    .replace(/\(\d+ s\)|\(\d+ min \d+ s\)/g, "(n s)")
    .replace(/(?<=Calls that write: ).*/g, sorted)
    .trimEnd();
}

describe("npm start", () => {
  it("prints what docs/pictures/npm-start.svg shows: node scripts/pictures.mjs --record", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, "scripts", "start.mjs")]);
    const recorded = readFileSync(join(root, "scripts", "pictures", "npm-start.txt"), "utf8");
    const { withoutPaths } = await import("../../scripts/pictures/pictures.mjs");
    assert.equal(lasting(withoutPaths(stdout)), lasting(recorded));
  });
});
