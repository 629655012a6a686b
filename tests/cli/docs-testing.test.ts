import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { exampleOf } from "../kit/document";
import { PulumiProject } from "../kit/pulumi-project";

describe("docs/testing.md", () => {
  let project: PulumiProject;

  before(async () => {
    project = await PulumiProject.create();
    project.file("ssh-access.ts", exampleOf("docs/components.md", "ssh-access.ts"));
  });
  after(() => project?.close());

  for (const name of ["ssh-access.test.ts", "simulator.test.ts"]) {
    it(`${name} passes`, async () => {
      project.file(name, exampleOf("docs/testing.md", name));
      // Node's runner prints what failed on stdout, and then exits with 1.
      await promisify(execFile)(process.execPath, ["--import", "tsx", "--test", name], {
        cwd: project.folder,
        env: { ...project.env, NODE_TEST_CONTEXT: undefined },
      }).catch((error: { stdout: string; stderr: string }) => {
        throw new Error(`${error.stdout}\n${error.stderr}`);
      });
    });
  }

  it("the mocks' test fails for a component that forgets the region", async () => {
    const component = exampleOf("docs/components.md", "ssh-access.ts");
    project.file(
      "ssh-access.ts",
      component.replace("{ instanceId, ...common }", '{ instanceId, ...common, region: "" }'),
    );
    const run = promisify(execFile)(process.execPath, ["--import", "tsx", "--test", "ssh-access.test.ts"], {
      cwd: project.folder,
      env: { ...project.env, NODE_TEST_CONTEXT: undefined },
    });
    await run.then(
      () => {
        throw new Error("it passes");
      },
      () => undefined,
    );
  });
});
