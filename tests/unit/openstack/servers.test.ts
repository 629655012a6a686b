import assert from "node:assert/strict";
import type { AnyAssociation } from "../../../providers/core/contract/association";
import type { Properties } from "../../../providers/core/contract/inputs";
import { handler } from "../../../providers/core/provider/handler";
import { securityGroupAttachment as onHuawei } from "../../../providers/huaweicloud/ecs/security-group-attachment";
import { securityGroupAttachment as onOpenStack } from "../../../providers/openstack/compute/security-group-attachment";
import { securityGroupAttachment as onOtc } from "../../../providers/opentelekomcloud/compute/security-group-attachment";
import type { Simulator } from "../../../simulator/index";
import { newRun } from "../../kit/deployment";
import { startFastSimulator } from "../../kit/fast-clock";

const server = (number: number) => `10000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const group = (number: number) => `20000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const [DEFAULT, WEB, DB, STATELESS, TWIN] = [group(1), group(2), group(3), group(5), group(6)];
const TWO_NICS = server(21);

describe("Servers of a simulated Nova", () => {
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await startFastSimulator();
  });
  afterEach(() => simulator.stop());

  async function provider(association: AnyAssociation, config: Record<string, string>) {
    newRun();
    const made = handler(association);
    const get = (key: string) => config[key];
    await made.configure?.({ config: { get, require: (key) => get(key) ?? "" } });
    return made;
  }

  async function create(of: Awaited<ReturnType<typeof provider>>, given: Properties) {
    const { inputs, failures } = await of.check({}, given);
    assert.deepEqual(failures, []);
    const { id, outs } = await of.create(inputs as Properties);
    return { id, outs: outs as Properties, inputs: inputs as Properties };
  }

  /** The text a user sees, and what would be saved. */
  async function failure(attempt: Promise<unknown>) {
    try {
      await attempt;
    } catch (error) {
      const { message, reasons, id } = error as Error & { reasons?: string[]; id?: string };
      return { sentence: reasons?.[0] ?? message, id };
    }
    return assert.fail("did not fail");
  }

  describe("of OpenStack", () => {
    const config = () => {
      const { authUrl = "", username = "", password = "", projectName = "" } = simulator.endpoints.openstack;
      return {
        "openstack:authUrl": authUrl,
        "openstack:userName": username,
        "openstack:password": password,
        "openstack:tenantName": projectName,
      };
    };
    const nova = () => provider(onOpenStack, config());

    /** The groups of each interface. */
    const interfaces = (instanceId: string) =>
      Object.values(simulator.world.openstack.ports).filter((port) => port.serverId === instanceId);
    const groupsOf = (instanceId: string) =>
      interfaces(instanceId).map((port) => [...port.securityGroupIds].sort());
    const writes = () =>
      simulator.journal.filter((entry) => entry.kind === "write").map((entry) => entry.action);

    it("with two interfaces get the group on both", async () => {
      await create(await nova(), { instanceId: TWO_NICS, securityGroupId: WEB });
      assert.deepEqual(groupsOf(TWO_NICS), [
        [DEFAULT, WEB],
        [DEFAULT, WEB],
      ]);
      assert.deepEqual(writes(), ["addSecurityGroup"]);
    });

    for (const [lacking, repair] of [
      [0, ["addSecurityGroup"]],
      [1, ["addSecurityGroup", "removeSecurityGroup", "addSecurityGroup"]],
    ] as const) {
      it(`are repaired when interface ${lacking} lacks the group`, async () => {
        const of = await nova();
        const { id, outs, inputs } = await create(of, { instanceId: TWO_NICS, securityGroupId: WEB });
        const port = interfaces(TWO_NICS)[lacking];
        assert.ok(port);
        port.securityGroupIds = [DB];
        simulator.journal.length = 0;
        const { props } = await of.read(id, outs);
        assert.equal(props?.confirmed, false);
        assert.equal((await of.diff(id, props as Properties, inputs)).changes, true);
        await of.update(id, props as Properties, inputs);
        assert.deepEqual(
          groupsOf(TWO_NICS),
          lacking === 0 ? [[WEB, DB].sort(), [DEFAULT, WEB]] : [[DEFAULT, WEB], [WEB, DB].sort()],
        );
        assert.deepEqual(writes(), repair);
        assert.equal((await of.read(id, props as Properties)).props?.confirmed, true);
      });
    }

    it("with an interface that takes no groups get the group on all others", async () => {
      const of = await nova();
      const { id, outs } = await create(of, { instanceId: server(25), securityGroupId: WEB });
      assert.deepEqual(groupsOf(server(25)), [[DEFAULT, WEB], []]);
      assert.equal(outs.confirmed, true);
      assert.equal((await of.read(id, outs)).props?.confirmed, true);
    });

    it("keep the group where it is when it cannot be put on all of them", async () => {
      const of = await nova();
      const { id, outs, inputs } = await create(of, { instanceId: TWO_NICS, securityGroupId: WEB });
      const [first, second] = interfaces(TWO_NICS);
      assert.ok(first && second);
      // Between two that have it comes one that takes none, and then one that lacks it.
      const { ports } = simulator.world.openstack;
      const [unable, lacking] = [
        "30000000-0000-4000-8000-000000009998",
        "30000000-0000-4000-8000-000000009999",
      ];
      ports[unable] = { ...first, portSecurityEnabled: false, securityGroupIds: [] };
      ports[lacking] = { ...first, securityGroupIds: [DEFAULT] };
      const before = groupsOf(TWO_NICS);
      for (let up = 0; up < 2; up++) {
        const { props } = await of.read(id, outs);
        assert.equal(props?.confirmed, false);
        assert.equal((await of.diff(id, props as Properties, inputs)).changes, true);
        const { sentence } = await failure(of.update(id, props as Properties, inputs));
        assert.match(
          sentence,
          new RegExp(`network interface ${unable} .*nothing was taken off.*it is on 2 of the server's 3`),
        );
        assert.deepEqual(groupsOf(TWO_NICS), before);
      }
    });

    it("that are being built are waited for", async () => {
      const of = await nova();
      const created = create(of, { instanceId: server(23), securityGroupId: WEB });
      while (!simulator.journal.some((entry) => entry.action === "showServer")) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const built = simulator.world.openstack.servers[server(23)];
      const port = interfaces(server(1))[0];
      assert.ok(built && port);
      simulator.world.openstack.ports["30000000-0000-4000-8000-000000009999"] = {
        ...port,
        serverId: server(23),
      };
      built.status = "ACTIVE";
      await created;
      assert.deepEqual(groupsOf(server(23)), [[DEFAULT, WEB]]);
      assert.deepEqual(writes(), ["addSecurityGroup"]);
    });

    it("without interfaces are refused with the reason", async () => {
      const lone = simulator.world.openstack.servers[server(23)];
      assert.ok(lone);
      lone.status = "ACTIVE";
      const { sentence, id } = await failure(
        create(await nova(), { instanceId: server(23), securityGroupId: WEB }),
      );
      assert.match(
        sentence,
        /could not be found as device id on any ports .*hint: the server has no network interface/,
      );
      assert.ok(id);
    });

    for (const release of ["zed", "2024.2"] as const) {
      it(`refuse a stateless group beside a stateful one, on Nova ${release}`, async () => {
        if (release === "2024.2") simulator.setFaults({ variants: { "nova.release": release } });
        const { sentence, id } = await failure(
          create(await nova(), { instanceId: server(1), securityGroupId: STATELESS }),
        );
        assert.match(sentence, /hint: stateful and stateless security groups cannot be/);
        assert.equal(id, undefined);
        assert.deepEqual(writes(), ["addSecurityGroup"]);
      });
    }

    it("get a group by name, which is found again and detached by its id", async () => {
      const of = await nova();
      const { id, outs, inputs } = await create(of, { instanceId: server(1), securityGroupName: "web" });
      assert.equal(id, `${server(1)}/${WEB}`);
      assert.equal(outs.securityGroupId, WEB);
      assert.equal((await of.diff(id, outs, inputs)).changes, false);
      const other = await of.diff(id, outs, { ...inputs, securityGroupName: "db" });
      assert.deepEqual(other.replaces, ["securityGroupName"]);
      const web = simulator.world.openstack.securityGroups[WEB];
      assert.ok(web);
      web.name = "renamed";
      assert.equal((await of.read(id, outs)).id, id);
      newRun();
      await of.delete(id, outs);
      assert.deepEqual(groupsOf(server(1)), [[DEFAULT]]);
    });

    it("refuse an ambiguous name, and an unknown one", async () => {
      const of = await nova();
      const twin = await failure(create(of, { instanceId: server(1), securityGroupName: "twin" }));
      assert.match(
        twin.sentence,
        new RegExp(`2 security groups named "twin" .*${TWIN}, .*give securityGroupId instead`),
      );
      const gone = await failure(create(of, { instanceId: server(1), securityGroupName: "nope" }));
      assert.match(gone.sentence, /has no security group named "nope"/);
      assert.deepEqual(writes(), []);
    });

    it("are not asked about what is no id", async () => {
      const of = await nova();
      for (const [given, property] of [
        [{ instanceId: "web-01", securityGroupId: WEB }, "instanceId"],
        [{ instanceId: server(1), securityGroupId: "web" }, "securityGroupId"],
      ] as const) {
        const { failures } = await of.check({}, given);
        assert.deepEqual(
          failures?.map((each) => each.property),
          [property],
        );
        assert.match(failures?.[0]?.reason ?? "", /must be the id \(a UUID in lower case\)/);
      }
      assert.equal((await of.check({}, { instanceId: server(1) })).failures?.length, 1);
      const both = { instanceId: server(1), securityGroupId: WEB, securityGroupName: "web" };
      assert.notEqual((await of.check({}, both)).failures?.length, 0);
    });

    it("are reached again when the token has expired meanwhile", async () => {
      const of = await nova();
      const { id, outs } = await create(of, { instanceId: server(1), securityGroupId: WEB });
      simulator.setFaults({ rules: [{ kind: "expired", front: "openstack.compute", times: 1 }] });
      assert.equal((await of.read(id, outs)).id, id);
    });
  });

  for (const [name, association] of [
    ["huaweicloud", onHuawei],
    ["opentelekomcloud", onOtc],
  ] as const) {
    describe(`of ${name}`, () => {
      /** What reaches the simulator, without credentials. */
      function places(): Record<string, string> {
        const {
          ecs = "",
          iam = "",
          vpc = "",
          authUrl = "",
          region = "",
          projectName = "",
        } = simulator.endpoints[name];
        return name === "huaweicloud"
          ? { "huaweicloud:region": region, "huaweicloud:endpoints": JSON.stringify({ ecs, iam, vpc }) }
          : {
              "opentelekomcloud:region": region,
              "opentelekomcloud:authUrl": authUrl,
              "opentelekomcloud:tenantName": projectName,
              "opentelekomcloud:endpointOverrides": JSON.stringify({ compute: ecs, network: vpc }),
            };
      }
      const withKey = (key = "main"): Record<string, string> => ({
        ...places(),
        [`${name}:accessKey`]: `simulator-${key}-key`,
        [`${name}:secretKey`]: `simulator-${key}-secret`,
      });
      const withPassword = (): Record<string, string> => {
        const { userName = "", password = "", domainName = "" } = simulator.endpoints[name];
        return {
          ...places(),
          [`${name}:userName`]: userName,
          [`${name}:password`]: password,
          [`${name}:domainName`]: domainName,
        };
      };
      const groupsOf = (instanceId: string) =>
        Object.values(simulator.world[name].ports)
          .filter((port) => port.serverId === instanceId)
          .map((port) => [...port.securityGroupIds].sort());

      for (const [how, config] of [
        ["an access key", withKey],
        ["a password", withPassword],
      ] as const) {
        it(`are attached, found and detached with ${how}`, async () => {
          const of = await provider(association, config());
          const { id, outs } = await create(of, { instanceId: TWO_NICS, securityGroupName: "web" });
          assert.equal(outs.accountId, simulator.endpoints[name].projectId);
          assert.equal(outs.region, simulator.endpoints[name].region);
          assert.deepEqual(groupsOf(TWO_NICS), [
            [DEFAULT, WEB],
            [DEFAULT, WEB],
          ]);
          assert.equal((await of.read(id, outs)).id, id);
          newRun();
          await of.delete(id, outs);
          assert.deepEqual(groupsOf(TWO_NICS), [[DEFAULT], [DEFAULT]]);
          assert.deepEqual(await of.read(id, outs), {});
        });
      }

      it("are reached in another account through an agency", async () => {
        const of = await provider(association, withKey());
        const connection = { assumeRole: { roleArn: "simulator-other/deployer", durationSeconds: 900 } };
        const { outs } = await create(of, {
          instanceId: server(201),
          securityGroupId: group(211),
          connection,
        });
        assert.notEqual(outs.accountId, simulator.endpoints[name].projectId);
        assert.deepEqual(groupsOf(server(201)), [[group(201), group(211)].sort()]);
      });

      for (const form of ["nova", "native"]) {
        it(`that are gone are gone, in the ${form} form of the error`, async () => {
          simulator.setFaults({ variants: { "ecs.errors": form } });
          const of = await provider(association, withKey());
          const { id, outs } = await create(of, { instanceId: server(1), securityGroupId: WEB });
          delete simulator.world[name].servers[server(1)];
          assert.deepEqual(await of.read(id, outs), {});
          newRun();
          await of.delete(id, outs);
        });
      }

      it("are not believed gone by another account's key, or when the gateway knows no such path", async () => {
        const of = await provider(association, withKey());
        const { id, outs } = await create(of, { instanceId: server(1), securityGroupId: WEB });
        const stranger = await provider(association, withKey("other"));
        assert.match((await failure(stranger.read(id, outs))).sentence, /nothing was changed/);
        assert.match((await failure(stranger.delete(id, outs))).sentence, /nothing was changed/);
        simulator.setFaults({
          rules: [
            {
              kind: "error",
              front: `${name}.ecs`,
              status: 404,
              code: "APIGW.0101",
              message: "The API does not exist",
            },
          ],
        });
        assert.match((await failure(of.read(id, outs))).sentence, /APIGW\.0101/);
        assert.match((await failure(of.delete(id, outs))).sentence, /APIGW\.0101/);
        assert.deepEqual(groupsOf(server(1)), [[DEFAULT, WEB]]);
      });

      it("are not reached with a wrong secret, of which no message tells", async () => {
        const of = await provider(association, { ...withKey(), [`${name}:secretKey`]: "wr0ng-secret" });
        const { sentence, id } = await failure(create(of, { instanceId: server(1), securityGroupId: WEB }));
        assert.match(sentence, /APIGW\.0301: .*hint: check the access key/);
        assert.ok(!sentence.includes("wr0ng"));
        assert.equal(id, undefined);
      });
    });
  }
});
