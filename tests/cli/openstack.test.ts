import assert from "node:assert/strict";
import type { Simulator } from "../../simulator/index";
import { actionsOn, during } from "../kit/journal";
import { program } from "../kit/programs";
import { inProject, type PulumiProject, succeeded } from "../kit/pulumi-project";
import { secretsOf } from "../kit/secrets";

const SERVER = "10000000-0000-4000-8000-000000000024";
const TWO_NICS = "10000000-0000-4000-8000-000000000021";
/** Groups that others gave SERVER: default and monitoring. */
const FOREIGN = ["20000000-0000-4000-8000-000000000001", "20000000-0000-4000-8000-000000000004"];
const app = (n: number) => `20000000-0000-4000-8000-${String(100 + n).padStart(12, "0")}`;
const ten = Array.from({ length: 10 }, (_, index) => app(index + 1));

const TEN = program(
  "const { SecurityGroupAttachment } = attach.openstack.compute;",
  `for (const securityGroupId of ${JSON.stringify(ten)}) {`,
  `  new SecurityGroupAttachment("app-" + securityGroupId.slice(-2), { instanceId: "${SERVER}", securityGroupId });`,
  "}",
);

describe("pulumi and security groups of an OpenStack server", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject(async (made) => {
    ({ simulator, project } = made);
    project.write(TEN);
  });

  function ports(server: string) {
    const found = Object.values(simulator.world.openstack.ports).filter((port) => port.serverId === server);
    assert.ok(found.length > 0);
    return found;
  }

  /** Groups of each of the server's network interfaces, sorted. */
  const groupsOf = (server: string): string[][] =>
    ports(server).map((port) => [...port.securityGroupIds].sort());

  it("attaches ten to one server in one up: ten of ten, though Nova loses what is written at the same time", async () => {
    const { result, writes } = await during(simulator, () => project.up());
    succeeded(result);
    assert.deepEqual(groupsOf(SERVER), [[...FOREIGN, ...ten].sort()]);
    assert.equal(writes.length, 10);
    succeeded(await project.up("--expect-no-changes"));
  });

  it("names them as the peers do, and keeps neither code nor secret in state", async () => {
    const attachments = await project.attachments();
    assert.deepEqual(attachments.map(({ id }) => id).sort(), ten.map((group) => `${SERVER}/${group}`).sort());
    const text =
      'exports.handler=()=>require("pulumi-cloud-attachments/runtime").openstackComputeSecurityGroupAttachment;';
    assert.ok(text.length < 128);
    for (const { inputs, outputs } of attachments) {
      assert.equal(inputs.__provider, text);
      assert.equal(outputs.__provider, text);
    }
    const state = await project.exportState();
    for (const secret of secretsOf(simulator.world))
      assert.ok(!state.includes(secret), `state holds ${secret}`);
  });

  it("after a detach behind our back, attaches exactly that one again", async () => {
    for (const port of ports(SERVER)) {
      port.securityGroupIds = port.securityGroupIds.filter((group) => group !== app(3));
    }
    succeeded(await project.refresh());
    const { result, writes } = await during(simulator, () => project.up());
    succeeded(result);
    assert.deepEqual(result.steps["app-03"], ["create"]);
    assert.equal(writes.length, 1);
    assert.equal(actionsOn(writes, app(3)).length, 1);
    assert.deepEqual(groupsOf(SERVER), [[...FOREIGN, ...ten].sort()]);
  });

  it("detaches all ten and nothing else", async () => {
    succeeded(await project.destroy());
    assert.deepEqual(groupsOf(SERVER), [FOREIGN]);
  });

  it("takes a name, also of a server with two interfaces, and heals an interface that lost the group", async () => {
    project.write(
      program(
        `const byName = new attach.openstack.compute.SecurityGroupAttachment("web", {
           instanceId: "${TWO_NICS}", securityGroupName: "web",
         });`,
        "exports.group = byName.securityGroupId;",
      ),
    );
    const web = "20000000-0000-4000-8000-000000000002";
    const usual = FOREIGN[0] ?? "";
    const result = await project.up();
    succeeded(result);
    assert.match(result.output, new RegExp(web));
    assert.deepEqual(groupsOf(TWO_NICS), [
      [usual, web],
      [usual, web],
    ]);

    const [, second] = ports(TWO_NICS);
    assert.ok(second);
    second.securityGroupIds = [usual];
    succeeded(await project.refresh());
    succeeded(await project.up());
    assert.deepEqual(groupsOf(TWO_NICS), [
      [usual, web],
      [usual, web],
    ]);
    succeeded(await project.up("--expect-no-changes"));
  });

  it("takes nothing off a server on which it could not be put back, however often it is tried", async () => {
    const all = simulator.world.openstack.ports;
    const [first] = ports(TWO_NICS);
    assert.ok(first);
    const added = {
      "40000000-0000-4000-8000-000000009998": { ...first, portSecurityEnabled: false, securityGroupIds: [] },
      "40000000-0000-4000-8000-000000009999": { ...first, securityGroupIds: FOREIGN.slice(0, 1) },
    };
    Object.assign(all, added);
    const before = groupsOf(TWO_NICS);
    for (const _ of [1, 2]) {
      const result = await project.up("--refresh");
      assert.notEqual(result.code, 0);
      assert.match(
        result.problems.join("\n"),
        /network interface 40000000-0000-4000-8000-000000009998 .*nothing was taken off.*it is on 2 of the server's 3/,
      );
      assert.deepEqual(groupsOf(TWO_NICS), before);
    }
    for (const id of Object.keys(added)) delete all[id];
    succeeded(await project.up("--refresh"));
    succeeded(await project.up("--expect-no-changes"));
  });

  it("is not held up by a server that is gone", async () => {
    for (const [id, port] of Object.entries(simulator.world.openstack.ports)) {
      if (port.serverId === TWO_NICS) delete simulator.world.openstack.ports[id];
    }
    delete simulator.world.openstack.servers[TWO_NICS];
    succeeded(await project.refresh());
    assert.deepEqual(await project.attachments(), []);
    succeeded(await project.destroy());
  });
});
