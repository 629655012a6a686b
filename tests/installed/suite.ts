import assert from "node:assert/strict";
import { copyFileSync, cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { defaultWorld, type Simulator, startSimulator } from "../../simulator/index";
import { reach } from "../kit/clouds";
import { PulumiProject, root, succeeded } from "../kit/pulumi-project";
import { skip } from "../kit/skip";
import { execute, install, type Layout, layouts, pack } from "./package-manager";
import { makeRequests } from "./requests";

const ARGS = `{ scalingGroupId: "asg-bp1web", loadBalancerId: "lb-bp1web", vserverGroupId: "rsp-bp1web01", port: 80 }`;

export const programs = {
  "a CommonJS program": {
    type: "commonjs",
    text: `const { alicloud } = require("pulumi-cloud-attachments");
      exports.id = new alicloud.ess.VServerGroupAttachment("web", ${ARGS}).id;`,
  },
  "an ES module program": {
    type: "module",
    text: `import * as attach from "pulumi-cloud-attachments";
      import { alicloud } from "pulumi-cloud-attachments";
      if (attach.alicloud !== alicloud) throw new Error("the two imports differ");
      export const id = new alicloud.ess.VServerGroupAttachment("web", ${ARGS}).id;`,
  },
};

/** A package that comes with ours, which does not declare it. */
const UNDECLARED = "@darabonba/typescript";

/** Tests the packed package in a fresh project of each kind that `isMeant` picks. */
export function installed(isMeant: (layout: Layout) => boolean): void {
  describe("the packed package, installed by", () => {
    let simulator: Simulator;
    let tarball: string;

    before(async () => {
      simulator = await startSimulator();
      tarball = await pack();
    });
    after(() => simulator?.stop());

    for (const [name, layout] of Object.entries(layouts).filter(([, each]) => isMeant(each))) {
      describe(name, () => {
        let project: PulumiProject;

        before(async function () {
          this.timeout(400_000);
          Object.assign(simulator.world, defaultWorld());
          project = await PulumiProject.create({
            clouds: reach(simulator),
            modules: false,
            yaml: { runtime: { name: "nodejs" } },
          });
          describePackage("commonjs");
          const reason = await install(name, layout, project.folder);
          if (reason) skip(this, reason);
          Object.assign(project.env, layout.run?.(project.folder));
        });
        after(() => project?.close());

        function describePackage(type: string): void {
          const own = require(join(root, "package.json")) as { devDependencies: Record<string, string> };
          const { "@pulumi/pulumi": pulumi, typescript, "@types/node": types } = own.devDependencies;
          const description = {
            name: "test",
            private: true,
            type,
            dependencies: { "@pulumi/pulumi": pulumi, "pulumi-cloud-attachments": `file:${tarball}` },
            devDependencies: { typescript, "@types/node": types },
          };
          project.file("package.json", JSON.stringify(description));
        }

        /** Runs a script in the project, as `node` there would. */
        const node = (...args: string[]) =>
          execute(process.execPath, args, project.folder, layout.run?.(project.folder));

        it("makes every cloud's requests", async () => {
          const script = join(project.folder, "requests.cjs");
          copyFileSync(join(__dirname, "requests.cjs"), script);
          await makeRequests(simulator, script, layout.run?.(project.folder));
        });

        for (const [what, { type, text }] of Object.entries(programs)) {
          if (layout.strict && type === "module") continue;
          it(`${what}: up, up again, destroy`, async () => {
            describePackage(type);
            project.write(text);
            const group = () => simulator.world.alicloud.scalingGroups["asg-bp1web"];
            succeeded(await project.up());
            assert.equal(group()?.vserverGroups.length, 1);
            succeeded(await project.up("--expect-no-changes"));
            succeeded(await project.destroy());
            assert.deepEqual(group()?.vserverGroups, []);
          });
        }

        if (layout.strict) {
          it("sees only what it declares", async () => {
            const find = `require("node:module").createRequire(require.resolve("pulumi-cloud-attachments/runtime")).resolve`;
            await node("-e", `${find}("undici")`);
            await assert.rejects(node("-e", `${find}("${UNDECLARED}")`), new RegExp(UNDECLARED));
          });
          return;
        }

        it("is a folder of its own, without sources or tests", () => {
          const folder = join(project.folder, "node_modules", "pulumi-cloud-attachments");
          assert.ok(existsSync(join(folder, "dist", "runtime.js")));
          for (const absent of ["runtime.ts", "tsconfig.json", "node_modules/@pulumi"]) {
            assert.ok(!existsSync(join(folder, absent)), absent);
          }
        });

        it("the quickstart, in TypeScript: type check, up, up again, refresh, destroy", async () => {
          describePackage("commonjs");
          rmSync(join(project.folder, "index.js"), { force: true });
          for (const file of ["index.ts", "tsconfig.json"]) {
            cpSync(join(root, "examples", "quickstart", file), join(project.folder, file));
          }
          const before = structuredClone(simulator.world);
          await node(
            join(project.folder, "node_modules", "typescript", "bin", "tsc"),
            "--noEmit",
            "--project",
            ".",
          );

          succeeded(await project.up());
          assert.equal((await project.attachments()).length, 3);
          assert.notDeepEqual(resourcesOf(simulator.world), resourcesOf(before));
          succeeded(await project.up("--expect-no-changes"));
          succeeded(await project.refresh("--expect-no-changes"));
          succeeded(await project.destroy());
          assert.deepEqual(resourcesOf(simulator.world), resourcesOf(before));
        });
      });
    }
  });
}

/** The attachments of a world, without what logins leave in it. */
function resourcesOf({ alicloud, openstack }: Simulator["world"]) {
  return {
    scalingGroups: alicloud.scalingGroups,
    instances: alicloud.instances,
    ports: openstack.ports,
  };
}
