import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import type { World } from "../../simulator/index";
import { uuid } from "../contract/servers";
import { PulumiProject, root, succeeded } from "../kit/pulumi-project";
import { endsAt, killCommands, startCommand } from "../kit/simulator-command";
import { skip } from "../kit/skip";
import { execute, foreignTo, install, layouts, npm, pack } from "./package-manager";

const NAME = "pulumi-cloud-attachments-simulator";
const CLI = "pulumi-cloud-attachments-cli";
const EXAMPLE = join("node_modules", NAME, "world.example.json");

/** How a user starts the command that a project has installed. */
const starts: Record<string, string[]> = {
  npx: [npm.replace("npm", "npx"), "--no-install", NAME],
  "npm exec": [npm, "exec", "--offline", NAME, "--"],
  node: [process.execPath, join("node_modules", NAME, "dist", "main.js")],
};

/** Ids of world.example.json, and of the default world where that has none. */
const server = `{ instanceId: "${uuid(1, 1)}", securityGroupId: "${uuid(2, 101)}" }`;
const openstack = `new attach.openstack.compute.SecurityGroupAttachment("openstack", {
  instanceId: "6f1b0f66-9a3c-4c7e-8f53-0d3b6a5e1c01", securityGroupName: "web" });`;
const ecs = `new attach.alicloud.ecs.SecurityGroupAttachment("ecs", {
  instanceId: "i-mine01", securityGroupId: "sg-mine-web" });`;
const others = `
  new attach.alicloud.ess.VServerGroupAttachment("ess", {
    scalingGroupId: "asg-mine", loadBalancerId: "lb-mine", vserverGroupId: "rsp-mine", port: 80 });
  new attach.alicloud.ens.SecurityGroupAttachment("ens", {
    instanceId: "i-5ens01", securityGroupId: "sg-5ensapp01" });
  new attach.tencentcloud.cvm.SecurityGroupAttachment("cvm", {
    instanceId: "ins-mine0001", securityGroupId: "sg-mineweb0" });
  new attach.huaweicloud.ecs.SecurityGroupAttachment("huawei", ${server});
  new attach.opentelekomcloud.compute.SecurityGroupAttachment("otc", ${server});`;

const program = (...attachments: string[]) =>
  [`const attach = require("pulumi-cloud-attachments");`, ...attachments].join("\n");

/** A test of a user's: what the package's README says. */
const MOCHA = `
const assert = require("node:assert/strict");
const { defaultWorld, environment, stackConfig, startSimulator } = require("${NAME}");

describe("a program", () => {
  let simulator;
  before(async () => { simulator = await startSimulator({ world: require("./${EXAMPLE}") }); });
  after(() => simulator.stop());

  it("reaches it", async () => {
    assert.equal(environment(simulator.endpoints).ECS_ENDPOINT, simulator.endpoints.alicloud.ecs);
    assert.equal(stackConfig(simulator.endpoints)["tencentcloud:region"], "ap-guangzhou");
    assert.equal((await fetch(simulator.endpoints.control + "/journal")).status, 200);
    assert.deepEqual(Object.keys(simulator.world.alicloud.instances), ["i-mine01"]);
    assert.ok(defaultWorld().alicloud.instances["i-bp1web01"]);
  });
});
`;

/** The same types and names for an ES module in TypeScript. */
const TYPED = `
import { type PartialWorld, type Simulator, startSimulator } from "${NAME}";

const world: PartialWorld = { tencentcloud: { instances: {} } };
const simulator: Simulator = await startSimulator({ world, faults: { latencyMs: 1 } });
const { cvm }: Record<string, string> = simulator.endpoints.tencentcloud;
if (!cvm || Object.keys(simulator.world.tencentcloud.instances).length > 0) throw new Error("not as given");
await simulator.stop();
`;

