import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cloudAttachments } from "../kit/cloud-attachments";
import { PulumiProject, succeeded } from "../kit/pulumi-project";
import { environmentOf, Nova, openRc } from "./nova";

describe("from hand-made attachments of a true OpenStack to code", function () {
  this.timeout(300_000);
  this.slow(60_000);
  let nova: Nova;
  let project: PulumiProject;
  let server: string;
  let groups: string[];

  before(async function () {
    const rc = openRc(this);
    nova = new Nova(rc);
    server = rc.servers["one-nic"] as string;
    groups = Object.values(rc.security_groups).slice(0, 4);
    project = await PulumiProject.create({
      clouds: { config: {}, env: environmentOf(rc) },
      yaml: { runtime: { name: "nodejs" } },
    });
    project.file("index.ts", 'import "./attachments";\n');
    const compilerOptions = { target: "ES2022", module: "node16", moduleResolution: "node16", strict: true };
    project.file("tsconfig.json", JSON.stringify({ compilerOptions, files: ["index.ts"] }));
    // What else is attached in this project is others' business.
    project.file(".cloudattachmentsignore", ["*", ...groups.map((id) => `!* ${server}/${id}`)].join("\n"));
    for (const id of await ours()) await nova.remove(server, id);
  });
  after(() => project?.close());

  const ours = async () => (await nova.groups(server)).filter((id) => groups.includes(id)).sort();
  const idOf = (group: string | undefined) => `${server}/${group}`;
  const textOf = (name: string) => readFileSync(join(project.folder, name), "utf8");

  /** A command, which must end with this code. */
  async function run(code: number, ...args: string[]): Promise<string> {
    const ended = await cloudAttachments([...args, "--stack", "test"], {
      env: project.env,
      cwd: project.folder,
    });
    assert.equal(ended.code, code, ended.out + ended.err);
    return ended.out;
  }

  it("scan, adopt, import, up with nothing to do, drift, diff, graph of the difference, verify, repair", async () => {
    const [gone, , , added] = groups;
    for (const id of groups.slice(0, 3)) await nova.add(server, id);
    const chosen = ["--parent", server, "--group", groups.join()];
    const scan = await run(0, "scan", "--json", ...chosen);
    const { attachments } = JSON.parse(scan) as {
      attachments: { group: string; groupName?: string; parent: { name?: string } }[];
    };
    assert.deepEqual(attachments.map(({ group }) => group).sort(), groups.slice(0, 3).sort());
    for (const { group, groupName, parent } of attachments) {
      assert.ok(groupName && parent.name, group);
    }

    await run(0, "adopt", "--lists-from", "3", ...chosen);
    assert.match(textOf("attachments.ts"), /^new openstack\.compute\.SecurityGroupAttachments\(/m);
    const file = join(project.folder, "attachments.ts.import.json");
    succeeded(await project.import("--file", file, "--protect=false", "--generate-code=false"));
    succeeded(await project.up("--expect-no-changes"));
    assert.match(await run(0, "diff"), /^3 declared and attached, .*coverage 100 %$/m);

    await nova.remove(server, gone as string);
    await nova.add(server, added as string);
    const diff = await run(1, "diff", "--json");
    project.file("diff.json", diff);
    const told = JSON.parse(diff) as { attachments: { id: string; status: string }[] };
    const statusOf = (id: string) => told.attachments.find((each) => each.id === id)?.status;
    assert.deepEqual([statusOf(idOf(gone)), statusOf(idOf(added))], ["gone", "undeclared"]);
    await run(0, "graph", "--from", "diff.json", "--out", "difference.svg");
    assert.match(textOf("difference.svg"), /declared, but gone/);

    const before = textOf("attachments.ts");
    await run(0, "adopt", "--from", "diff.json");
    const more = textOf("attachments.ts").slice(before.length);
    assert.ok(textOf("attachments.ts").startsWith(before));
    assert.match(more, new RegExp(`SecurityGroupAttachment\\(.*\\n.*\\n.*"${added}"`));
    succeeded(await project.refresh());
    assert.match(await run(0, "verify"), /^up adopts 1, attaches 1$/m);
    succeeded(await project.up());
    assert.match(await run(0, "diff"), /^4 declared and attached, .*coverage 100 %$/m);
    succeeded(await project.destroy());
    assert.deepEqual(await ours(), []);
  });
});
