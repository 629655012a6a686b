import assert from "node:assert/strict";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { type FaultRule, startSimulator } from "../../simulator/index";
import { simulatorForEachTest } from "../kit/simulator";
import { until } from "../kit/until";
import { call, mainKey, otherKey, pair, refusal } from "./alicloud-client";

describe("simulator faults", () => {
  const simulator = simulatorForEachTest();

  const set = (...rules: FaultRule[]) => simulator.setFaults({ rules });
  const join = (changes: object = {}, key = mainKey) =>
    call(simulator, "ecs", "JoinSecurityGroup", { ...pair, ...changes }, { key });
  const leave = () => call(simulator, "ecs", "LeaveSecurityGroup", pair);
  const find = (key = mainKey) =>
    call(
      simulator,
      "ecs",
      "DescribeInstances",
      { RegionId: "cn-hangzhou", InstanceIds: '["i-bp1web01"]' },
      { key },
    );
  const isMember = () =>
    simulator.world.alicloud.instances["i-bp1web01"]?.securityGroupIds.includes("sg-bp1app01");
  const listed = async () => JSON.stringify((await find()).Instances).includes("sg-bp1app01");
  const last = () => simulator.journal.at(-1);
  const networkError = (promise: Promise<unknown>) =>
    assert.rejects(promise, (error: Error & { statusCode?: number }) => error.statusCode === undefined);

  it("throttles n times after skipping some, in the vendor's or the rule's words", async () => {
    set({ kind: "throttle", action: "DescribeInstances", skip: 1, times: 2 });
    await find();
    assert.equal(await refusal(find()), "400 Throttling.User");
    assert.equal(await refusal(find()), "400 Throttling.User");
    await find();
    set({
      kind: "throttle",
      code: "Rejected.Throttling",
      status: 429,
      headers: { "x-acs-retry-after": "5" },
    });
    assert.equal(await refusal(find()), "429 Rejected.Throttling");
    assert.equal(last()?.code, "Rejected.Throttling");
  });

  it("acts on the calls of one action, front or id", async () => {
    const codes = async () => {
      const results: boolean[] = [];
      for (const started of [() => find(), () => join({ InstanceId: "i-bp1web02" }), () => join()]) {
        results.push(
          await started().then(
            () => true,
            () => false,
          ),
        );
      }
      return results;
    };
    set({ kind: "error", code: "X", action: "DescribeInstances" });
    assert.deepEqual(await codes(), [false, true, true]);
    set({ kind: "error", code: "X", id: "i-bp1web02" });
    await leave();
    assert.deepEqual(await codes(), [true, false, true]);
    set({ kind: "error", code: "X", front: "alicloud.ess" });
    await find();
    set({ kind: "error", code: "X", front: "ecs" });
    assert.equal(await refusal(find()), "500 X");
  });

  it("lets the first of several failures act, and the next when it is done", async () => {
    set(
      { kind: "error", code: "First", status: 400, times: 1 },
      { kind: "error", code: "Second", status: 400, times: 1 },
    );
    assert.equal(await refusal(find()), "400 First");
    assert.equal(await refusal(find()), "400 Second");
    await find();
  });

  it("loses the answer of work that was done", async () => {
    set({ kind: "reset", action: "JoinSecurityGroup", afterWork: true, times: 1 });
    await networkError(join());
    assert.equal(isMember(), true);
    assert.equal(last()?.outcome, "reset");
    assert.equal(last()?.done, true);
  });

  it("resets before the work", async () => {
    set({ kind: "reset", action: "JoinSecurityGroup", times: 1 });
    await networkError(join());
    assert.equal(isMember(), false);
    assert.equal(last()?.done, false);
  });

  it("answers with an error, or a gateway's page, though the work was done", async () => {
    set({ kind: "error", code: "ServiceUnavailable", status: 503, afterWork: true, times: 1 });
    assert.equal(await refusal(join()), "503 ServiceUnavailable");
    assert.equal(isMember(), true);
    assert.equal(last()?.done, true);
    set({ kind: "http", status: 502, afterWork: true, times: 1 });
    await assert.rejects(leave(), { name: "SyntaxError" });
    assert.equal(isMember(), false);
  });

  it("answers with a page of HTML", async () => {
    set({ kind: "http" });
    const response = await fetch(simulator.endpoints.alicloud.ecs ?? "");
    assert.equal(response.status, 503);
    assert.match(await response.text(), /^<html>/);
    set({ kind: "http", status: 200, body: "<p>Sign in to the Wi-Fi</p>" });
    await assert.rejects(find(), { name: "SyntaxError" });
  });

  it("hangs until the client gives up", async () => {
    set({ kind: "hang", action: "DescribeInstances" });
    const stop = new AbortController();
    const url = `${simulator.endpoints.alicloud.ecs}/?Action=DescribeInstances`;
    const hanging = fetch(url, { signal: stop.signal });
    while (last()?.outcome !== "hang") await wait(5);
    stop.abort();
    await assert.rejects(hanging, { name: "AbortError" });
  });

  it("refuses connections for a while, as a service that restarts", async () => {
    set({ kind: "down", action: "JoinSecurityGroup", ms: 200, times: 1 });
    await networkError(join());
    assert.equal(last()?.outcome, "reset");
    const refused = await fetch(simulator.endpoints.alicloud.ecs ?? "").catch((error: Error) => error);
    assert.equal(((refused as Error).cause as NodeJS.ErrnoException).code, "ECONNREFUSED");
    await until(() =>
      find().then(
        () => true,
        () => false,
      ),
    );
    assert.equal(isMember(), false);
  });

  it("stops while a port is down", async () => {
    const own = await startSimulator({ faults: { rules: [{ kind: "down", ms: 3_600_000 }] } });
    await assert.rejects(fetch(own.endpoints.alicloud.ecs ?? ""));
    await own.stop();
  });

  it("breaks the connection in the middle of the body, though the work was done", async () => {
    set({ kind: "cut", action: "JoinSecurityGroup", times: 1 });
    await networkError(join());
    assert.equal(isMember(), true);
    assert.equal(last()?.done, true);
  });

  it("stops although calls hang and wait", async () => {
    const own = await startSimulator({ faults: { rules: [{ kind: "latency", ms: 3_600_000 }] } });
    const waiting = assert.rejects(fetch(own.endpoints.alicloud.ecs ?? ""));
    await wait(50);
    await own.stop();
    await waiting;
  });

  it("warns of nothing, however many calls wait at once", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    try {
      simulator.setFaults({ latencyMs: 200 });
      await Promise.all(Array.from({ length: 32 }, () => find()));
      await nextTurn();
    } finally {
      process.off("warning", note);
    }
    assert.deepEqual(
      warnings.filter(({ name }) => name === "MaxListenersExceededWarning"),
      [],
    );
  });

  it("says that the temporary credential has expired", async () => {
    set({ kind: "expired", times: 1 });
    assert.equal(await refusal(find()), "400 InvalidSecurityToken.Expired");
    await find();
  });

  it("keeps parents busy after a write, other parents not", async () => {
    set({ kind: "busyAfterWrite", action: "JoinSecurityGroup", ms: 3_600_000 });
    await join();
    assert.equal(await refusal(leave()), "409 InvalidOperation.Conflict");
    await join({ InstanceId: "i-bp1web02" });
    await find();
    set({ kind: "busyAfterWrite", ms: 20, code: "IncorrectInstanceStatus", status: 403 });
    await leave();
    for (let code = "403 IncorrectInstanceStatus"; code === "403 IncorrectInstanceStatus"; ) {
      code = await refusal(join()).catch(() => "done");
    }
    assert.equal(isMember(), true);
  });

  it("shows writes to reads after the visibility delay", async () => {
    set({ kind: "visibilityDelay", ms: 3_600_000 });
    await join();
    assert.equal(isMember(), true);
    assert.equal(await listed(), false);
    set({ kind: "visibilityDelay", ms: 20 });
    await leave();
    while (await listed()) await wait(5);
    await join();
    while (!(await listed())) await wait(5);
  });

  it("enforces a rate by account, region and action", async () => {
    set({ kind: "rateLimit", action: "DescribeInstances", limit: 2, windowMs: 3_600_000 });
    await find();
    await find();
    assert.equal(await refusal(find()), "400 Throttling.User");
    await find(otherKey);
    await call(simulator, "ecs", "DescribeInstances", { RegionId: "cn-beijing" });
    await join();
    set({ kind: "rateLimit", limit: 1, windowMs: 20 });
    await find();
    for (let refused = true; refused; )
      refused = await find().then(
        () => false,
        () => true,
      );
  });

  it("spreads a slow body, whole in the end", async () => {
    set({ kind: "slowBody", ms: 40 });
    assert.equal(await listed(), false);
    await join();
    assert.equal(await listed(), true);
  });

  it("lets a wrong key see the vendor's own refusal, not the fault", async () => {
    set({ kind: "throttle" });
    const wrong = find({ ...mainKey, accessKeySecret: "wrong" });
    assert.equal(await refusal(wrong), "400 SignatureDoesNotMatch");
  });

  it("refuses what it does not understand, and keeps what it had", () => {
    const wrong = (faults: object, message: RegExp) =>
      assert.throws(() => simulator.setFaults(faults), { name: "TypeError", message });
    wrong({ rules: [{ kind: "explode" }] }, /faults\.rules\[0\]\.kind is "explode"; known: throttle, /);
    wrong({ rules: [{ kind: "throttle", time: 3 }] }, /faults\.rules\[0\]\.time is unknown/);
    wrong({ rules: [{ kind: "throttle", times: "3" }] }, /times must be a number/);
    wrong({ rules: [{ kind: "throttle", times: -3 }] }, /times must not be negative/);
    wrong({ rules: [{ kind: "latency" }] }, /needs ms/);
    wrong({ rules: [{ kind: "rateLimit" }] }, /needs limit/);
    wrong({ rules: [{ kind: "error" }] }, /needs code/);
    wrong({ latency: 3 }, /faults\.latency is unknown/);
    wrong(
      { variants: { "ess.attachTwoTimes": "x" } },
      /variants\.ess\.attachTwoTimes is unknown; known: .*ess\.attachTwice/,
    );
    wrong(
      { variants: { "ess.attachTwice": "explode" } },
      /ess\.attachTwice is explode; known: ignore, updateWeight/,
    );
    wrong({ rules: {} }, /must be a list/);
  });
});
