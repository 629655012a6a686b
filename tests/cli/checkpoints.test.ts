import assert from "node:assert/strict";
import type { Simulator } from "../../simulator/index";
import { during } from "../kit/journal";
import { program, vserverGroup, webGroup } from "../kit/programs";
import { inProject, type PulumiProject, succeeded } from "../kit/pulumi-project";
import { until } from "../kit/until";

describe("PULUMI_SKIP_CHECKPOINTS=true, which keeps finished steps out of state until the end", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject((made) => {
    ({ simulator, project } = made);
    project.env.PULUMI_SKIP_CHECKPOINTS = "true";
    project.trackProviders();
    project.write(program("for (const n of [1, 2, 3, 4]) new VServerGroupAttachment('web-' + n, web(n));"));
  });

  const attached = () =>
    webGroup(simulator)
      .vserverGroups.map(({ vserverGroupId }) => vserverGroupId)
      .sort();
  const all = [1, 2, 3, 4].map(vserverGroup);

  it("a crash loses the record, and up of the same program takes over all that was attached", async () => {
    simulator.setFaults({ rules: [{ kind: "hang", action: "AttachVServerGroups", skip: 3 }] });
    const running = project.start("up", "--parallel", "1");
    await until(() => attached().length === 3);
    running.child.kill("SIGKILL");
    await running.ended;
    for (const pid of project.providers()) process.kill(pid, "SIGKILL");
    await project.cancel();
    assert.deepEqual(await project.attachments(), [], "the price: nothing of it is in state");

    simulator.setFaults({});
    const { result, writes } = await during(simulator, () => project.up());
    succeeded(result);
    assert.equal(writes.length, 1, "three are adopted without a write");
    assert.deepEqual(attached(), all);
    succeeded(await project.up("--expect-no-changes"));
    succeeded(await project.destroy());
    assert.deepEqual(attached(), []);
  });
});
