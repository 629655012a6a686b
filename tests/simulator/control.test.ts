import assert from "node:assert/strict";
import type { JournalEntry, World } from "../../simulator/index";
import { simulatorForEachTest } from "../kit/simulator";
import { call, pair, refusal } from "./alicloud-client";

describe("simulator control API", () => {
  const simulator = simulatorForEachTest();

  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(simulator.endpoints.control + path, {
      method,
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${(JSON.parse(text) as { error: string }).error}`);
    return text === "" ? undefined : JSON.parse(text);
  }
  const join = () => call(simulator, "ecs", "JoinSecurityGroup", pair);

  it("shows the living world, and takes it back as it was", async () => {
    const before = (await control("GET", "/world")) as World;
    await join();
    const after = (await control("GET", "/world")) as World;
    assert.deepEqual(after.alicloud.instances["i-bp1web01"]?.securityGroupIds, [
      "sg-bp1default",
      "sg-bp1app01",
    ]);
    await control("PUT", "/world", before);
    assert.deepEqual(await control("GET", "/world"), before);
    await join();
  });

  it("replaces collections, the rest being the default world's", async () => {
    await join();
    await control("PUT", "/world", { alicloud: { scalingGroups: {} } });
    assert.deepEqual(simulator.world.alicloud.scalingGroups, {});
    assert.deepEqual(simulator.world.alicloud.instances["i-bp1web01"]?.securityGroupIds, ["sg-bp1default"]);
  });

  it("merges a patch: null deletes", async () => {
    await control("PATCH", "/world", {
      alicloud: { instances: { "i-bp1web01": null, "i-bp1web02": { status: "Stopped" } } },
    });
    const { instances } = simulator.world.alicloud;
    assert.equal(instances["i-bp1web01"], undefined);
    assert.equal(instances["i-bp1web02"]?.status, "Stopped");
    assert.deepEqual(instances["i-bp1web02"]?.securityGroupIds, ["sg-bp1default"]);
    assert.equal(await refusal(join()), "404 InvalidInstanceId.NotFound");
  });

  it("keeps a journal of every call, until it is deleted", async () => {
    await join();
    await refusal(join());
    const journal = (await control("GET", "/journal")) as JournalEntry[];
    assert.deepEqual(
      journal.map(({ front, action, kind, ids, outcome, done, status, code, accountId, region }) => ({
        ...{ front, action, kind, ids, outcome, done, status, code, accountId, region },
      })),
      [
        { outcome: "ok", done: true, status: 200, code: undefined },
        { outcome: "error", done: false, status: 403, code: "InvalidInstanceId.AlreadyExists" },
      ].map((end) => ({
        ...{ front: "alicloud.ecs", action: "JoinSecurityGroup", kind: "write" },
        ...{ ids: ["i-bp1web01", "sg-bp1app01"], accountId: "1000000000000001", region: "cn-hangzhou" },
        ...end,
      })),
    );
    await control("DELETE", "/journal");
    assert.deepEqual(await control("GET", "/journal"), []);
    assert.equal(simulator.journal.length, 0);
  });

  it("sets and shows faults", async () => {
    await control("PUT", "/faults", { rules: [{ action: "JoinSecurityGroup", kind: "throttle", times: 1 }] });
    assert.equal(await refusal(join()), "400 Throttling.User");
    await join();
    assert.deepEqual(await control("GET", "/faults"), {
      rules: [{ action: "JoinSecurityGroup", kind: "throttle", times: 1 }],
      latencyMs: 0,
      clockOffsetMs: 0,
      variants: {},
    });
  });

  it("says what is wrong with a request, and changes nothing", async () => {
    const before = await control("GET", "/world");
    await assert.rejects(control("PUT", "/world", "{"), /400 .*JSON/);
    await assert.rejects(
      control("PUT", "/world", { mars: {} }),
      /400 world\.mars is unknown; known: alicloud/,
    );
    await assert.rejects(
      control("PUT", "/world", { alicloud: { moons: {} } }),
      /400 world\.alicloud\.moons is unknown/,
    );
    await assert.rejects(
      control("PUT", "/world", { alicloud: { instances: [] } }),
      /instances must be of type object/,
    );
    await assert.rejects(control("PATCH", "/world", []), /400 the patch must be a JSON object/);
    await assert.rejects(
      control("PUT", "/faults", { rules: [{ kind: "explode" }] }),
      /400 faults\.rules\[0\]\.kind/,
    );
    await assert.rejects(control("POST", "/world", {}), /404 no POST \/world; there are GET \/world/);
    assert.deepEqual(await control("GET", "/world"), before);
  });
});
