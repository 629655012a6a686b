import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Simulator } from "../../simulator/index";
import { during } from "../kit/journal";
import { program, vserverGroup, webGroup } from "../kit/programs";
import { inProject, type PulumiProject, type Run, succeeded } from "../kit/pulumi-project";

/** Stands for a provider of the vendor's package, whose plugin is not here: the engine only hands it on. */
const ALICLOUD_PROVIDER = `const provider = Object.assign(Object.create(pulumi.ProviderResource.prototype), {
  pkg: "alicloud",
  urn: pulumi.output("urn:pulumi:test::test::pulumi:providers:alicloud::given"),
  id: pulumi.output("id"),
});`;

/** Sets an option of attachments alone: components have none of these. */
const TRANSFORMATION = `const set = (more) => ({ type, props, opts }) =>
  type.startsWith("pulumi-nodejs:dynamic/") ? { props, opts: { ...opts, ...more } } : undefined;`;

/** The attachment of web(1) named one, in a component with these options. */
const inComponent = (opts: string, ...more: string[]) =>
  program(
    TRANSFORMATION,
    ALICLOUD_PROVIDER,
    `const parent = new pulumi.ComponentResource("test:index:Component", "component", {}, ${opts});`,
    'new VServerGroupAttachment("one", web(1), { parent });',
    ...more,
  );

/** The same by a transformation of the whole stack. */
const inStack = (transformation: string) =>
  program(
    TRANSFORMATION,
    ALICLOUD_PROVIDER,
    `pulumi.runtime.registerStackTransformation(${transformation});`,
    'new VServerGroupAttachment("one", web(1));',
  );

describe("options that a program sets elsewhere than at the resource", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject((made) => {
    ({ simulator, project } = made);
  });

  const wherever: Record<string, (transformation: string) => string> = {
    component: (transformation) => inComponent(`{ transformations: [${transformation}] }`),
    stack: inStack,
  };

  for (const [where, programOf] of Object.entries(wherever)) {
    it(`customTimeouts of a transformation of its ${where} reach the operation`, async () => {
      simulator.setFaults({ rules: [{ kind: "hang", action: "AttachVServerGroups" }] });
      project.write(programOf('set({ customTimeouts: { create: "2s", delete: "40s" } })'));
      const { output, code } = await project.up();
      assert.notEqual(code, 0);
      assert.match(output, /the deadline of 2 s passed/);
      simulator.setFaults({});
      succeeded(await project.up());
      assert.deepEqual((await project.attachments())[0]?.outputs.__timeouts, { create: 2, delete: 40 });
      succeeded(await project.destroy());
      assert.deepEqual(webGroup(simulator).vserverGroups, []);
    });

    it(`a provider of another package that a transformation of its ${where} sets is refused`, async () => {
      project.write(programOf("set({ provider })"));
      const { result, writes } = await during(simulator, () => project.up());
      assert.notEqual(result.code, 0);
      assert.match(
        result.output,
        /VServerGroupAttachment "one": opts\.provider is a provider of package "alicloud"/,
      );
      assert.doesNotMatch(result.output, /\n\s+at /);
      assert.deepEqual(writes, []);
    });
  }

  it("a provider that a component hands down is named once, with what to give instead, and the region stays ours", async () => {
    const two = 'new VServerGroupAttachment("two", web(2), { parent });';
    project.write(inComponent("{ providers: [provider] }", two));
    const run = await project.up();
    succeeded(run);
    const named = run.problems.filter((line) => /hands down a provider of package "alicloud"/.test(line));
    assert.equal(named.length, 1, run.output);
    assert.match(named[0] ?? "", /`region` and `connection: \{ profile, assumeRole \}`/);
    succeeded(await project.destroy());
  });
});

