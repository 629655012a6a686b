import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { BatchQueue, type Request } from "../../../../providers/core/batching/queue";

const never = new AbortController().signal;

/** A request that shares calls with any others and is answered in capitals. */
function request(own: Partial<Request<string, string>> = {}): Request<string, string> {
  return {
    batchKey: "key",
    crowd: "session",
    item: "item",
    fits: () => true,
    run: async (items) => items.map((item) => item.toUpperCase()),
    signal: never,
    ...own,
  };
}

describe("batch queue", () => {
  let queue: BatchQueue;
  let calls: string[][];

  beforeEach(() => {
    queue = new BatchQueue();
    calls = [];
  });

  const slowly = async (items: readonly string[]) => {
    calls.push([...items]);
    await sleep(20);
    return items.map((item) => item.toUpperCase());
  };

  it("puts what arrives in one turn, or while a call is under way, into one call, and gives each its own result", async () => {
    const first = ["a", "b"].map((item) => queue.submit(request({ item, run: slowly })));
    await sleep(5);
    const later = ["c", "d"].map((item) => queue.submit(request({ item, run: slowly })));
    assert.deepEqual(await Promise.all([...first, ...later]), ["A", "B", "C", "D"]);
    assert.deepEqual(calls, [
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  it("has one call of a batch key under way, and calls of other keys, or without one, beside it", async () => {
    let most = 0;
    let present = 0;
    const run = async (items: readonly string[]) => {
      most = Math.max(most, ++present);
      await sleep(10);
      present--;
      return [...items];
    };
    const fits = () => false;
    await Promise.all(["a", "b", "c"].map((item) => queue.submit(request({ item, run, fits }))));
    assert.equal(most, 1);
    await Promise.all(
      ["a", "b", "c"].map((item) => queue.submit(request({ item, run, batchKey: undefined }))),
    );
    assert.equal(most, 3);
  });

  it("fills calls up to what fits", async () => {
    const fits = (items: readonly string[]) => items.length <= 2;
    await Promise.all(["a", "b", "c"].map((item) => queue.submit(request({ item, run: slowly, fits }))));
    assert.deepEqual(calls, [["a", "b"], ["c"]]);
  });

  it("has one call on a lock under way, whatever their batch keys, and one call takes all locks of its items", async () => {
    const under = new Set<string>();
    const submit = (item: string, batchKey: string, lockKey: string) => {
      const run = async (items: readonly string[]) => {
        calls.push([...items]);
        for (const each of items) {
          const lock = each.slice(0, 1);
          assert.ok(!under.has(lock), `two calls on ${lock} at once`);
          under.add(lock);
        }
        await sleep(10);
        for (const each of items) under.delete(each.slice(0, 1));
        return [...items];
      };
      return queue.submit(request({ item, batchKey, lockKey, run }));
    };
    await Promise.all([
      submit("p1", "attach g1", "test p"),
      submit("q1", "attach g1", "test q"),
      submit("p2", "attach g2", "test p"),
      submit("q2", "attach g2", "test q"),
      submit("r2", "attach g2", "test r"),
    ]);
    assert.deepEqual(calls, [["p1", "q1"], ["r2"], ["p2", "q2"]]);
  });

  it("fails an item for which the result is an error, alone, and all items when the call fails", async () => {
    const run = async (items: readonly string[]) =>
      items.map((item) => (item === "bad" ? new Error("bad it is") : item));
    const [good, bad] = ["good", "bad"].map((item) => queue.submit(request({ item, run })));
    await assert.rejects(bad as Promise<string>, /bad it is/);
    assert.equal(await good, "good");
    const fail = async () => {
      throw new Error("all fail");
    };
    const all = ["a", "b"].map((item) => queue.submit(request({ item, run: fail, lockKey: "test all" })));
    for (const each of all) await assert.rejects(each, /all fail/);
    assert.equal(await queue.submit(request({ lockKey: "test all" })), "ITEM", "the lock is free again");
  });

  it("lets a request leave that aborts while it waits, without harm to the others", async () => {
    const controller = new AbortController();
    const first = queue.submit(request({ item: "a", run: slowly }));
    await sleep(5);
    const leaves = queue.submit(request({ item: "b", run: slowly, signal: controller.signal }));
    const stays = queue.submit(request({ item: "c", run: slowly }));
    controller.abort(new Error("left"));
    await assert.rejects(leaves, /left/);
    assert.deepEqual(await Promise.all([first, stays]), ["A", "C"]);
    assert.deepEqual(calls, [["a"], ["c"]]);
    await assert.rejects(queue.submit(request({ signal: controller.signal })), /left/);
  });

  it("fails a request whose fitting cannot be told, and goes on with the others", async () => {
    const fits = () => {
      throw new Error("malformed");
    };
    const broken = ["a", "b"].map((item) => queue.submit(request({ batchKey: "broken", item, fits })));
    const sound = queue.submit(request({ batchKey: "sound" }));
    await assert.rejects(broken[0] as Promise<string>, /malformed/);
    assert.equal(await broken[1], "B");
    assert.equal(await sound, "ITEM");
  });

  it("lingers for operations that follow those under way lately, so that they share the next call", async () => {
    const operation = async (item: string) => {
      const leave = queue.enter("session");
      await queue.submit(request({ item, run: slowly }));
      leave();
    };
    await Promise.all([operation("a"), operation("b")]);
    await Promise.all([operation("c"), sleep(10).then(() => operation("d"))]);
    assert.deepEqual(calls, [
      ["a", "b"],
      ["c", "d"],
    ]);
  });
});
