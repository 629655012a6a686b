import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { exampleOf } from "../kit/document";
import { PulumiProject, root } from "../kit/pulumi-project";

describe("docs/testing.md, from the root of a monorepo that has the test runner's tools only", () => {
  let project: PulumiProject;
  let monorepo: string;

  before(async () => {
    project = await PulumiProject.create();
    project.file("ssh-access.ts", exampleOf("docs/components.md", "ssh-access.ts"));
    monorepo = mkdtempSync(join(tmpdir(), "monorepo-"));
    mkdirSync(join(monorepo, "node_modules"));
    symlinkSync(join(root, "node_modules", "tsx"), join(monorepo, "node_modules", "tsx"));
    mkdirSync(join(monorepo, "packages"));
    symlinkSync(project.folder, join(monorepo, "packages", "infra"));
  });
  after(async () => {
    rmSync(monorepo, { recursive: true });
    await project?.close();
  });

  /** Runs a test of the page, which prints what failed and then exits with 1. */
  async function run(name: string): Promise<{ code?: number; stdout: string }> {
    project.file(name, exampleOf("docs/testing.md", name));
    // Without the variable the inner runner would report to an outer one.
    const options = { cwd: monorepo, env: { ...project.env, NODE_TEST_CONTEXT: undefined } };
    const args = ["--import", "tsx", "--test", join("packages", "infra", name)];
    return promisify(execFile)(process.execPath, args, options).catch((error) => error);
  }

  for (const name of ["ssh-access.test.ts", "simulator.test.ts"]) {
    it(`${name} passes`, async () => {
      const { code, stdout } = await run(name);
      assert.equal(code, undefined, stdout);
      assert.match(stdout, /^. pass [12]$/m);
    });
  }

  it("the mocks' test fails for a component that forgets the region", async () => {
    const component = exampleOf("docs/components.md", "ssh-access.ts");
    project.file(
      "ssh-access.ts",
      component.replace("{ instanceId, ...common }", '{ instanceId, ...common, region: "" }'),
    );
    const { code, stdout } = await run("ssh-access.test.ts");
    assert.equal(code, 1);
    assert.match(stdout, /^. fail 1$/m);
  });
});
