import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Simulator, World } from "../../simulator/index";
import { during } from "../kit/journal";
import { program, vserverGroup, webGroup } from "../kit/programs";
import { inProject, type PulumiProject, succeeded } from "../kit/pulumi-project";

const FOREIGN = { loadBalancerId: "lb-bp1foreign", vserverGroupId: "rsp-bp1foreign", port: 80, weight: 100 };
const SERVER = "10000000-0000-4000-8000-000000000001";
const MONITORING = "20000000-0000-4000-8000-000000000004";
const WEB = "20000000-0000-4000-8000-000000000002";

describe("what changed between two runs:", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  let world: World;
  let env: Record<string, string>;

  inProject((made) => {
    ({ simulator, project } = made);
    world = structuredClone(simulator.world);
    env = { ...project.env };
  });

  beforeEach(() => {
    Object.assign(simulator.world, structuredClone(world));
    Object.assign(project.env, env);
    project.forgetAll();
  });

  const group = () => webGroup(simulator);

  it("somebody else attached another group: no difference, and destroy leaves it", async () => {
    project.write(program('new VServerGroupAttachment("one", web(1));'));
    succeeded(await project.up());
    group().vserverGroups.push({ ...FOREIGN });
    const { result, writes } = await during(simulator, () => project.up("--refresh", "--expect-no-changes"));
    succeeded(result);
    assert.deepEqual(writes, []);
    succeeded(await project.destroy());
    assert.deepEqual(group().vserverGroups, [FOREIGN]);
  });

  it("the configured region: destroy detaches where the pair is", async () => {
    project.write(program('new VServerGroupAttachment("one", web(1));'));
    succeeded(await project.up());
    project.env.ALICLOUD_REGION = "cn-beijing";
    const { result, writes } = await during(simulator, () => project.destroy());
    succeeded(result);
    assert.deepEqual(
      writes.map(({ action, region }) => [action, region]),
      [["DetachVServerGroups", "cn-hangzhou"]],
    );
    assert.deepEqual(group().vserverGroups, []);
  });

  it("the profile: one of the same account takes over without a write, one of another account changes nothing", async () => {
    const keys = { pulumi: "simulator-main-key", stranger: "simulator-other-key" };
    const profiles = Object.entries(keys).map(([name, access_key_id]) => ({
      name,
      mode: "AK",
      access_key_id,
      access_key_secret: simulator.world.alicloud.accessKeys[access_key_id]?.secret,
      region_id: "cn-hangzhou",
    }));
    mkdirSync(join(project.folder, ".aliyun"));
    project.file(".aliyun/config.json", JSON.stringify({ current: "pulumi", profiles }));
    const declare = (more: string) =>
      project.write(program(`new VServerGroupAttachment("one", web(1, { ${more} }));`));
    declare("");
    succeeded(await project.up());

    declare('connection: { profile: "pulumi" }');
    const same = await during(simulator, () => project.up());
    succeeded(same.result);
    assert.deepEqual(same.result.steps.one, ["update"]);
    assert.deepEqual(same.writes, []);

    declare('connection: { profile: "stranger" }');
    const other = await during(simulator, () => project.up());
    assert.match(other.result.output, /the credentials are of Alibaba Cloud account 1000000000000002/);
    assert.deepEqual(other.writes, []);
    assert.deepEqual(group().vserverGroups.length, 1);
    succeeded(await project.destroy());
    assert.deepEqual(group().vserverGroups, []);
  });

  it("the program spells out the region that the cloud had filled in: no difference, also under another name", async () => {
    const { OS_REGION_NAME: region = "" } = project.env;
    assert.ok(region);
    const declare = (name: string, more: string) =>
      project.write(
        program(
          `new attach.openstack.compute.SecurityGroupAttachment("${name}", {
             instanceId: "${SERVER}", securityGroupId: "${WEB}", ${more}
           });`,
        ),
      );
    delete project.env.OS_REGION_NAME;
    declare("web", "");
    succeeded(await project.up());
    assert.equal((await project.attachments())[0]?.outputs.region, region);
    declare("web", `region: "${region}"`);
    succeeded(await project.up("--expect-no-changes"));
    declare("renamed", "");
    const { result, writes } = await during(simulator, () => project.up());
    succeeded(result);
    assert.deepEqual(writes, []);
    assert.deepEqual(result.steps, { renamed: ["create"], web: ["delete"] });
  });

  it("the server got one more network interface: up --refresh puts the group on it, too", async () => {
    const { ports } = simulator.world.openstack;
    const [first] = Object.values(ports).filter(({ serverId }) => serverId === SERVER);
    assert.ok(first);
    project.write(
      program(
        `new attach.openstack.compute.SecurityGroupAttachment("web", { instanceId: "${SERVER}", securityGroupId: "${WEB}" });`,
      ),
    );
    succeeded(await project.up());
    assert.ok(first.securityGroupIds.includes(WEB));
    // No group is on both: only the list of interfaces tells that there are two.
    assert.ok(!first.securityGroupIds.includes(MONITORING));
    const added = { ...first, securityGroupIds: [MONITORING] };
    ports["40000000-0000-4000-8000-00000000abcd"] = added;
    succeeded(await project.up("--refresh"));
    assert.ok(added.securityGroupIds.includes(WEB));
    assert.ok(first.securityGroupIds.includes(WEB));
    succeeded(await project.up("--refresh", "--expect-no-changes"));
  });

  it("a newer version of this package wrote the state: up, refresh and destroy stop with the remedy", async () => {
    project.write(program('new VServerGroupAttachment("one", web(1));'));
    succeeded(await project.up());
    const file = project.stateFile;
    writeFileSync(file, readFileSync(file, "utf8").replace(/("__schema":\s*)1/g, "$12"));
    const before = await project.attachments();
    assert.equal(before[0]?.outputs.__schema, 2);
    project.write(program('new VServerGroupAttachment("one", web(1, { weight: 1 }));'));
    for (const command of [() => project.up(), () => project.refresh(), () => project.destroy()]) {
      const { result, writes } = await during(simulator, command);
      assert.notEqual(result.code, 0);
      assert.match(result.output, /written by a newer pulumi-cloud-attachments.*npm install/);
      assert.doesNotMatch(result.output, /\n\s+at /);
      assert.deepEqual(writes, []);
    }
    assert.deepEqual(
      group().vserverGroups.map(({ vserverGroupId }) => vserverGroupId),
      [vserverGroup(1)],
    );
    assert.deepEqual((await project.attachments())[0]?.outputs, before[0]?.outputs);
  });
});
