import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("scripts/lib/lock.mjs", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
    file = join(folder, "lock");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("lets one in at a time, and the next one in after a failure", async () => {
    const { withLock } = await import("../../../../scripts/lib/lock.mjs");
    const events: string[] = [];
    const work = async (name: string) => {
      events.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      events.push(`${name} out`);
      throw new Error(name);
    };
    const ends = await Promise.allSettled([withLock(file, () => work("a")), withLock(file, () => work("b"))]);
    assert.deepEqual(events, ["a in", "a out", "b in", "b out"]);
    assert.deepEqual(
      ends.map((end) => end.status),
      ["rejected", "rejected"],
    );
    assert.equal(existsSync(file), false);
  });

  it("holds the owner's pid", async () => {
    const { withLock } = await import("../../../../scripts/lib/lock.mjs");
    const owner = await withLock(file, async () => readFileSync(file, "utf8"));
    assert.equal(owner, String(process.pid));
  });

  it("takes over from an owner that died", async () => {
    const { withLock } = await import("../../../../scripts/lib/lock.mjs");
    writeFileSync(file, String(spawnSync(process.execPath, ["--version"]).pid));
    assert.equal(await withLock(file, async () => "mine"), "mine");
  });

  it("takes over from an owner that no longer touches it, whatever its pid", async () => {
    const { withLock } = await import("../../../../scripts/lib/lock.mjs");
    writeFileSync(file, String(process.pid));
    const old = new Date(Date.now() - 600_000);
    utimesSync(file, old, old);
    assert.equal(await withLock(file, async () => "mine"), "mine");
  });
});
