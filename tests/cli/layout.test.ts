import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Simulator } from "../../simulator/index";
import { during } from "../kit/journal";
import { program } from "../kit/programs";
import { inProject, type PulumiProject, root, succeeded } from "../kit/pulumi-project";

const ONE = program('new VServerGroupAttachment("one", web(1));');

describe("where the package is installed", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject(
    (made) => {
      ({ simulator, project } = made);
    },
    { each: true, project: () => ({ modules: false }) },
  );

  function link(folder: string, ...packages: string[]): void {
    for (const name of packages) {
      const path = join(project.folder, folder, "node_modules", name);
      mkdirSync(join(path, ".."), { recursive: true });
      symlinkSync(join(root, "node_modules", name), path, "dir");
    }
  }

  it("below a component library only: up says how to install it, since destroy would not find it", async () => {
    link(".", "@pulumi");
    link("library", "pulumi-cloud-attachments");
    project.file("library/index.js", ONE);
    project.write('require("./library");');
    const { result, calls } = await during(simulator, () => project.up());
    assert.notEqual(result.code, 0);
    assert.match(
      result.output,
      /pulumi-cloud-attachments cannot be loaded from .*npm install pulumi-cloud-attachments \(pnpm add/,
    );
    assert.deepEqual(calls, []);
  });

  it("not at all, at a destroy: an error that names the package, and nothing lost", async () => {
    link(".", "@pulumi", "pulumi-cloud-attachments");
    project.write(ONE);
    succeeded(await project.up());
    rmSync(join(project.folder, "node_modules", "pulumi-cloud-attachments"));
    const failed = await project.destroy();
    assert.notEqual(failed.code, 0);
    assert.match(failed.output, /Cannot find module 'pulumi-cloud-attachments\/runtime'/);
    assert.equal((await project.attachments()).length, 1);
    link(".", "pulumi-cloud-attachments");
    succeeded(await project.destroy());
    assert.deepEqual(simulator.world.alicloud.scalingGroups["asg-bp1web"]?.vserverGroups, []);
  });

  it("in a project whose program lies in another folder (main:)", async () => {
    link(".", "@pulumi", "pulumi-cloud-attachments");
    mkdirSync(join(project.folder, "program"));
    project.file(
      "Pulumi.yaml",
      JSON.stringify({
        name: "test",
        main: "program",
        runtime: { name: "nodejs", options: { typescript: false } },
      }),
    );
    project.write(ONE, "program/index.js");
    succeeded(await project.up());
    succeeded(await project.destroy());
    assert.deepEqual(simulator.world.alicloud.scalingGroups["asg-bp1web"]?.vserverGroups, []);
  });
});
