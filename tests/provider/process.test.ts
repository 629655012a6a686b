import assert from "node:assert/strict";
import { type Simulator, startSimulator } from "../../simulator/index";
import { type Clouds, reach } from "../kit/clouds";
import { during } from "../kit/journal";
import { vserverGroup, webGroup, webId } from "../kit/programs";
import { FakeEngine, type Properties, ProviderProcess, RpcError } from "../kit/provider-process";
import { until } from "../kit/until";

/** The value that stands for one that is not known yet, in every place. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const ESS =
  'exports.handler=()=>require("pulumi-cloud-attachments/runtime").alicloudEssVServerGroupAttachment;';
const NOVA =
  'exports.handler=()=>require("pulumi-cloud-attachments/runtime").openstackComputeSecurityGroupAttachment;';

/** What a program registers for `web(n)`. */
const web = (n: number, more: Properties = {}): Properties => ({
  scalingGroupId: "asg-bp1web",
  loadBalancerId: "lb-bp1web",
  vserverGroupId: vserverGroup(n),
  port: 80,
  region: "cn-hangzhou",
  __provider: ESS,
  ...more,
});

describe("the provider process", () => {
  let simulator: Simulator;
  let clouds: Clouds;
  let engine: FakeEngine;
  let provider: ProviderProcess;

  before(async () => {
    simulator = await startSimulator();
    clouds = reach(simulator);
  });

  beforeEach(async () => {
    engine = await FakeEngine.start();
    provider = await ProviderProcess.start(engine, clouds);
  });

  afterEach(async () => {
    await provider.kill();
    engine.stop();
    simulator.setFaults({});
    group().vserverGroups = [];
  });

  after(() => simulator.stop());

  const group = () => webGroup(simulator);

  const attached = () => group().vserverGroups.map(({ vserverGroupId }) => vserverGroupId);

  /** What the engine does before a create: check, then create with what that returned. */
  async function created(news: Properties): Promise<{ id: string; properties: Properties }> {
    const { inputs, failures } = await provider.check({}, news);
    assert.deepEqual(failures, []);
    return provider.create(inputs);
  }

  async function failure(work: Promise<unknown>): Promise<RpcError> {
    const error = await work.then(
      () => assert.fail("it succeeded"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof RpcError, String(error));
    return error;
  }

  it("creates, reads, updates and deletes, and prints nothing but its port", async () => {
    const { id, properties } = await created(web(1));
    assert.equal(id, webId(1));
    const expected = {
      ...web(1),
      accountId: "1000000000000001",
      confirmed: true,
      forceAttach: false,
      forceDetach: false,
      ifAttached: "adopt",
      weight: 50,
      __schema: 1,
    };
    const { __declared, ...outputs } = properties;
    assert.deepEqual(outputs, expected);
    assert.deepEqual((__declared as Properties).settings, { weight: 50 });
    assert.deepEqual(await provider.read(id, properties), { id, properties });

    const { inputs } = await provider.check(web(1), web(1, { weight: 7 }));
    assert.equal((await provider.diff(id, properties, inputs)).changes, "unknown");
    const updated = await provider.update(id, properties, inputs);
    assert.equal(updated.properties.weight, 7);
    assert.equal(group().vserverGroups[0]?.weight, 7);

    group().vserverGroups = [];
    assert.equal((await provider.read(id, updated.properties)).id, "");
    assert.deepEqual(provider.stdout.length, 1);
    assert.equal(provider.stderr, "");
  });

  it("deletes what an earlier process created", async () => {
    const { id, properties } = await created(web(1));
    await provider.kill();
    provider = await ProviderProcess.start(engine, clouds);
    await provider.delete(id, properties);
    assert.deepEqual(attached(), []);
  });

  it("lets unknown values pass check and counts them as a change of identity, without any call", async () => {
    const { properties } = await created(web(1));
    const { calls } = await during(simulator, async () => {
      for (const news of [
        web(1, { vserverGroupId: UNKNOWN, port: UNKNOWN, weight: UNKNOWN }),
        web(1, { vserverGroupId: UNKNOWN, __duplicateOf: UNKNOWN }),
      ]) {
        const { inputs, failures } = await provider.check(web(1), news);
        assert.deepEqual(failures, []);
        assert.equal(inputs.vserverGroupId, UNKNOWN);
        assert.ok((await provider.diff(webId(1), properties, inputs)).replaces.includes("vserverGroupId"));
      }
    });
    assert.deepEqual(calls, []);
  });

  it("tells no change from an unchanged pair, and repair from one that was never confirmed", async () => {
    const { id, properties } = await created(web(1));
    const { inputs } = await provider.check(web(1), web(1));
    assert.deepEqual(await provider.diff(id, properties, inputs), { changes: "none", replaces: [] });
    assert.deepEqual(await provider.diff(id, { ...properties, confirmed: false }, inputs), {
      changes: "some",
      replaces: [],
    });
  });

  it("serves configured credentials to the first call already, however many there are", async () => {
    const { ALICLOUD_ACCESS_KEY, ALICLOUD_SECRET_KEY, ...env } = clouds.env;
    await provider.kill();
    provider = await ProviderProcess.start(engine, {
      config: {
        ...clouds.config,
        "alicloud:accessKey": ALICLOUD_ACCESS_KEY,
        "alicloud:secretKey": ALICLOUD_SECRET_KEY,
      },
      env,
    });
    await Promise.all([1, 2, 3, 4].map((n) => provider.create(web(n, { weight: 50 }))));
    assert.equal(attached().length, 4);
  });

  it("attaches five at once in at most two calls, and detaches them so", async () => {
    const five = [...[1, 2, 3, 4].map((n) => web(n)), web(1, { port: 81 })];
    const attaching = await during(simulator, () => Promise.all(five.map((each) => created(each))));
    assert.equal(attached().length, 5);
    assert.ok(attaching.writes.length <= 2, `${attaching.writes.length} writes`);
    // A new process, as destroy has one: this one owns the pairs.
    await provider.kill();
    provider = await ProviderProcess.start(engine, clouds);
    const detaching = await during(simulator, () =>
      Promise.all(attaching.result.map(({ id, properties }) => provider.delete(id, properties))),
    );
    assert.deepEqual(attached(), []);
    assert.ok(detaching.writes.length <= 2, `${detaching.writes.length} writes`);
  });

  it("never writes twice at once to one server, where OpenStack would lose one of the two", async () => {
    const instanceId = "10000000-0000-4000-8000-000000000001";
    const groups = Array.from(
      { length: 10 },
      (_, index) => `20000000-0000-4000-8000-${String(101 + index).padStart(12, "0")}`,
    );
    simulator.setFaults({ latencyMs: 10 });
    const { writes } = await during(simulator, () =>
      Promise.all(
        groups.map((securityGroupId) => created({ instanceId, securityGroupId, __provider: NOVA })),
      ),
    );
    // None was lost: a lost one would have been written again.
    assert.equal(writes.length, 10);
    const port = Object.values(simulator.world.openstack.ports).find((each) => each.serverId === instanceId);
    assert.deepEqual(
      groups.filter((each) => !port?.securityGroupIds.includes(each)),
      [],
    );
  });

  it("fails with one line and no stack, in every method", async () => {
    const { id, properties } = await created(web(1));
    // A new process: this one would leave alone what it attached itself.
    await provider.kill();
    provider = await ProviderProcess.start(engine, clouds);
    simulator.setFaults({
      rules: [{ kind: "error", front: "alicloud.ess", code: "Forbidden.RAM", status: 403 }],
    });
    const failures = [
      await failure(provider.create(web(2))),
      await failure(provider.read(id, properties)),
      await failure(provider.delete(id, properties)),
      await failure(provider.update(id, properties, web(1, { weight: 3 }))),
    ];
    for (const { message } of failures) {
      assert.match(message, /^(attaching|reading|updating|detaching) VServer group .*Forbidden\.RAM: .*$/);
    }
    assert.doesNotMatch(provider.stderr, /\n\s+at /);
    assert.deepEqual(attached(), [vserverGroup(1)]);
  });

  it("tells what to do with an id to import, and with a state newer than itself", async () => {
    const imported = await failure(provider.read(webId(1), { __provider: ESS }));
    assert.match(imported.message, /cannot be imported or read by id.*declare it and run pulumi up/);
    const { id, properties } = await created(web(1));
    const newer = { ...properties, __schema: 2 };
    for (const work of [
      provider.read(id, newer),
      provider.delete(id, newer),
      provider.diff(id, newer, web(1)),
    ]) {
      assert.match((await failure(work)).message, /newer pulumi-cloud-attachments.*upgrade the package/);
    }
    assert.deepEqual(attached(), [vserverGroup(1)]);
  });

  describe("when a write went out and its outcome is not known", () => {
    it("keeps the id in state, from which update makes up for what is missing", async () => {
      simulator.setFaults({ rules: [{ kind: "hang", action: "AttachVServerGroups" }] });
      const { partial, message } = await failure(created(web(1, { __timeouts: { create: 2 } })));
      assert.match(message, /the deadline of 2 s passed/);
      assert.ok(partial);
      assert.equal(partial.id, webId(1));
      assert.deepEqual(partial.reasons, [message]);
      const { __provider, accountId, region, confirmed } = partial.properties;
      assert.deepEqual(
        { __provider, accountId, region, confirmed },
        { __provider: ESS, accountId: "1000000000000001", region: "cn-hangzhou", confirmed: false },
      );

      simulator.setFaults({});
      const { inputs } = await provider.check(web(1), web(1));
      assert.equal((await provider.diff(partial.id, partial.properties, inputs)).changes, "some");
      const { properties } = await provider.update(partial.id, partial.properties, inputs);
      assert.equal(properties.confirmed, true);
      assert.deepEqual(attached(), [vserverGroup(1)]);
    });

    it("looks before it writes again, and succeeds if it is there", async () => {
      simulator.setFaults({
        rules: [{ kind: "reset", action: "AttachVServerGroups", afterWork: true, times: 1 }],
      });
      const { result, writes } = await during(simulator, () => created(web(1)));
      assert.equal(result.properties.confirmed, true);
      assert.equal(writes.length, 1);
    });

    it("keeps nothing in state of a write that was refused", async () => {
      const { partial } = await failure(created(web(1, { loadBalancerId: "lb-bp1othervpc" })));
      assert.equal(partial, undefined);
    });
  });

  it("tells the engine what it adopts, and during a long wait what it waits for and until when", async () => {
    group().vserverGroups = [
      { loadBalancerId: "lb-bp1web", vserverGroupId: vserverGroup(1), port: 80, weight: 50 },
    ];
    await created(web(1));
    simulator.setFaults({ rules: [{ kind: "latency", action: "AttachVServerGroups", ms: 6_000 }] });
    await created(web(2));
    const messages = engine.log.map(({ message }) => message);
    assert.equal(messages.length, 2, messages.join("\n"));
    assert.match(
      messages[0] ?? "",
      /^attaching VServer group rsp-bp1web01 .*: attached already, adopted; pulumi destroy will detach it/,
    );
    assert.match(
      messages[1] ?? "",
      /^attaching VServer group rsp-bp1web02 .*: waiting for the answer; gives up at \d\d:\d\d:\d\d UTC$/,
    );
  });

  it("writes nothing more once its engine is gone", async () => {
    simulator.setFaults({ rules: [{ kind: "latency", action: "DescribeScalingGroups", ms: 500 }] });
    const { result, writes } = await during(simulator, async () => {
      const creating = failure(created(web(1)));
      await until(() => simulator.journal.at(-1)?.action === "GetCallerIdentity");
      engine.stop();
      return creating;
    });
    assert.match(result.message, /the Pulumi engine is gone; nothing more is done/);
    assert.equal(result.partial, undefined);
    assert.deepEqual(writes, []);
  });

  it("killed after the attach and before its end, the next create adopts", async () => {
    simulator.setFaults({ rules: [{ kind: "hang", action: "AttachVServerGroups", afterWork: true }] });
    const creating = created(web(1)).catch(() => {});
    await until(() => attached().length === 1);
    await provider.kill();
    await creating;
    simulator.setFaults({});
    provider = await ProviderProcess.start(engine, clouds);
    const { result, writes } = await during(simulator, () => created(web(1)));
    assert.equal(result.id, webId(1));
    assert.deepEqual(writes, []);
  });
});
