import assert from "node:assert/strict";
import type { Simulator } from "../../simulator/index";
import { actionsOn, during } from "../kit/journal";
import { program, vserverGroup, webGroup, webId } from "../kit/programs";
import { inProject, type PulumiProject, succeeded } from "../kit/pulumi-project";
import { secretsOf } from "../kit/secrets";

const FOREIGN = { loadBalancerId: "lb-bp1foreign", vserverGroupId: "rsp-bp1foreign", port: 80, weight: 100 };

const FIVE = program(
  'for (const n of [1, 2, 3, 4]) new VServerGroupAttachment("web-" + n, web(n, { weight: 10 * n }));',
  `new VServerGroupAttachment("api", {
     scalingGroupId: "asg-bp1web", loadBalancerId: "lb-bp1api", vserverGroupId: "rsp-bp1api01", port: 8080, forceDetach: true,
   });`,
);

describe("pulumi and VServer groups of a scaling group", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject(async (made) => {
    ({ simulator, project } = made);
    simulator.world.alicloud.quotas.vserverGroupsPerScalingGroup = 6;
    group().vserverGroups.push({ ...FOREIGN });
    project.write(FIVE);
  });

  const group = () => webGroup(simulator);

  /** VServer groups attached to asg-bp1web, sorted. */
  function attached(): string[] {
    return group()
      .vserverGroups.map(({ vserverGroupId }) => vserverGroupId)
      .sort();
  }

  const all = ["rsp-bp1api01", "rsp-bp1foreign", ...[1, 2, 3, 4].map(vserverGroup)];

  it("previews without any call", async () => {
    const { result, calls } = await during(simulator, () => project.preview());
    succeeded(result);
    assert.deepEqual(calls, []);
  });

  it("attaches five of one scaling group in one up, each as declared", async () => {
    succeeded(await project.up());
    assert.deepEqual(attached(), all);
    assert.deepEqual(
      group()
        .vserverGroups.map(({ weight }) => weight)
        .sort((a, b) => a - b),
      [10, 20, 30, 40, 50, 100],
    );
  });

  it("has nothing to do in a second up: no write, no step, no diff", async () => {
    const { result, writes } = await during(simulator, () => project.up("--expect-no-changes"));
    succeeded(result);
    assert.deepEqual(writes, []);
    assert.deepEqual(new Set(Object.values(result.steps).flat()), new Set(["same"]));
  });

  it("keeps in state the vendor's ids and no code", async () => {
    const attachments = await project.attachments();
    assert.deepEqual(attachments.map(({ id }) => id).sort(), [
      "asg-bp1web:lb-bp1api:rsp-bp1api01:8080",
      ...[1, 2, 3, 4].map((n) => webId(n)),
    ]);
    const text =
      'exports.handler=()=>require("pulumi-cloud-attachments/runtime").alicloudEssVServerGroupAttachment;';
    assert.ok(text.length < 128);
    for (const { inputs, outputs, type } of attachments) {
      assert.equal(type, "pulumi-nodejs:dynamic/alicloud/ess:VServerGroupAttachment");
      assert.equal(inputs.__provider, text);
      assert.equal(outputs.__provider, text);
    }
  });

  it("keeps no secret in state", async () => {
    const state = await project.exportState();
    for (const secret of secretsOf(simulator.world))
      assert.ok(!state.includes(secret), `state holds ${secret}`);
  });

  it("after a detach behind our back, refresh finds it and up attaches exactly that one", async () => {
    group().vserverGroups = group().vserverGroups.filter((each) => each.vserverGroupId !== vserverGroup(2));
    succeeded(await project.refresh());
    const { result, writes } = await during(simulator, () => project.up());
    succeeded(result);
    assert.deepEqual(result.steps["web-2"], ["create"]);
    assert.deepEqual(
      writes.map(({ action }) => action),
      ["AttachVServerGroups"],
    );
    for (const other of [1, 3, 4]) assert.deepEqual(actionsOn(writes, vserverGroup(other)), []);
    assert.deepEqual(attached(), all);
  });

  it("after a change of weight behind our back, up --refresh brings the declared one back", async () => {
    const entry = group().vserverGroups.find(({ vserverGroupId }) => vserverGroupId === vserverGroup(3));
    assert.ok(entry);
    entry.weight = 99;
    const { result } = await during(simulator, () => project.up("--refresh"));
    succeeded(result);
    assert.equal(
      group().vserverGroups.find(({ vserverGroupId }) => vserverGroupId === vserverGroup(3))?.weight,
      30,
    );
    succeeded(await project.up("--expect-no-changes"));
  });

  it("changes a weight in place", async () => {
    project.write(FIVE.replace("10 * n", "10 * n + 1"));
    const result = await project.up();
    succeeded(result);
    assert.deepEqual(result.steps["web-1"], ["update"]);
    assert.deepEqual(attached(), all);
    assert.equal(
      group().vserverGroups.find(({ vserverGroupId }) => vserverGroupId === vserverGroup(1))?.weight,
      11,
    );
  });

  it("detaches all of ours and nothing else, taking instances out only where forceDetach says so", async () => {
    const backends = (id: string) => simulator.world.alicloud.vserverGroups[id]?.backends ?? [];
    for (const [id, port] of [
      ["rsp-bp1web01", 80],
      ["rsp-bp1api01", 8080],
    ] as const) {
      simulator.world.alicloud.vserverGroups[id]?.backends.push({ serverId: "i-bp1web01", port, weight: 50 });
    }
    succeeded(await project.destroy());
    assert.deepEqual(group().vserverGroups, [FOREIGN]);
    assert.equal(backends("rsp-bp1web01").length, 1);
    assert.equal(backends("rsp-bp1api01").length, 0);
    assert.deepEqual(await project.attachments(), []);
  });

  describe("what was deleted behind our back blocks nothing:", () => {
    const kinds = {
      "the VServer group": () => void delete simulator.world.alicloud.vserverGroups[vserverGroup(1)],
      "the load balancer": () => void delete simulator.world.alicloud.loadBalancers["lb-bp1web"],
      "the scaling group": () => void delete simulator.world.alicloud.scalingGroups["asg-bp1web"],
    };
    for (const [what, remove] of Object.entries(kinds)) {
      it(what, async () => {
        const before = structuredClone(simulator.world);
        project.write(program('new VServerGroupAttachment("web", web(1));'));
        try {
          succeeded(await project.up());
          remove();
          succeeded(await project.destroy());

          Object.assign(simulator.world, structuredClone(before));
          succeeded(await project.up());
          remove();
          succeeded(await project.refresh());
          succeeded(await project.destroy());
          assert.deepEqual(await project.attachments(), []);
        } finally {
          Object.assign(simulator.world, before);
        }
      });
    }
  });
});