describe("the packed simulator", () => {
  let project: PulumiProject;

  before(async function () {
    this.timeout(400_000);
    const own = require(join(root, "package.json")) as { devDependencies: Record<string, string> };
    const { "@pulumi/pulumi": pulumi, "@types/node": types, mocha, typescript } = own.devDependencies;
    project = await PulumiProject.create({ modules: false, yaml: { runtime: { name: "nodejs" } } });
    const description = {
      name: "test",
      private: true,
      dependencies: { "@pulumi/pulumi": pulumi, "pulumi-cloud-attachments": `file:${await pack()}` },
      devDependencies: {
        [NAME]: `file:${await pack(NAME)}`,
        [CLI]: `file:${await pack(CLI)}`,
        mocha,
        typescript,
        "@types/node": types,
      },
    };
    project.file("package.json", JSON.stringify(description));
    const { npm: layout } = layouts;
    assert.ok(layout);
    const reason = await install("npm", layout, project.folder);
    if (reason) skip(this, reason);
  });
  afterEach(killCommands);
  after(() => project?.close());

  const start = (how: string, ...args: string[]) => {
    const [command = "", ...more] = starts[how] ?? [];
    return startCommand(command, [...more, ...args], { cwd: project.folder, env: foreignTo(project.env) });
  };

  for (const how of Object.keys(starts)) {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const) {
      it(`${how} leaves nothing behind at ${signal}`, async function () {
        if (process.platform === "win32") skip(this, "Windows has no signals");
        await endsAt(signal, start(how));
      });
    }
  }

  /** All that is attached in the world that the control API at `control` shows. */
  async function attached(control: string) {
    const world = (await (await fetch(`${control}/world`)).json()) as World;
    const groups = (all: Record<string, { securityGroupIds: string[] }>) =>
      Object.entries(all).map(([id, { securityGroupIds }]) => [id, securityGroupIds]);
    return {
      ess: world.alicloud.scalingGroups,
      ecs: groups(world.alicloud.instances),
      ens: groups(world.alicloud.ensInstances),
      cvm: groups(world.tencentcloud.instances),
      openstack: groups(world.openstack.ports),
      huawei: groups(world.huaweicloud.ports),
      otc: groups(world.opentelekomcloud.ports),
    };
  }

  /** Up and destroy: what each changes in the worlds, by the name of the attachment. */
  async function walk(control: string): Promise<string[]> {
    const before = await attached(control);
    succeeded(await project.up());
    const after = await attached(control);
    succeeded(await project.up("--expect-no-changes"));
    succeeded(await project.destroy());
    assert.deepEqual(await attached(control), before);
    return Object.entries(after)
      .filter(([name, all]) => JSON.stringify(all) !== JSON.stringify(before[name as keyof typeof before]))
      .map(([name]) => name);
  }

  /** Starts it beside the project, with the example of a world. Returns what it printed, and its control API. */
  async function startBeside(option: string): Promise<{ printed: string; control: string }> {
    const { stdout } = start("npx", "--world", EXAMPLE, option);
    assert.ok(stdout);
    const printed = String((await once(stdout, "data"))[0]);
    const [, control = ""] = /^# .* (http:\S+)$/m.exec(printed) ?? [];
    return { printed, control };
  }

  it("--config is all that a stack needs for every cloud; --world has the user's ids", async () => {
    const { printed, control } = await startBeside("--config");
    project.file("Pulumi.test.yaml", printed);
    project.write(program(ecs, others, openstack));
    assert.deepEqual((await walk(control)).sort(), [
      "cvm",
      "ecs",
      "ens",
      "ess",
      "huawei",
      "openstack",
      "otc",
    ]);
  });

  it("--env is all that a shell needs for Alibaba Cloud and OpenStack", async () => {
    const { printed, control } = await startBeside("--env");
    project.file("Pulumi.test.yaml", "{}");
    for (const [, name = "", value = ""] of printed.matchAll(/^export (\w+)=(.*)$/gm)) {
      project.env[name] = value;
    }
    project.write(program(ecs, openstack));
    assert.deepEqual((await walk(control)).sort(), ["ecs", "openstack"]);
  });

  it("is what the packed cloud-attachments asks, in the project and with the config of its stack", async () => {
    const { printed } = await startBeside("--config");
    project.file("Pulumi.test.yaml", printed);
    const command = (...args: string[]) => {
      const [npx = "", ...options] = [
        npm.replace("npm", "npx"),
        "--no-install",
        "cloud-attachments",
        ...args,
      ];
      return execute(npx, [...options, "--stack", "test"], project.folder, project.env);
    };
    const { attachments } = JSON.parse(await command("scan", "--json")) as {
      attachments: { cloud: string }[];
    };
    // The example's OpenStack has a server without a group.
    const clouds = ["alicloud", "tencentcloud", "huaweicloud", "opentelekomcloud"];
    assert.deepEqual([...new Set(attachments.map(({ cloud }) => cloud))], clouds);
    assert.match(await command("graph", "--cloud", "tencentcloud"), /<svg .*mine0001.*<\/svg>/s);
  });

  it("is a library for the hooks of a test runner", async () => {
    project.file("simulator.test.js", MOCHA);
    const printed = await execute(npm, ["exec", "--offline", "mocha", "simulator.test.js"], project.folder);
    assert.match(printed, /1 passing/);
  });

  it("has types, and runs as an ES module's import", async () => {
    const compiler = join(project.folder, "node_modules", "typescript", "bin", "tsc");
    project.file("typed.mts", TYPED);
    const options = ["--strict", "--target", "es2022", "--module", "nodenext", "--types", "node"];
    await execute(process.execPath, [compiler, ...options, "typed.mts"], project.folder);
    // It ends by itself, with no server left listening.
    await execute(process.execPath, ["typed.mjs"], project.folder);
  });
});
