import assert from "node:assert/strict";
import { Gate, gateFor } from "../../../../providers/core/cloud/rate-limit";
import { settingsFrom } from "../../../../providers/core/util/settings";

const never = new AbortController().signal;

async function times(gate: Gate, count: number): Promise<number[]> {
  const passed: number[] = [];
  await Promise.all(
    Array.from({ length: count }, async () => {
      await gate.enter(never);
      passed.push(Date.now());
    }),
  );
  return passed;
}

describe("rate limit", () => {
  it("is one for an account, region and action, whatever resource type asks", () => {
    const limits = { perSecond: { Act: 3 }, isThrottled: () => false };
    const of = (at: object, config: Record<string, string> = {}) =>
      gateFor(
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

  it("never lets more than the limit through in a second, and no fewer at once", async () => {
    const passed = await times(new Gate(10), 25);
    for (const [index, time] of passed.entries()) {
      const later = passed[index + 10];
      if (later !== undefined) assert.ok(later - time >= 1000, `${later - time} ms for 11 requests`);
    }
  }).timeout(20_000);

  it("keeps the order in which requests came", async () => {
    const gate = new Gate(5);
    const order: number[] = [];
    await Promise.all(Array.from({ length: 8 }, (_, n) => gate.enter(never).then(() => order.push(n))));
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7]);
  }).timeout(20_000);

  it("slows down when refused, as long as the vendor asks for at least", async () => {
    const gate = new Gate(undefined);
    await gate.enter(never);
    gate.refused(300);
    const refused = Date.now();
    const [first = 0, second = 0] = await times(gate, 2);
    assert.ok(first - refused >= 295);
    assert.ok(second - first >= 45);
  });

  it("lets a request leave the queue at its deadline, and the next one pass", async () => {
    const gate = new Gate(1);
    await gate.enter(never);
    const impatient = AbortSignal.timeout(50);
    const patient = new AbortController().signal;
    const left = assert.rejects(gate.enter(impatient));
    const passed = gate.enter(patient);
    await left;
    await passed;
  }).timeout(20_000);
});
