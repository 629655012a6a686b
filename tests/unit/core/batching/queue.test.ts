import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Dispatcher } from "../../../../providers/core/batching/queue";
import { job } from "./job";

describe("dispatcher", () => {
  it("fails a job whose rate limit cannot be told, and goes on with the others", async () => {
    const dispatcher = new Dispatcher();
    const wrong = () => {
      throw new Error("config: must be a number above 0");
    };
    const limit = AbortSignal.timeout(5_000);
    const failed = dispatcher.submit(job({ lane: "other", delay: wrong, signal: limit }));
    const done = dispatcher.submit(job());
    await assert.rejects(failed, /must be a number above 0/);
    assert.equal(await done, "ITEM");
  });

  it("frees its lane when a call fails before it is made", async () => {
    const dispatcher = new Dispatcher();
    const broken = () => {
      throw new Error("broken");
    };
    await assert.rejects(dispatcher.submit(job({ run: broken, exclusive: "instance i-1" })), /broken/);
    assert.equal(await dispatcher.submit(job({ exclusive: "instance i-1" })), "ITEM");
  });

  it("lets a job leave at its deadline while its lane waits for a rate limit, and the others go on", async () => {
    const dispatcher = new Dispatcher();
    const free = Date.now() + 100;
    const delay = () => free - Date.now();
    const impatient = dispatcher.submit(job({ delay, signal: AbortSignal.timeout(20) }));
    const patient = dispatcher.submit(job({ delay }));
    await assert.rejects(impatient, { name: "TimeoutError" });
    assert.equal(await patient, "ITEM");
  });

  it("shares one call among jobs that wait for one rate limit", async () => {
    const dispatcher = new Dispatcher();
    const free = Date.now() + 50;
    const calls: number[] = [];
    const run = async (items: readonly string[]) => {
      calls.push(items.length);
      return [...items];
    };
    const delay = () => free - Date.now();
    await Promise.all(["a", "b", "c"].map((item) => dispatcher.submit(job({ item, run, delay }))));
    assert.deepEqual(calls, [3]);
  });

  it("waits for those that follow, so that they share the next call", async () => {
    const dispatcher = new Dispatcher();
    const calls: number[] = [];
    const run = async (items: readonly string[]) => {
      calls.push(items.length);
      await sleep(100);
      return [...items];
    };
    const operation = async (item: string) => {
      const leave = dispatcher.enter("session");
      await dispatcher.submit(job({ item, run }));
      leave();
    };
    await Promise.all([operation("a"), operation("b")]);
    await Promise.all([operation("c"), sleep(10).then(() => operation("d"))]);
    assert.deepEqual(calls, [2, 2]);
  });
});
