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
  this.timeout(300_000);
  let simulator: Simulator;
  let project: PulumiProject;
  inProject(
    (made) => {
      ({ simulator, project } = made);
    },
    {
      each: true,
      project: ({ endpoints }) => ({
        clouds: { config: stackConfig(endpoints), env: {} },
        yaml: { runtime: { name: "nodejs" } },
      }),
    },
  );

  beforeEach(() => {
    project.file("index.ts", 'import "./attachments";\n');
    const compilerOptions = { target: "ES2022", module: "node16", moduleResolution: "node16", strict: true };
    project.file("tsconfig.json", JSON.stringify({ compilerOptions, files: ["index.ts"] }));
  });

  /** A command, which must end with this code. */
  async function run(code: number, ...args: string[]): Promise<string> {
    const ended = await cloudAttachments([...args, "--stack", "test"], {
      env: project.env,
      cwd: project.folder,
    });
    assert.equal(ended.code, code, ended.out + ended.err);
    return ended.out;
  }
  const textOf = (name: string) => readFileSync(join(project.folder, name), "utf8");

  /** Takes over what adopt wrote, and finds nothing to do. */
  async function imported() {
    const file = join(project.folder, "attachments.ts.import.json");
    const takenOver = await during(simulator, () =>
      project.import("--file", file, "--protect=false", "--generate-code=false"),
    );
    succeeded(takenOver.result);
    assert.deepEqual(takenOver.calls, [], "an import with inputs and outputs asks no cloud");
    const up = await during(simulator, () => project.up("--expect-no-changes"));
    succeeded(up.result);
    assert.deepEqual(up.writes, []);
    assert.match(await run(0, "diff"), /coverage 100 %/);
  }

  /** What differs, by id. */
  async function differing(): Promise<Record<string, string>> {
    const out = await run(1, "diff", "--json");
    project.file("diff.json", out);
    const { attachments } = JSON.parse(out) as { attachments: { id: string; status: string }[] };
    const all = attachments.filter(({ status }) => status !== "managed");
    return Object.fromEntries(all.map(({ id, status }) => [id, status]));
  }

  it("scan, adopt, import, up with nothing to do, drift, diff, graph of the difference, verify", async () => {
    const scan = await run(0, "scan", "--json");
    project.file("scan.json", scan);
    const { attachments } = JSON.parse(scan) as { attachments: { type: string }[] };
    const types = new Set(attachments.map(({ type }) => type));
    assert.deepEqual([...types].sort(), tokens());

    await run(0, "adopt", "--from", "scan.json");
    await imported();
    assert.equal((await project.attachments()).length, attachments.length);

    // One is taken off by hand, one put on, and one has another weight.
    const { instances, scalingGroups } = simulator.world.alicloud;
    (instances["i-bp1web01"] as { securityGroupIds: string[] }).securityGroupIds = ["sg-bp1app01"];
    for (const each of scalingGroups["asg-bp1api"]?.vserverGroups ?? []) each.weight = 7;
    assert.deepEqual(await differing(), {
      "asg-bp1api:lb-bp1foreign:rsp-bp1foreign:8080": "changed",
      "i-bp1web01:sg-bp1app01": "undeclared",
      "i-bp1web01:sg-bp1default": "gone",
    });

    await run(0, "graph", "--from", "diff.json", "--out", "difference.svg");
    for (const meaning of ["declared, but gone", "attached, but not declared"])
      assert.ok(textOf("difference.svg").includes(meaning));

    // What is new alone is added, behind what is there to the letter.
    const before = textOf("attachments.ts");
    await run(0, "adopt", "--from", "diff.json");
    const after = textOf("attachments.ts");
    assert.ok(after.startsWith(before));
    assert.ok(after.slice(before.length).includes('"i-bp1web01-app-01"'));

    assert.match(await run(0, "verify"), /^up adopts 1$/m);
  });

  it("the same way with plural resources, and again when they could grow", async () => {
    const { alicloud, tencentcloud } = simulator.world;
    const { instances } = alicloud;
    alicloud.scalingGroups["asg-bp1api"]?.vserverGroups.push(
      { loadBalancerId: "lb-bp1api", vserverGroupId: "rsp-bp1api01", port: 80, weight: 50 },
      { loadBalancerId: "lb-bp1api", vserverGroupId: "rsp-bp1api01", port: 81, weight: 0 },
    );
    await run(0, "adopt", "--lists-from", "2", "--type", "ess");
    await run(0, "adopt", "--lists-from", "2", "--by", "group");
    await imported();
    const inState = await project.attachments();
    for (const token of tokens())
      assert.ok(
        inState.some(({ type }) => type.endsWith(`/${token}s`)),
        token,
      );

    // Of one list a pair is taken off and another setting changed; another list could grow.
    const [api] = alicloud.scalingGroups["asg-bp1api"]?.vserverGroups ?? [];
    (api as { weight: number }).weight = 7;
    (instances["i-bp1web01"] as { securityGroupIds: string[] }).securityGroupIds = ["sg-bp1app01"];
    tencentcloud.instances["ins-web00099"] = structuredClone(tencentcloud.instances["ins-web00001"]) as never;
    assert.deepEqual(await differing(), {
      "asg-bp1api:lb-bp1foreign:rsp-bp1foreign:8080": "changed",
      "i-bp1web01:sg-bp1app01": "undeclared",
      "i-bp1web01:sg-bp1default": "gone",
      "ins-web00099#sg-default1": "undeclared",
    });
    const before = textOf("attachments.ts");
    assert.match(await run(0, "adopt"), /^1 would fit into the list of "sg-default1"/m);
    assert.ok(textOf("attachments.ts").startsWith(before));
    assert.match(await run(0, "verify"), /^up adopts 2$/m);

    // A refresh sees what differs, and up mends it.
    succeeded(await project.refresh());
    assert.match(await run(0, "verify"), /^up adopts 2, attaches 1, changes 1$/m);
    const up = await during(simulator, () => project.up());
    succeeded(up.result);
    assert.deepEqual([...new Set(up.writes.map(({ action }) => action))].sort(), [
      "AttachVServerGroups",
      "DetachVServerGroups",
      "JoinSecurityGroup",
    ]);
    assert.match(await run(0, "diff"), /coverage 100 %/);
  });
});

const tokens = () =>
  Object.values(associations)
    .map(({ token }) => token)
    .sort();
