import assert from "node:assert/strict";
import { Dispatcher, type Job } from "../../../providers/association/dispatcher";

const never = new AbortController().signal;

function job(own: Partial<Job<string, string>> = {}): Job<string, string> {
  return {
    lane: "lane",
    shared: true,
    crowd: "session",
    isFirst: true,
    item: "item",
    delay: () => 0,
    fits: () => true,
    run: async (items) => items.map((item) => item.toUpperCase()),
    signal: never,
    ...own,
  };
}

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
});
