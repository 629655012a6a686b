import assert from "node:assert/strict";
import type { JournalEntry, Simulator } from "../../simulator/index";
import { during } from "../kit/journal";
import { program } from "../kit/programs";
import { inProject, type PulumiProject, succeeded } from "../kit/pulumi-project";

const INSTANCES = Array.from({ length: 12 }, (_, index) => `ins-web${String(index + 1).padStart(5, "0")}`);
const GROUP = "sg-app00005";
/** Operations that the engine has under way at once: whatever names more instances asks for pairs that are still to come. */
const PARALLEL = 4;

describe("twelve attachments in one program", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject(async (made) => {
    ({ simulator, project } = made);
    simulator.setFaults({ latencyMs: 50 });
    project.write(
      program(
        `for (const instanceId of ${JSON.stringify(INSTANCES)})`,
        `  new attach.tencentcloud.cvm.SecurityGroupAttachment(instanceId, { instanceId, securityGroupId: "${GROUP}" });`,
      ),
    );
  });
  const attached = () =>
    INSTANCES.filter((id) => simulator.world.tencentcloud.instances[id]?.securityGroupIds.includes(GROUP));
  const asks = (calls: readonly JournalEntry[]) =>
    calls.filter(({ action }) => action === "DescribeInstances");
  const run = (command: "up" | "destroy") => () => project[command]("--parallel", String(PARALLEL));

  it("are looked at together, and attached in shared calls", async () => {
    const { result, calls, writes } = await during(simulator, run("up"));
    succeeded(result);
    assert.deepEqual(attached(), INSTANCES);
    assert.ok(asks(calls).length < 2 * INSTANCES.length, "each looks twice, and not alone");
    assert.ok(writes.length < INSTANCES.length);
  });

  it("are detached in shared calls, and make none when there is nothing to do", async () => {
    const again = await during(simulator, run("up"));
    succeeded(again.result);
    assert.deepEqual(again.calls, []);
    const { result, writes } = await during(simulator, run("destroy"));
    succeeded(result);
    assert.deepEqual(attached(), []);
    assert.ok(writes.length < INSTANCES.length);
  });
});