describe("a program in another folder than its project's", () => {
  let simulator: Simulator;
  let project: PulumiProject;
  let elsewhere: string;

  inProject((made) => {
    ({ simulator, project } = made);
    elsewhere = mkdtempSync(join(tmpdir(), "elsewhere-"));
  });

  after(() => rmSync(elsewhere, { recursive: true, force: true }));

  async function attachesAndDetaches(): Promise<void> {
    succeeded(await project.up());
    assert.deepEqual(
      webGroup(simulator).vserverGroups.map(({ vserverGroupId }) => vserverGroupId),
      [vserverGroup(1)],
    );
    succeeded(await project.destroy());
    assert.deepEqual(webGroup(simulator).vserverGroups, []);
  }

  it("goes there after it has loaded the package", async () => {
    project.write(
      program(`process.chdir(${JSON.stringify(elsewhere)});`, 'new VServerGroupAttachment("one", web(1));'),
    );
    await attachesAndDetaches();
  });

  it("goes there before that", async () => {
    project.write(
      `process.chdir(${JSON.stringify(elsewhere)});\n${program('new VServerGroupAttachment("one", web(1));')}`,
    );
    await attachesAndDetaches();
  });

  it("is started there by the Automation API, with its project as workDir", async () => {
    project.file("automation.js", AUTOMATION);
    for (const operation of ["up", "destroy"]) {
      await promisify(execFile)(process.execPath, [join(project.folder, "automation.js"), operation], {
        cwd: elsewhere,
        env: project.env,
      });
      assert.equal(webGroup(simulator).vserverGroups.length, operation === "up" ? 1 : 0);
    }
  });
});

const AUTOMATION = `"use strict";
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { VServerGroupAttachment } = require("pulumi-cloud-attachments").alicloud.ess;
const program = async () => {
  new VServerGroupAttachment("web", {
    scalingGroupId: "asg-bp1web", loadBalancerId: "lb-bp1web", vserverGroupId: "rsp-bp1web01", port: 80,
  });
};
(async () => {
  const stack = await LocalWorkspace.selectStack(
    { projectName: "test", stackName: "test", program },
    { workDir: __dirname },
  );
  await stack[process.argv[2]]();
})();
`;

describe("what a preview tells", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject((made) => {
    ({ simulator, project } = made);
  });

  /** The preview of a program that must fail, without a call. */
  async function refused(...statements: string[]): Promise<Run> {
    project.write(program(...statements));
    const run = await project.preview();
    assert.notEqual(run.code, 0);
    return run;
  }

  it("takes alternatives of which one is not known yet", async () => {
    project.write(
      program(
        `class Late extends pulumi.dynamic.Resource {
          constructor() {
            super({ create: async () => ({ id: "late", outs: { instanceId: "i-bp1web01" } }) }, "late", { instanceId: undefined, none: undefined });
          }
        }
        const late = new Late();
        const { SecurityGroupAttachment } = attach.alicloud.ecs;
        new SecurityGroupAttachment("one", { instanceId: late.instanceId, networkInterfaceId: late.none, securityGroupId: "sg-bp1app01" });`,
      ),
    );
    succeeded(await project.preview());
    succeeded(await project.up());
    succeeded(await project.destroy());
  });

  const offline: Record<string, { env: Record<string, string>; program: string; says: RegExp }> = {
    "that there is no region": {
      env: { ALICLOUD_REGION: "" },
      program: 'new VServerGroupAttachment("one", web(1));',
      says: /property region value \{.*\} has a problem: no Alibaba Cloud region: give the argument `region`/,
    },
    "half a key": {
      env: { TENCENTCLOUD_SECRET_KEY: "" },
      program: `const { SecurityGroupAttachment } = attach.tencentcloud.cvm;
        new SecurityGroupAttachment("one", { instanceId: "ins-gz000001", securityGroupId: "sg-gzapp001" });`,
      says: /tencentcloud:secretId is set \(in config or environment\) but tencentcloud:secretKey is not/,
    },
  };
  for (const [what, { env, program: text, says }] of Object.entries(offline)) {
    it(`${what}, once, without a call`, async () => {
      const before = { ...project.env };
      Object.assign(project.env, env);
      simulator.journal.length = 0;
      const { problems, output } = await refused(text).finally(() => Object.assign(project.env, before));
      assert.equal(problems.filter((line) => says.test(line)).length, 1, output);
      assert.deepEqual(simulator.journal, []);
    });
  }

  it("a number that came as text, once", async () => {
    const { problems } = await refused('new VServerGroupAttachment("one", web(1, { port: "80" }));');
    const told = problems.filter((line) => /port must be/.test(line));
    assert.equal(told.length, 1, problems.join("\n"));
    assert.match(told[0] ?? "", /port must be a whole number from 1 to 65535, not the text "80"/);
  });
});
