import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../kit/pulumi-project";

describe("a program in a folder from which the package cannot be loaded", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "elsewhere-"));
    mkdirSync(join(folder, "project", "program"), { recursive: true });
    writeFileSync(join(folder, "project", "Pulumi.yaml"), "name: test\nruntime: nodejs\n");
  });

  after(() => rmSync(folder, { recursive: true }));

  /** What Node.js says of a program that is run there; `cli`: with what the CLI's language host sets. */
  function run(where: string, options: { cli?: boolean; mocks?: boolean }): string {
    const { PULUMI_NODEJS_MONITOR: _, ...env } = process.env;
    const program = `
      const pulumi = require(${JSON.stringify(join(root, "node_modules", "@pulumi", "pulumi"))});
      const { alicloud } = require(${JSON.stringify(join(root, "providers", "dist", "index.js"))});
      const newResource = ({ name, inputs }) => ({ id: name, state: inputs });
      const ready = ${options.mocks === true} ? pulumi.runtime.setMocks({ newResource, call: () => ({}) }) : Promise.resolve();
      ready.then(() => {
        new alicloud.ecs.SecurityGroupAttachment("a", { instanceId: "i-1", securityGroupId: "sg-1" });
        console.log("constructed");
        process.exit(0);
      });`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", program], {
      cwd: join(folder, where),
      env: { ...env, ...(options.cli ? { PULUMI_NODEJS_MONITOR: "127.0.0.1:1" } : {}) },
      encoding: "utf8",
    });
    return stdout + stderr;
  }

  for (const where of ["project", "project/program"]) {
    it(`is refused where the CLI runs it: ${where}`, () => {
      const said = run(where, { cli: true });
      assert.match(said, /pulumi-cloud-attachments cannot be loaded from .*elsewhere-.*npm install/);
      assert.doesNotMatch(said, /constructed/);
    });
  }

  for (const [what, where, options] of [
    ["a unit test with mocks, even one that runs under the CLI", "project", { cli: true, mocks: true }],
    ["a program of the Automation API, started anywhere", "project", {}],
    ["the CLI in a folder of no project, whose `main` may be anywhere", ".", { cli: true }],
  ] as const) {
    it(`is not refused: ${what}`, () => {
      // Beside it the SDK tells of promises that such an end leaves open.
      assert.match(run(where, options), /^constructed\n/);
    });
  }
});
