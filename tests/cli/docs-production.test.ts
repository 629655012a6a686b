import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Simulator } from "../../simulator/index";
import { during } from "../kit/journal";
import { program, webGroup } from "../kit/programs";
import { inProject, type PulumiProject, root, succeeded } from "../kit/pulumi-project";

describe("the drift check of README.md", () => {
  const [, flags = ""] = /^pulumi preview (.*)$/m.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
  let simulator: Simulator;
  let project: PulumiProject;

  inProject((made) => {
    ({ simulator, project } = made);
  });

  const check = () => during(simulator, () => project.preview(...flags.split(" ")));

  it("passes while all is as declared, fails at a changed setting and says which, and changes nothing", async () => {
    project.write(program('new VServerGroupAttachment("web", web(1, { weight: 20 }));'));
    succeeded(await project.up());
    succeeded((await check()).result);

    const [attached] = webGroup(simulator).vserverGroups;
    assert.ok(attached);
    attached.weight = 77;
    const before = await project.exportState();
    const { result, writes } = await check();
    assert.notEqual(result.code, 0, result.output);
    assert.match(result.output, /weight\s*:\s*77 => 20/);
    assert.deepEqual(writes, []);
    assert.equal(await project.exportState(), before);
    succeeded(await project.up("--refresh"));
    succeeded((await check()).result);
  });

  it("fails at a pair that was detached by hand", async () => {
    webGroup(simulator).vserverGroups = [];
    const { result, writes } = await check();
    assert.notEqual(result.code, 0, result.output);
    assert.deepEqual(writes, []);
  });

  it("passes beside what others attached", async () => {
    succeeded(await project.up("--refresh"));
    webGroup(simulator).vserverGroups.push({
      loadBalancerId: "lb-bp1foreign",
      vserverGroupId: "rsp-bp1foreign",
      port: 80,
      weight: 100,
    });
    succeeded((await check()).result);
  });
});
