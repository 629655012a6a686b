import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Simulator, startSimulator } from "../../simulator/index";
import { reach } from "../kit/clouds";
import { vserverGroup } from "../kit/programs";
import { PulumiProject } from "../kit/pulumi-project";

/** Two stacks of one process, of the same inline program. */
const TWO = `"use strict";
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { VServerGroupAttachment } = require("pulumi-cloud-attachments").alicloud.ess;
const program = async () => {
  new VServerGroupAttachment("web", {
    scalingGroupId: "asg-bp1web", loadBalancerId: "lb-bp1web", vserverGroupId: "rsp-bp1web01", port: 80,
  });
};
(async () => {
  for (const stackName of ["blue", "green"]) {
    const stack = await LocalWorkspace.createOrSelectStack(
      { projectName: "test", stackName, program },
      { workDir: __dirname },
    );
    const { summary } = await stack.up();
    console.log(stackName, JSON.stringify(summary.resourceChanges));
  }
})();
`;

describe("the automation API", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  before(async () => {
    simulator = await startSimulator();
    const clouds = reach(simulator);
    project = await PulumiProject.create({ clouds });
    for (const stack of ["blue", "green"]) {
      project.file(`Pulumi.${stack}.yaml`, JSON.stringify({ config: clouds.config }));
    }
  });

  after(async () => {
    await project?.close();
    await simulator?.stop();
  });

  it("takes two stacks of one process for two programs: no pair counts as declared twice", async () => {
    project.file("two.js", TWO);
    const { stdout } = await promisify(execFile)(process.execPath, ["two.js"], {
      cwd: project.folder,
      env: project.env,
    });
    assert.equal(stdout, 'blue {"create":2}\ngreen {"create":2}\n');
    assert.deepEqual(
      simulator.world.alicloud.scalingGroups["asg-bp1web"]?.vserverGroups.map((each) => each.vserverGroupId),
      [vserverGroup(1)],
    );
  });
});
