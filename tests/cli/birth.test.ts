import assert from "node:assert/strict";
import type { Simulator } from "../../simulator/index";
import { actionsOn, during } from "../kit/journal";
import { program } from "../kit/programs";
import { inProject, type PulumiProject, succeeded } from "../kit/pulumi-project";
import { until } from "../kit/until";

const INSTANCE = "i-bp1web01";
const NEW_INSTANCE = "i-bp1web02";
const GROUP = "sg-bp1app01";
const NEW_GROUP = "sg-bp1app02";
const SERVER = "10000000-0000-4000-8000-000000000001";
const WEB = "20000000-0000-4000-8000-000000000002";

describe("an end of a pair that is not there yet", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject((made) => {
    ({ simulator, project } = made);
    project.write(
      program(
        "const ecs = attach.alicloud.ecs.SecurityGroupAttachment;",
        `new ecs("instance", { instanceId: "${NEW_INSTANCE}", securityGroupId: "${GROUP}" });`,
        `new ecs("group", { instanceId: "${INSTANCE}", securityGroupId: "${NEW_GROUP}" });`,
        `new attach.openstack.compute.SecurityGroupAttachment("name", {
           instanceId: "${SERVER}", securityGroupName: "web",
         });`,
      ),
    );
  });

  /** Takes what the program names out of the world; the result puts it back. */
  function unborn(): () => void {
    const { alicloud, openstack } = simulator.world;
    const { [NEW_INSTANCE]: instance } = alicloud.instances;
    const { [NEW_GROUP]: group } = alicloud.securityGroups;
    const { [WEB]: web } = openstack.securityGroups;
    assert.ok(instance && group && web);
    delete alicloud.instances[NEW_INSTANCE];
    delete alicloud.securityGroups[NEW_GROUP];
    delete openstack.securityGroups[WEB];
    return () => {
      alicloud.instances[NEW_INSTANCE] = instance;
      alicloud.securityGroups[NEW_GROUP] = group;
      openstack.securityGroups[WEB] = web;
    };
  }

  const lines = (output: string) => output.match(/attaching .*looking again for 12 s/g) ?? [];

  it("is looked for again by create, which says so, and attached", async () => {
    const bear = unborn();
    const { ended } = project.start("up");
    const missed = ["DescribeInstanceAttribute", "JoinSecurityGroup", "listSecurityGroups"];
    await until(() => missed.every((action) => simulator.journal.some((entry) => entry.action === action)));
    bear();
    const result = await ended;
    succeeded(result);
    const { instances } = simulator.world.alicloud;
    assert.ok(instances[NEW_INSTANCE]?.securityGroupIds.includes(GROUP));
    assert.ok(instances[INSTANCE]?.securityGroupIds.includes(NEW_GROUP));
    // The CLI shows each twice.
    assert.equal(new Set(lines(result.output)).size, 3, result.output);
    assert.match(result.output, new RegExp(`instance ${NEW_INSTANCE} does not exist yet; looking again`));
    succeeded(await project.up("--expect-no-changes"));
  });

  it("is gone to a delete and to a refresh, at the first look", async () => {
    unborn();
    const refreshed = await during(simulator, () => project.refresh());
    succeeded(refreshed.result);
    const looks = ["DescribeInstances", "DescribeInstanceAttribute"];
    assert.deepEqual(actionsOn(refreshed.calls, NEW_INSTANCE), looks);
    assert.deepEqual(lines(refreshed.result.output), []);
    const destroyed = await during(simulator, () => project.destroy());
    succeeded(destroyed.result);
    assert.deepEqual(lines(destroyed.result.output), []);
    assert.deepEqual(await project.attachments(), []);
  });
});
