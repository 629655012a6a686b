import assert from "node:assert/strict";
import { RateLimiter, rateLimiterFor } from "../../../../providers/core/cloud/rate-limit";
import { useClock } from "../../../../providers/core/util/clock";
import { settingsFrom } from "../../../../providers/core/util/settings";
import { whileTimeLeaps } from "../../../kit/leaping-time";
import { ManualClock } from "../../../kit/manual-clock";

const never = () => new AbortController().signal;

describe("rate limiter", () => {
  let clock: ManualClock;
  beforeEach(() => {
    clock = new ManualClock();
    useClock(clock);
  });
  afterEach(() => useClock());

  /** When each of `count` requests, all there at once, goes through. */
  async function times(limiter: RateLimiter, count: number): Promise<number[]> {
    const passed: number[] = [];
    const all = Array.from({ length: count }, () =>
      limiter.acquire(never()).then(() => passed.push(clock.now())),
    );
    await clock.runTo(clock.now() + 60_000);
    await Promise.all(all);
    return passed;
  }

  it("is one for an account, region and action, whatever resource type asks", () => {
    const limits = { perSecond: { Act: 3 }, isThrottled: () => false };
    const of = (at: object, config: Record<string, string> = {}) =>
      rateLimiterFor(
        { cloud: "c", accountId: "1", region: "r", action: "Act", ...at },
        limits,
        settingsFrom((key) => config[key], {}),
      );
    assert.equal(of({}), of({}));
    assert.equal(of({}).perSecond, 3);
    for (const other of [{ accountId: "2" }, { region: "s" }, { action: "Do" }, { cloud: "d" }]) {
      assert.notEqual(of({}), of(other));
    }
    const slower = { "pulumi-cloud-attachments:requestsPerSecond": '{"Act":1}' };
    assert.equal(of({}, slower).perSecond, 1);
    // A login does not know its account yet.
    assert.notEqual(of({ accountId: "" }), of({ accountId: "" }));
  });

  it("never lets more than the limit through in a second, and half of it at once", async () => {
    const passed = await times(new RateLimiter(10), 25);
    for (const [index, time] of passed.entries()) {
      const later = passed[index + 10];
      if (later !== undefined) assert.ok(later - time >= 1000, `${later - time} ms for 11 requests`);
    }
    assert.deepEqual(passed.slice(0, 5), [0, 0, 0, 0, 0]);
  });

  it("lets one through in several seconds where the limit is below one", async () => {
    const [first = 0, second = 0] = await times(new RateLimiter(0.5), 2);
    assert.ok(second - first >= 2_000);
  });

  it("keeps the order in which requests came", async () => {
    const limiter = new RateLimiter(5);
    const order: number[] = [];
    for (let n = 0; n < 8; n += 1) void limiter.acquire(never()).then(() => order.push(n));
    await clock.runTo(60_000);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("slows down when refused, as long as the vendor asks for at least, and speeds up again", async () => {
    const limiter = new RateLimiter(undefined);
    limiter.throttled(300);
    assert.deepEqual(await times(limiter, 3), [300, 350, 400]);
    for (let n = 0; n < 30; n += 1) limiter.accepted();
    const [first = 0, second = 0] = await times(limiter, 2);
    assert.equal(first, second);
  });

  it("lets a request leave the queue at its deadline, wherever it stands, and the next one move up", async () => {
    const limiter = new RateLimiter(1);
    limiter.throttled(10_000);
    const [first, second] = [new AbortController(), new AbortController()];
    const left = [first, second].map(({ signal }) => limiter.acquire(signal));
    let passed = Number.NaN;
    void limiter.acquire(never()).then(() => {
      passed = clock.now();
    });
    // The second stands behind the first, which still waits.
    second.abort(new Error("second's deadline"));
    await assert.rejects(left[1] as Promise<void>, /second's deadline/);
    first.abort(new Error("first's deadline"));
    await assert.rejects(left[0] as Promise<void>, /first's deadline/);
    await clock.runTo(10_000);
    assert.equal(passed, 10_000);
  });

  it("does not heed the system's time", async () => {
    const limiters = () => [new RateLimiter(10), new RateLimiter(0.5), new RateLimiter(undefined)];
    const run = async () => {
      clock = new ManualClock();
      useClock(clock);
      const all: number[][] = [];
      for (const limiter of limiters()) {
        limiter.throttled(200);
        all.push(await times(limiter, 12));
      }
      return all;
    };
    const expected = await run();
    assert.deepEqual(await whileTimeLeaps(run), expected);
  });
});
