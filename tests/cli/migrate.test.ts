import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, stackConfig, startSimulator } from "../../simulator/index";
import { cloudAttachments } from "../kit/cloud-attachments";
import { during } from "../kit/journal";
import { PulumiProject, succeeded } from "../kit/pulumi-project";
import { vendorPlugins, withModules } from "../kit/vendor-plugin";

const server = "10000000-0000-4000-8000-000000000001";
const group = (number: number) => `20000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** The vendors' resources, by name: their type, and what they attach. */
const attachments: Record<string, [type: string, args: object]> = {
  web: [
    "alicloud:ess/scalingGroupVServerGroups:ScalingGroupVServerGroups",
    {
      scalingGroupId: "asg-bp1web",
      vserverGroups: [
        {
          loadbalancerId: "lb-bp1web",
          vserverAttributes: [
            { vserverGroupId: "rsp-bp1web01", port: 80, weight: 60 },
            { vserverGroupId: "rsp-bp1web02", port: 81, weight: 50 },
          ],
        },
      ],
    },
  ],
  edge: [
    "alicloud:ens/instanceSecurityGroupAttachment:InstanceSecurityGroupAttachment",
    { instanceId: "i-5ens01", securityGroupId: "sg-5ensapp01" },
  ],
  app: [
    "tencentcloud:Cvm/securityGroupAttachment:SecurityGroupAttachment",
    { instanceId: "ins-web00001", securityGroupId: "sg-app00001" },
  ],
};
const instances: Record<string, [type: string, list: string, args: object]> = {
  ecs: [
    "alicloud:ecs/instance:Instance",
    "securityGroups",
    { standsFor: "i-bp1web01", securityGroups: ["sg-bp1app01"] },
  ],
  nova: [
    "openstack:compute/instance:Instance",
    "securityGroups",
    { standsFor: server, securityGroups: ["web", "db"] },
  ],
  huawei: [
    "huaweicloud:Ecs/instance:Instance",
    "securityGroupIds",
    { standsFor: server, securityGroupIds: [group(2)] },
  ],
};

const sorted = (texts: readonly string[] = []) => [...texts].sort();

interface Stage {
  /** Options of what is nothing but attachments; undefined: it is taken out. */
  attachments?: object;
  /** Whether the lists of the instances are ignored. */
  areIgnored?: boolean;
  /** Whether the lists are still in the program. */
  areEmpty?: boolean;
  /** Whether ours are declared. */
  ours?: boolean;
}

function program({
  attachments: options,
  areIgnored = false,
  areEmpty = false,
  ours = false,
}: Stage): string {
  const resource = (name: string, type: string, args: object, opts: object) =>
    `new pulumi.CustomResource(${JSON.stringify(type)}, "${name}", ${JSON.stringify(args)}, ${JSON.stringify(opts)});`;
  return [
    'import * as pulumi from "@pulumi/pulumi";',
    ...(ours ? ['import "./attachments";'] : []),
    ...Object.entries(options ? attachments : {}).map(([name, [type, args]]) =>
      resource(name, type, args, options ?? {}),
    ),
    ...Object.entries(instances).map(([name, [type, list, args]]) =>
      resource(
        name,
        type,
        areEmpty ? { ...args, [list]: [] } : args,
        areIgnored ? { ignoreChanges: [list] } : {},
      ),
    ),
    "",
  ].join("\n");
}

describe("cloud-attachments migrate, with a stand-in for the vendors' plugins", function () {
  this.timeout(240_000);
  let simulator: Simulator;
  let project: PulumiProject;
  let plugins: string;

  beforeEach(async () => {
    simulator = await startSimulator();
    plugins = withModules(mkdtempSync(join(tmpdir(), "vendor-")));
    const config = stackConfig(simulator.endpoints);
    project = await PulumiProject.create({
      clouds: { config, env: {} },
      yaml: { runtime: { name: "nodejs" }, plugins: vendorPlugins(plugins) },
      env: { TEST_VENDOR_CONFIG: JSON.stringify(config), PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
    });
    const compilerOptions = { target: "ES2022", module: "node16", moduleResolution: "node16", strict: true };
    project.file("tsconfig.json", JSON.stringify({ compilerOptions, files: ["index.ts"] }));
  });
  afterEach(async () => {
    await project?.close();
    await simulator?.stop();
    rmSync(plugins, { recursive: true });
  });

  /** What is attached by the vendors' resources, as the clouds say. */
  const attached = () => {
    const { alicloud, tencentcloud, openstack, huaweicloud } = simulator.world;
    const ports = [openstack, huaweicloud].flatMap(({ ports }) =>
      Object.values(ports).filter(({ serverId }) => serverId === server),
    );
    return [
      ...(alicloud.scalingGroups["asg-bp1web"]?.vserverGroups ?? []).map(
        ({ vserverGroupId, port, weight }) => `${vserverGroupId} ${port} ${weight}`,
      ),
      ...(alicloud.ensInstances["i-5ens01"]?.securityGroupIds ?? []),
      ...(tencentcloud.instances["ins-web00001"]?.securityGroupIds ?? []),
      ...(alicloud.instances["i-bp1web01"]?.securityGroupIds ?? []),
      ...ports.flatMap(({ securityGroupIds }) => securityGroupIds),
    ].sort();
  };
  const run = (...args: string[]) => cloudAttachments(args, { env: project.env, cwd: project.folder });
  interface Told {
    steps: { edits: string[]; commands: string[][] }[];
  }
  const stepsOf = async () => {
    const { code, out, err } = await run("migrate", "--stack", "test", "--json");
    assert.equal(code, 0, err);
    return (JSON.parse(out) as Told).steps;
  };
  const up = async (stage: Stage, ...args: string[]) => {
    project.file("index.ts", program(stage));
    succeeded(await project.up(...args));
  };

  it("moves every attachment to ours, and no cloud is written to at any time", async () => {
    await up({ attachments: {} });
    const before = attached();
    for (const id of ["rsp-bp1web01 80 60", "sg-5ensapp01", "sg-app00001", "sg-bp1app01", group(3)]) {
      assert.ok(before.includes(id), id);
    }

    const walk = await during(simulator, async () => {
      const written = await run("migrate", "--stack", "test", "--write");
      assert.equal(written.code, 0, written.err);
      const [adopts, takes] = await stepsOf();
      const given = Object.entries(instances).map(
        ([name, [type, list]]) => `give "${name}" (${type}) ignoreChanges: ["${list}"]`,
      );
      const kept = Object.entries(attachments).map(
        ([name, [type]]) => `give "${name}" (${type}) retainOnDelete: true`,
      );
      assert.deepEqual(sorted(adopts?.edits), sorted([...given, ...kept, 'import "./attachments";']));
      assert.equal(takes?.edits.length, Object.keys(attachments).length);

      // The first step, and what a pipeline may do in between.
      const first: Stage = { attachments: { retainOnDelete: true }, areIgnored: true, ours: true };
      project.file("index.ts", program(first));
      const verified = await run("verify", "--stack", "test");
      assert.equal(verified.code, 0, verified.out + verified.err);
      assert.match(verified.out, /^up adopts 8$/m);
      await up(first);
      await up(first, "--refresh", "--expect-no-changes");
      const [last, ...more] = await stepsOf();
      assert.deepEqual(more, []);
      assert.deepEqual(sorted(last?.edits), sorted(takes?.edits));

      // The second one.
      await up({ areIgnored: true, ours: true });
      assert.deepEqual(await stepsOf(), []);
      // Later, the lists go, too.
      await up({ areIgnored: true, areEmpty: true, ours: true });
    });
    assert.deepEqual(walk.writes, []);
    assert.deepEqual(attached(), before);
    assert.equal((await project.attachments()).length, 8);
    await up({ areIgnored: true, areEmpty: true, ours: true }, "--expect-no-changes");
  });

  it("is needed: the stand-in's delete detaches, and so does a list that loses a group", async () => {
    await up({ attachments: {} });
    assert.ok(attached().includes("sg-app00001"));
    await up({ areEmpty: true });
    for (const id of ["rsp-bp1web01 80 60", "sg-5ensapp01", "sg-app00001", "sg-bp1app01", group(3)]) {
      assert.ok(!attached().includes(id), id);
    }
  });

  it("adopts what Terraform's state tells of, without a write", async () => {
    const { instances: cvm } = simulator.world.tencentcloud;
    cvm["ins-web00001"]?.securityGroupIds.push("sg-app00001");
    const state = {
      version: 4,
      terraform_version: "1.9.8",
      resources: [
        {
          mode: "managed",
          type: "tencentcloud_cvm_security_group_attachment",
          name: "app",
          instances: [{ attributes: { instance_id: "ins-web00001", security_group_id: "sg-app00001" } }],
        },
      ],
    };
    project.file("terraform.tfstate", JSON.stringify(state));
    project.file("index.ts", 'import "./attachments";\n');
    const { writes } = await during(simulator, async () => {
      const written = await run("migrate", "terraform.tfstate", "--stack", "test", "--write");
      assert.equal(written.code, 0, written.err);
      const verified = await run("verify", "--stack", "test");
      assert.match(verified.out, /^up adopts 1$/m);
      succeeded(await project.up());
    });
    assert.deepEqual(writes, []);
    assert.deepEqual(
      (await project.attachments()).map(({ id }) => id),
      ["ins-web00001#sg-app00001"],
    );
  });
});
