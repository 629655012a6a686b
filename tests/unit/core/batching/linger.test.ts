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

  /** A call of a key that served as many as ever come. */
  function called(milliseconds: number, requests = 8, key = "key"): void {
    const ended = linger.called(key, requests);
    time += milliseconds;
    ended();
  }

  function operations(number: number): void {
    const leaves = Array.from({ length: number }, () => linger.enter());
    for (const leave of leaves) leave();
  }

  const left = (requests: number, since = time, key = "key") =>
    Math.max(0, linger.left(key, requests, since));

  it("never holds up the first call of all", () => {
    operations(8);
    assert.equal(left(1), 0);
  });

  it("waits until 40 ms after an operation began or ended, or a call ended", () => {
    called(100);
    operations(8);
    assert.equal(left(1), 40);
    time += 30;
    assert.equal(left(1), 10);
    const leave = linger.enter();
    assert.equal(left(1), 40);
    time += 30;
    leave();
    assert.equal(left(1), 40);
    time += 40;
    assert.equal(left(1), 0);
  });

  it("waits until 40 ms after a call under way should end, whether it does or not", () => {
    called(100);
    operations(8);
    const ended = linger.called("key", 8);
    assert.equal(left(1), 140);
    time += 140;
    assert.equal(left(1), 0);
    ended();
    assert.equal(left(1), 40);
  });

  it("waits for the time of two calls at most, whatever goes on", () => {
    called(100);
    const since = time;
    for (let news = 0; news < 20; news++) {
      operations(8);
      time += 10;
    }
    assert.equal(left(1, since), 30);
    time += 40;
    operations(8);
    assert.equal(left(1, since), 0);
  });

  it("waits no longer when as many are there as lately were under way", () => {
    called(100);
    operations(8);
    assert.equal(left(7), 40);
    assert.equal(left(8), 0);
  });

  it("waits no longer when as many are there as the last two calls of its key served", () => {
    called(100, 3);
    called(100, 1);
    operations(8);
    assert.equal(left(3), 40);
    assert.equal(left(4), 0);
    called(100, 1);
    operations(8);
    assert.equal(left(2), 0);
  });

  it("never holds up the first call of a key", () => {
    called(100);
    operations(8);
    assert.equal(left(1, time, "other"), 0);
  });

  it("never waits for operations that come alone", () => {
    called(100);
    operations(1);
    assert.equal(left(1), 0);
  });

  it("forgets a crowd that has gone, call by call", () => {
    operations(3);
    called(100);
    assert.equal(left(1), 40);
    called(100);
    assert.equal(left(1), 0);
  });

  it("counts the newer calls for more", () => {
    called(60);
    called(180);
    operations(8);
    linger.called("other", 1);
    assert.equal(left(1), 160);
  });
});
