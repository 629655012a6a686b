import assert from "node:assert/strict";
import { Linger } from "../../../../providers/core/batching/linger";
import { useClock } from "../../../../providers/core/util/clock";

describe("linger", () => {
  let time: number;
  let linger: Linger;

  beforeEach(() => {
    time = 10_000;
    useClock({ now: () => time, after: () => () => {} });
    linger = new Linger();
  });
  afterEach(() => useClock());

  function called(milliseconds: number, key = "key"): void {
    const ended = linger.called(key);
    time += milliseconds;
    ended();
  }

  function operations(number: number): void {
    const leaves = Array.from({ length: number }, () => linger.enter());
    for (const leave of leaves) leave();
  }

  const left = (requests: number, since = time) => Math.max(0, linger.left("key", requests, since));

  it("never holds up the first call of a batch key", () => {
    operations(8);
    assert.equal(left(1), 0);
  });

  it("waits as long as a call usually takes, between 60 and 200 ms", () => {
    for (const [took, wait] of [
      [5, 60],
      [100, 100],
      [5_000, 200],
    ] as const) {
      linger = new Linger();
      called(took);
      operations(8);
      assert.equal(left(1), wait);
      assert.equal(left(1, time - wait), 0, "it is over then");
    }
  });

  it("waits no longer when as many are there as lately were under way", () => {
    called(100);
    operations(8);
    assert.equal(left(7), 100);
    assert.equal(left(8), 0);
  });

  it("never waits for operations that come alone", () => {
    called(100);
    operations(1);
    assert.equal(left(1), 0);
  });

  it("forgets a crowd that has gone, call by call", () => {
    operations(3);
    called(100);
    assert.equal(left(1), 100);
    called(100);
    assert.equal(left(1), 0);
  });

  it("counts the newer calls for more", () => {
    called(60);
    called(180);
    operations(2);
    assert.equal(left(1), 120);
  });
});
