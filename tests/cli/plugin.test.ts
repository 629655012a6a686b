import assert from "node:assert/strict";
import { delimiter, join } from "node:path";
import type { Simulator } from "../../simulator/index";
import { reach } from "../kit/clouds";
import { during } from "../kit/journal";
import { inProject, type PulumiProject, root, succeeded } from "../kit/pulumi-project";
import { skip } from "../kit/skip";

const TYPE = "cloud-attachments:alicloud/ecs:SecurityGroupAttachment";
const DYNAMIC = "pulumi-nodejs:dynamic/alicloud/ecs:SecurityGroupAttachment";
/** As `pulumi package add` writes it. */
const packages = { "cloud-attachments": join(root, "providers", "plugin", "bin") };

/** How a stack reaches the simulator: `alicloud:*` for the dynamic form, and the same in one object for the plugin. */
function clouds(simulator: Simulator) {
  const { config, env } = reach(simulator);
  const ours = Object.entries(config).flatMap(([key, value]) => {
    const [cloud, name = ""] = key.split(":");
    return cloud === "alicloud" ? [[name, value]] : [];
  });
  return { config: { ...config, "cloud-attachments:alicloud": Object.fromEntries(ours) }, env };
}

describe("the provider plugin", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  before(async function () {
    const { build } = await import("../../scripts/setup.mjs");
    await build();
    const { yamlHost } = await import("../../scripts/pulumi-cli/yaml-host.mjs");
    const host = await yamlHost().catch((error: Error) => skip(this, error.message));
    if (host) process.env.PATH = `${host}${delimiter}${process.env.PATH}`;
  });

  inProject(
    (made) => {
      ({ simulator, project } = made);
    },
    { each: true, project: (simulator) => ({ clouds: clouds(simulator) }) },
  );

  const groups = () => simulator.world.alicloud.instances["i-bp1web01"]?.securityGroupIds ?? [];
  const attached = () => groups().includes("sg-bp1foreign");
  /** The YAML program that attaches one group under this name. */
  const yaml = (name?: string) => {
    const properties = { instanceId: "i-bp1web01", securityGroupId: "sg-bp1foreign" };
    const resources = name ? { [name]: { type: TYPE, properties } } : {};
    project.file("Pulumi.yaml", JSON.stringify({ name: "test", runtime: "yaml", packages, resources }));
  };

  it("attaches, finds drift, renames and imports from YAML, and detaches with nothing but Pulumi.yaml", async () => {
    yaml("web");
    const first = await project.up();
    succeeded(first);
    assert.deepEqual(first.steps, { web: ["create"] });
    assert.ok(attached());

    const again = await during(simulator, () => project.up("--expect-no-changes"));
    succeeded(again.result);
    assert.deepEqual(again.writes, []);

    yaml("renamed");
    const renamed = await during(simulator, () => project.up());
    succeeded(renamed.result);
    assert.deepEqual(renamed.result.steps, { renamed: ["create"], web: ["delete"] });
    assert.deepEqual(renamed.writes, []);
    assert.ok(attached());

    const instance = simulator.world.alicloud.instances["i-bp1web01"];
    assert.ok(instance);
    instance.securityGroupIds = groups().filter((id) => id !== "sg-bp1foreign");
    succeeded(await project.refresh());
    assert.deepEqual(await project.attachments(), []);
    succeeded(await project.up());
    assert.ok(attached());

    project.forgetAll();
    const id = "i-bp1web01:sg-bp1foreign";
    const flags = ["--skip-preview", "--protect=false", "--generate-code=false"];
    const imported = await project.import(TYPE, "renamed", id, ...flags);
    succeeded(imported);
    const after = await during(simulator, () => project.up("--expect-no-changes"));
    succeeded(after.result);
    assert.deepEqual(after.writes, []);

    yaml();
    succeeded(await project.destroy());
    assert.ok(!attached());
  });

  it("takes over what a dynamic resource attached, and gives it back, without a write", async () => {
    const dynamic = () => {
      project.file("Pulumi.yaml", JSON.stringify({ name: "test", runtime: "nodejs" }));
      project.write(
        'const { alicloud } = require("pulumi-cloud-attachments");\n' +
          'new alicloud.ecs.SecurityGroupAttachment("web", { instanceId: "i-bp1web01", securityGroupId: "sg-bp1foreign" });\n',
      );
    };
    dynamic();
    succeeded(await project.up());
    yaml("web");
    const over = await during(simulator, () => project.up());
    succeeded(over.result);
    assert.deepEqual(over.writes, []);
    assert.deepEqual(
      (await project.attachments()).map(({ type }) => type),
      [TYPE],
    );
    succeeded(await project.refresh());
    dynamic();
    const back = await during(simulator, () => project.up());
    succeeded(back.result);
    assert.deepEqual(back.writes, []);
    assert.deepEqual(
      (await project.attachments()).map(({ type }) => type),
      [DYNAMIC],
    );
    succeeded(await project.destroy());
    assert.ok(!attached());
  });
});
