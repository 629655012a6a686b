import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { type Simulator, startSimulator, type World } from "../../simulator/index";
import { type Attached, onMembers, onScalingGroups, onServers } from "../kit/attached";
import { during } from "../kit/journal";
import { type Attachment, nameOf, PulumiProject, root, succeeded } from "../kit/pulumi-project";
import { secretsOf } from "../kit/secrets";

/** The examples, and where each one's attachments show. */
const examples: Record<string, (world: World) => Attached[]> = {
  "alicloud-ess-vserver-group-attachment": ({ alicloud }) => onScalingGroups(alicloud.scalingGroups),
  "alicloud-ecs-security-group-attachment": ({ alicloud }) => [
    ...onMembers(alicloud.instances, ":"),
    ...onMembers(alicloud.networkInterfaces, ":"),
  ],
  "alicloud-ens-security-group-attachment": ({ alicloud }) => onMembers(alicloud.ensInstances, ":"),
  "tencentcloud-cvm-security-group-attachment": ({ tencentcloud }) => onMembers(tencentcloud.instances, "#"),
  "huaweicloud-ecs-security-group-attachment": ({ huaweicloud }) => onServers(huaweicloud),
  "opentelekomcloud-compute-security-group-attachment": ({ opentelekomcloud }) => onServers(opentelekomcloud),
  "openstack-compute-security-group-attachment": ({ openstack }) => onServers(openstack),
};

const folder = join(root, "examples");
const URLS = /http:\/\/127\.0\.0\.1:\d+/g;

/** The README's ports for the simulator's fronts, each with where that front is in this run. */
function urls({ endpoints }: Simulator): Map<string, string> {
  const all = [...new Set(JSON.stringify(endpoints).match(URLS))];
  return new Map(all.map((url, index) => [`http://127.0.0.1:${4000 + index}`, url]));
}

/** Config that Pulumi would save in plain text, with the provider's, unless it is told that it is secret. */
const CREDENTIAL = /:(accessKey|secretKey|secretId|password)$/;

/** The project of an example, with the stack config that it has for the simulator. */
async function projectOf(example: string, simulator: Simulator): Promise<PulumiProject> {
  const read = (name: string) => readFileSync(join(folder, example, name), "utf8");
  const at = urls(simulator);
  const stack = read("Pulumi.simulator.yaml").replace(URLS, (url) => at.get(url) ?? `nothing is at ${url}`);
  const config = Object.entries((parse(stack) as { config: Record<string, unknown> }).config);
  const isSecret = ([key]: [string, unknown]) => CREDENTIAL.test(key);
  const project = await PulumiProject.create({
    yaml: parse(read("Pulumi.yaml")) as Record<string, unknown>,
    clouds: { config: Object.fromEntries(config.filter((entry) => !isSecret(entry))), env: {} },
    // `npm test` checks the types once, for all examples.
    env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
  });
  for (const [key, value] of config.filter(isSecret)) {
    await project.setConfig(key, String(value), { secret: true });
  }
  for (const name of ["package.json", "tsconfig.json", "index.ts"]) project.file(name, read(name));
  return project;
}

describe("examples", () => {
  let simulator: Simulator;

  before(async () => {
    simulator = await startSimulator();
  });
  after(() => simulator?.stop());

  it("are all run here; the quickstart is by npm start", () => {
    const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(found.map(({ name }) => name).sort(), [...Object.keys(examples), "quickstart"].sort());
  });

  it("leave their settings for the simulator as git has them when a stack is made", async () => {
    const { examplesEnvironment } = await import("../../scripts/environment.mjs");
    const { pulumiCli } = await import("../../scripts/pulumi-cli.mjs");
    const { run } = await import("../../scripts/lib/run.mjs");
    const cli = await pulumiCli();
    const place = mkdtempSync(join(tmpdir(), "attachments-examples-"));
    try {
      const state = join(place, "state");
      mkdirSync(state);
      cpSync(folder, join(place, "examples"), { recursive: true });
      cpSync(join(root, "Pulumi.yaml"), join(place, "Pulumi.yaml"));
      for (const example of [...Object.keys(examples), "quickstart"]) {
        const cwd = example === "quickstart" ? place : join(place, "examples", example);
        await run("pulumi", ["stack", "init", "simulator"], { cwd, env: examplesEnvironment(cli, state) });
        const settings = join("examples", example, "Pulumi.simulator.yaml");
        assert.equal(readFileSync(join(place, settings), "utf8"), readFileSync(join(root, settings), "utf8"));
      }
      assert.ok(!readdirSync(place).includes("Pulumi.simulator.yaml"), "the quickstart's are beside it");
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  for (const [example, attachedIn] of Object.entries(examples)) {
    describe(example, () => {
      let project: PulumiProject;
      let foreign: string[];
      let declared: Attachment[];

      before(async () => {
        project = await projectOf(example, simulator);
        foreign = attached();
      });
      after(() => project?.close());

      const attached = () =>
        attachedIn(simulator.world)
          .map(({ id }) => id)
          .sort();

      it("attaches what it declares, and has nothing to do the second time", async () => {
        succeeded(await project.up());
        declared = await project.attachments();
        const ids = declared.map(({ id }) => id);
        assert.ok(ids.length > 1);
        assert.deepEqual(
          ids.filter((id) => foreign.includes(id)),
          [],
          "a default must not be what others have attached",
        );
        assert.deepEqual(new Set(attached()), new Set([...foreign, ...ids]));

        const { result, writes } = await during(simulator, () => project.up("--expect-no-changes"));
        succeeded(result);
        assert.deepEqual(writes, []);
      });

      it("keeps neither secret nor code in state", async () => {
        const state = await project.exportState();
        for (const secret of secretsOf(simulator.world)) {
          assert.ok(!state.includes(secret), `state holds ${secret}`);
        }
        for (const { inputs } of declared) {
          assert.match(
            String(inputs.__provider),
            /^exports\.handler=\(\)=>require\("pulumi-cloud-attachments\/runtime"\)\.\w+;$/,
          );
        }
      });

      it("attaches exactly the one again that somebody detached", async () => {
        const before = attached();
        const [lost] = declared;
        assert.ok(lost);
        for (const { id, detach } of attachedIn(simulator.world)) if (id === lost.id) detach();
        assert.notDeepEqual(attached(), before);

        succeeded(await project.refresh());
        const { result, writes } = await during(simulator, () => project.up());
        succeeded(result);
        const created = Object.entries(result.steps).filter(([, steps]) => steps.includes("create"));
        assert.deepEqual(created, [[nameOf(lost.urn), ["create"]]]);
        assert.equal(writes.length, 1);
        assert.deepEqual(attached(), before);
      });

      it("leaves nothing of its own, and everything of others", async () => {
        succeeded(await project.destroy());
        assert.deepEqual(attached(), foreign);
        assert.deepEqual(await project.attachments(), []);
      });
    });
  }
});
