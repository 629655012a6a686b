import assert from "node:assert/strict";
import { RateLimiter } from "../../../../providers/core/cloud/rate-limit";

const never = new AbortController().signal;

async function times(limiter: RateLimiter, count: number): Promise<number[]> {
  const passed: number[] = [];
  await Promise.all(
    Array.from({ length: count }, async () => {
      await limiter.acquire(never);
      passed.push(Date.now());
    }),
  );
  return passed;
}

describe("rate limit", () => {
  it("never lets more than the limit through in a second, and no fewer at once", async () => {
    const passed = await times(new RateLimiter(10), 25);
    for (const [index, time] of passed.entries()) {
      const later = passed[index + 10];
      if (later !== undefined) assert.ok(later - time >= 1000, `${later - time} ms for 11 requests`);
    }
  }).timeout(20_000);

  it("keeps the order in which requests came", async () => {
    const limiter = new RateLimiter(5);
    const order: number[] = [];
    await Promise.all(Array.from({ length: 8 }, (_, n) => limiter.acquire(never).then(() => order.push(n))));
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7]);
  }).timeout(20_000);

  it("slows down when refused, as long as the vendor asks for at least", async () => {
    const limiter = new RateLimiter(undefined);
    await limiter.acquire(never);
    limiter.throttled(300);
    const refused = Date.now();
    const [first = 0, second = 0] = await times(limiter, 2);
    assert.ok(first - refused >= 295);
    assert.ok(second - first >= 45);
  });

  it("lets a request leave the queue at its deadline, and the next one pass", async () => {
    const limiter = new RateLimiter(1);
    await limiter.acquire(never);
    const impatient = AbortSignal.timeout(50);
    const patient = new AbortController().signal;
    const left = assert.rejects(limiter.acquire(impatient));
    const passed = limiter.acquire(patient);
    await left;
    await passed;
  }).timeout(20_000);
});
