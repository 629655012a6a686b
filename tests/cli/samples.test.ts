import assert from "node:assert/strict";
import type { Simulator, World } from "../../simulator/index";
import { during } from "../kit/journal";
import { program } from "../kit/programs";
import { inProject, type PulumiProject, succeeded } from "../kit/pulumi-project";

const SERVER = "10000000-0000-4000-8000-000000000001";
const GROUP = "20000000-0000-4000-8000-000000000101";
const groupsOf = (ports: World["openstack"]["ports"]) =>
  Object.values(ports).find(({ serverId }) => serverId === SERVER)?.securityGroupIds ?? [];

/** What tests/cli/ownership.test.ts proves of ESS in every variant, here once for each of the other clouds. */
const samples: Record<string, { args: object; group: string; groups: (world: World) => string[] }> = {
  "alicloud.ecs": {
    args: { instanceId: "i-bp1web03", securityGroupId: "sg-bp1app05" },
    group: "sg-bp1app05",
    groups: ({ alicloud }) => alicloud.instances["i-bp1web03"]?.securityGroupIds ?? [],
  },
  "alicloud.ens": {
    args: { instanceId: "i-5ens03", securityGroupId: "sg-5ensapp05" },
    group: "sg-5ensapp05",
    groups: ({ alicloud }) => alicloud.ensInstances["i-5ens03"]?.securityGroupIds ?? [],
  },
  "tencentcloud.cvm": {
    args: { instanceId: "ins-web00003", securityGroupId: "sg-app00005" },
    group: "sg-app00005",
    groups: ({ tencentcloud }) => tencentcloud.instances["ins-web00003"]?.securityGroupIds ?? [],
  },
  "openstack.compute": {
    args: { instanceId: SERVER, securityGroupId: GROUP },
    group: GROUP,
    groups: ({ openstack }) => groupsOf(openstack.ports),
  },
  "huaweicloud.ecs": {
    args: { instanceId: SERVER, securityGroupId: GROUP },
    group: GROUP,
    groups: ({ huaweicloud }) => groupsOf(huaweicloud.ports),
  },
};

describe("on every cloud, a pair", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject((made) => {
    ({ simulator, project } = made);
  });
  const all = Object.keys(samples);
  /** A program that declares the pairs of these types under each of the names. */
  const declaring = (types: readonly string[], ...names: string[]) =>
    program(
      ...types.flatMap((type) =>
        names.map(
          (name) =>
            `new attach.${type}.SecurityGroupAttachment("${type}-${name}", ${JSON.stringify(samples[type]?.args)});`,
        ),
      ),
    );
  const attached = () =>
    Object.entries(samples).flatMap(([type, { group, groups }]) =>
      groups(simulator.world).includes(group) ? [type] : [],
    );

  it("declared twice is refused by a preview, without a call", async () => {
    for (const type of all) {
      project.write(declaring([type], "one", "two"));
      const { result, calls } = await during(simulator, () => project.preview());
      assert.notEqual(result.code, 0);
      assert.ok(result.output.includes(`already declared by "${type}-one"`), type);
      assert.deepEqual(calls, []);
    }
  });

  it("stays attached throughout a rename, and is detached by destroy", async () => {
    project.write(declaring(all, "one"));
    succeeded(await project.up());
    assert.deepEqual(attached(), all);

    project.write(declaring(all, "another"));
    const { result, writes } = await during(simulator, () => project.up());
    succeeded(result);
    assert.deepEqual(writes, []);
    for (const type of all) {
      assert.deepEqual(result.steps[`${type}-another`], ["create"]);
      assert.deepEqual(result.steps[`${type}-one`], ["delete"]);
    }
    assert.deepEqual(attached(), all);

    succeeded(await project.destroy());
    assert.deepEqual(attached(), []);
  });
});
