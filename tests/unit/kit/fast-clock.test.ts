import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setTimeout as realTime } from "node:timers/promises";
import { FastClock } from "../../kit/fast-clock";
import { ScriptedServer } from "../../kit/scripted-server";

const MINUTE = 60_000;

describe("tests/kit/fast-clock.ts", () => {
  let clock: FastClock;
  let passed: string[];

  beforeEach(() => {
    clock = new FastClock();
    passed = [];
  });

  /** Resolves once the clock has come so far. */
  const sleep = (name: string, milliseconds: number) =>
    new Promise<void>((resolve) =>
      clock.after(milliseconds, () => {
        passed.push(name);
        resolve();
      }),
    );

  it("leaves out the waiting, keeps the order, and shows how late it is", async () => {
    const started = clock.now();
    clock.after(2 * MINUTE, () => passed.push("called off"))();
    await Promise.all([sleep("three", 3 * MINUTE), sleep("one", MINUTE).then(() => sleep("two", MINUTE))]);
    assert.deepEqual(passed, ["one", "two", "three"]);
    assert.ok(clock.now() - started >= 3 * MINUTE);
    assert.ok(clock.date() - Date.now() > 2 * MINUTE);
  });

  it("does not leap while something takes real time: a timer, a file, a request", async () => {
    const server = await ScriptedServer.start();
    server.on(/./, { body: { answers: "at once" } });
    try {
      for (const [name, work] of Object.entries({
        timer: () => realTime(30),
        file: () => readFile(__filename),
        request: async () => (await fetch(server.url)).json(),
      })) {
        const late = sleep("late", MINUTE);
        await work();
        passed.push(name);
        await late;
      }
    } finally {
      await server.stop();
    }
    assert.deepEqual(passed, ["timer", "late", "file", "late", "request", "late"]);
  });
});
