import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { associations } from "../../providers/associations";
import type { Simulator } from "../../simulator/index";
import { stackConfig } from "../../simulator/index";
import { cloudAttachments } from "../kit/cloud-attachments";
import { during } from "../kit/journal";
import { inProject, type PulumiProject, succeeded } from "../kit/pulumi-project";

describe("from an account full of hand-made attachments to code", function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let project: PulumiProject;
  inProject(
    (made) => {
      ({ simulator, project } = made);
    },
    {
      project: ({ endpoints }) => ({
        clouds: { config: stackConfig(endpoints), env: {} },
        yaml: { runtime: { name: "nodejs" } },
      }),
    },
  );

  it("scan, adopt, import, up with nothing to do, drift, diff, graph of the difference, verify", async () => {
    const run = (...args: string[]) => cloudAttachments(args, { env: project.env, cwd: project.folder });
    project.file("index.ts", 'import "./attachments";\n');
    const compilerOptions = { target: "ES2022", module: "node16", moduleResolution: "node16", strict: true };
    project.file("tsconfig.json", JSON.stringify({ compilerOptions, files: ["index.ts"] }));

    const scan = await run("scan", "--json", "--stack", "test");
    assert.equal(scan.code, 0, scan.err);
    project.file("scan.json", scan.out);
    const { attachments } = JSON.parse(scan.out) as { attachments: { type: string; id: string }[] };
    const types = new Set(attachments.map(({ type }) => type));
    assert.deepEqual(
      [...types].sort(),
      Object.values(associations)
        .map(({ token }) => token)
        .sort(),
    );

    const adopted = await run("adopt", "--from", "scan.json", "--stack", "test");
    assert.equal(adopted.code, 0, adopted.err);

    const file = join(project.folder, "attachments.ts.import.json");
    const imported = await during(simulator, () =>
      project.import("--file", file, "--protect=false", "--generate-code=false"),
    );
    succeeded(imported.result);
    assert.deepEqual(imported.calls, [], "an import with inputs and outputs asks no cloud");

    const up = await during(simulator, () => project.up("--expect-no-changes"));
    succeeded(up.result);
    assert.deepEqual(up.writes, []);
    assert.equal((await project.attachments()).length, attachments.length);

    const same = await run("diff", "--stack", "test");
    assert.equal(same.code, 0, same.out + same.err);
    assert.match(same.out, /coverage 100 %/);

    // One is taken off by hand, one put on, and one has another weight.
    const { instances, scalingGroups } = simulator.world.alicloud;
    (instances["i-bp1web01"] as { securityGroupIds: string[] }).securityGroupIds = ["sg-bp1app01"];
    for (const each of scalingGroups["asg-bp1api"]?.vserverGroups ?? []) each.weight = 7;
    const diff = await run("diff", "--stack", "test", "--json");
    assert.equal(diff.code, 1, diff.err);
    const told = JSON.parse(diff.out) as { attachments: { id: string; status: string }[] };
    const differing = told.attachments.filter(({ status }) => status !== "managed");
    assert.deepEqual(Object.fromEntries(differing.map(({ id, status }) => [id, status])), {
      "asg-bp1api:lb-bp1foreign:rsp-bp1foreign:8080": "changed",
      "i-bp1web01:sg-bp1app01": "undeclared",
      "i-bp1web01:sg-bp1default": "gone",
    });

    project.file("diff.json", diff.out);
    const graph = await run("graph", "--from", "diff.json", "--out", "difference.svg");
    assert.equal(graph.code, 0, graph.err);
    const svg = readFileSync(join(project.folder, "difference.svg"), "utf8");
    for (const meaning of ["declared, but gone", "attached, but not declared"])
      assert.ok(svg.includes(meaning));

    // What is new alone is added, behind what is there to the letter.
    const before = readFileSync(join(project.folder, "attachments.ts"), "utf8");
    const again = await run("adopt", "--from", "diff.json", "--stack", "test");
    assert.equal(again.code, 0, again.err);
    const after = readFileSync(join(project.folder, "attachments.ts"), "utf8");
    assert.ok(after.startsWith(before));
    assert.ok(after.slice(before.length).includes('"i-bp1web01-sg-bp1app01"'));

    const verified = await run("verify", "--stack", "test");
    assert.equal(verified.code, 0, verified.out + verified.err);
    assert.match(verified.out, /^up adopts 1$/m);
  });
});
