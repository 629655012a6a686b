import assert from "node:assert/strict";
import { defaultWorld, type Simulator } from "../../simulator/index";
import { group, server } from "../kit/nova-ids";
import { simulatorForEachTest, simulatorForSuite } from "../kit/simulator";
import { Account, keystoneCases, login, novaCases, type OpenStackUnderTest } from "./openstack-cases";

function stageIn({ endpoints }: Simulator, ids = (id: string) => id): OpenStackUnderTest {
  const { authUrl = "", compute = "", network = "", password = "", projectId = "" } = endpoints.openstack;
  return {
    authUrl,
    compute,
    network,
    password,
    projectId,
    userId: "simulator-user-demo",
    applicationCredential: {
      id: "simulator-application-credential",
      name: "attachments",
      secret: "simulator-secret",
    },
    oneNic: server(1),
    twoNic: server(21),
    web: ids(group(2)),
    db: ids(group(3)),
    default: ids(group(1)),
    foreign: ids(group(203)),
  };
}

describe("simulated OpenStack, as the true one answers", () => {
  const simulator = simulatorForSuite();
  const stage = () => stageIn(simulator);
  describe("Nova", () => novaCases(stage));
  describe("Keystone", () => keystoneCases(stage));
});

describe("simulated OpenStack, where ids sort the other way round, as random ones may", () => {
  const openstack = JSON.parse(turn(JSON.stringify(defaultWorld().openstack)));
  const simulator = simulatorForSuite({ world: { openstack } });
  describe("Nova", () => novaCases(() => stageIn(simulator, turn)));

  /** The last digits of the ids of groups, ports and projects, subtracted from fff. */
  function turn(text: string): string {
    return text.replace(/\b(?:[23]0000000-0000-4000-8000-|0{20})[0-9a-f]{12}\b/g, (id) =>
      id.replace(/.{3}$/, (digits) => (0xfff - Number.parseInt(digits, 16)).toString(16)),
    );
  }
});

describe("simulated OpenStack", () => {
  const simulator = simulatorForEachTest();
  async function account(user = "demo", project = "demo"): Promise<Account> {
    const stage = stageIn(simulator);
    return new Account(stage, await login(stage, user, project));
  }
  const status = async (reply: Promise<{ status: number }>) => (await reply).status;

  it("has no port while a server is being built", async () => {
    const demo = await account();
    const message = `instance_id ${server(23)} could not be found as device id on any ports`;
    assert.deepEqual((await demo.list(server(23))).body, { security_groups: [] });
    for (const reply of [await demo.add(server(23), "web"), await demo.remove(server(23), "web")]) {
      assert.deepEqual([reply.status, reply.body], [404, { itemNotFound: { code: 404, message } }]);
    }
  });

  it("does not look at the status of a server", async () => {
    const demo = await account();
    assert.equal(await status(demo.add(server(22), "web")), 202);
    assert.equal(await status(demo.remove(server(22), "web")), 202);
  });

  it("loses changes of one server that overlap, and none that do not", async () => {
    const demo = await account();
    const apps = Array.from({ length: 10 }, (_, index) => group(101 + index));
    const attached = async () =>
      (await demo.names(server(2))).filter((name) => name.startsWith("app-")).length;
    simulator.setFaults({ latencyMs: 40 });
    const added = await Promise.all(apps.map((id) => status(demo.add(server(2), id))));
    assert.deepEqual([...new Set(added)], [202]);
    assert.ok((await attached()) < 10);

    for (const id of apps) await demo.remove(server(2), id);
    for (const id of apps) assert.equal(await status(demo.add(server(2), id)), 202);
    assert.equal(await attached(), 10);
    const removed = await Promise.all(apps.map((id) => status(demo.remove(server(2), id))));
    assert.deepEqual([...new Set(removed)], [202]);
    assert.ok((await attached()) > 0);

    const elsewhere = [3, 4, 5, 6].map((number) => status(demo.add(server(number), group(101))));
    assert.deepEqual([...new Set(await Promise.all(elsewhere))], [202]);
    for (const number of [3, 4, 5, 6]) {
      assert.deepEqual(await demo.names(server(number)), ["app-01", "default"]);
    }
  });

  it("answers as Nova 2024.2 does, when told to", async () => {
    const [demo, reader] = [await account(), await account("reader")];
    simulator.setFaults({ variants: { "nova.release": "2024.2" } });
    assert.equal(await status(demo.add(server(1), group(5))), 409);
    assert.equal(await status(demo.add(server(1), 5)), 400);
    assert.equal(await status(reader.add(server(1), "web")), 403);
  });

  it("lets tokens expire, and forgets those taken out of the world", async () => {
    const demo = await account();
    assert.equal(await status(demo.list(server(1))), 200);
    simulator.setFaults({ clockOffsetMs: 3_600_000 });
    assert.equal(await status(demo.list(server(1))), 401);
    simulator.setFaults({ rules: [{ kind: "expired", times: 1 }] });
    assert.deepEqual([await status(demo.list(server(1))), await status(demo.list(server(1)))], [401, 200]);
    delete simulator.world.openstack.tokens[demo.token];
    assert.equal(await status(demo.list(server(1))), 401);
  });

  it("says so in Nova's form when it is throttled or broken", async () => {
    const demo = await account();
    simulator.setFaults({
      rules: [
        { kind: "throttle", times: 1 },
        { kind: "error", code: "computeFault", times: 1 },
      ],
    });
    const throttled = await demo.list(server(1));
    assert.deepEqual([throttled.status, throttled.headers.get("retry-after")], [429, "1"]);
    assert.deepEqual(throttled.body, { overLimit: { code: 429, message: "This request was rate-limited." } });
    const broken = await demo.list(server(1));
    assert.deepEqual([broken.status, Object.keys(broken.body as object)], [500, ["computeFault"]]);
  });

  it("tells the journal who did what to which server", async () => {
    const demo = await account();
    simulator.journal.length = 0;
    await demo.add(server(7), "web");
    await demo.remove(server(7), "nope");
    assert.deepEqual(
      simulator.journal.map(({ front, action, kind, ids, done, status, code, accountId }) => [
        front,
        action,
        kind,
        ids,
        done,
        status,
        code,
        accountId,
      ]),
      [
        [
          "openstack.compute",
          "addSecurityGroup",
          "write",
          [server(7), "web"],
          true,
          202,
          undefined,
          demo.stage.projectId,
        ],
        [
          "openstack.compute",
          "removeSecurityGroup",
          "write",
          [server(7), "nope"],
          false,
          404,
          "itemNotFound",
          demo.stage.projectId,
        ],
      ],
    );
  });
});
