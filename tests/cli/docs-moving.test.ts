import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "../../simulator/index";
import { reach } from "../kit/clouds";
import { exampleOf, inTypeScript } from "../kit/document";
import { during } from "../kit/journal";
import { PulumiProject, root, succeeded } from "../kit/pulumi-project";

const PAGE = "docs/moving.md";

/** Stands for the vendor's package: a resource whose create and delete make the vendor's calls, and nothing more. */
const VENDOR = `"use strict";
const pulumi = require("@pulumi/pulumi");
const call = async (action, { instanceId, securityGroupId }) => {
  const { Client } = require("tencentcloud-sdk-nodejs/tencentcloud/services/cvm/v20170312/cvm_client");
  const { TENCENTCLOUD_SECRET_ID: secretId, TENCENTCLOUD_SECRET_KEY: secretKey, TEST_CVM: url } = process.env;
  const { host: endpoint } = new URL(url);
  const client = new Client({
    credential: { secretId, secretKey },
    region: process.env.TENCENTCLOUD_REGION,
    profile: { httpProfile: { endpoint, protocol: "http://" } },
  });
  await client[action]({ InstanceIds: [instanceId], SecurityGroupIds: [securityGroupId] });
};
const provider = {
  async create(inputs) {
    await call("AssociateSecurityGroups", inputs);
    return { id: inputs.instanceId + "#" + inputs.securityGroupId, outs: inputs };
  },
  delete: (id, outs) => call("DisassociateSecurityGroups", outs),
};
exports.CvmSecurityGroupAttachment = class extends pulumi.dynamic.Resource {
  constructor(name, args, opts) {
    super(provider, name, args, opts);
  }
};
`;

/** A folder whose node_modules are the checkout's, and the stand-in. */
function withVendor(): string {
  const folder = mkdtempSync(join(tmpdir(), "vendor-"));
  const [from, to] = [join(root, "node_modules"), join(folder, "node_modules")];
  mkdirSync(join(to, "@pulumi", "tencentcloud"), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== "@pulumi") symlinkSync(join(from, name), join(to, name));
  }
  symlinkSync(join(from, "@pulumi", "pulumi"), join(to, "@pulumi", "pulumi"));
  writeFileSync(join(to, "@pulumi", "tencentcloud", "index.js"), VENDOR);
  return folder;
}

describe("docs/moving.md: from the vendor's Tencent Cloud resource", () => {
  let simulator: Simulator;
  let project: PulumiProject;
  let modules: string;

  before(async () => {
    simulator = await startSimulator();
    modules = withVendor();
    project = await PulumiProject.create({
      ...inTypeScript,
      modules,
      clouds: reach(simulator),
      env: { ...inTypeScript.env, TEST_CVM: simulator.endpoints.tencentcloud.cvm ?? "" },
    });
  });
  after(async () => {
    await project?.close();
    await simulator?.stop();
    rmSync(modules, { recursive: true });
  });

  const isBound = () =>
    simulator.world.tencentcloud.instances["ins-web00001"]?.securityGroupIds.includes("sg-app00001");

  it("is never detached on the way, and takes no write", async () => {
    const first = exampleOf(PAGE, "tencent-1.ts");
    project.file("index.ts", first.replace("{ retainOnDelete: true }", "{}"));
    succeeded(await project.up());
    assert.ok(isBound(), "the stand-in did nothing");

    for (const text of [first, exampleOf(PAGE, "tencent-2.ts")]) {
      project.file("index.ts", text);
      const { result, writes } = await during(simulator, () => project.up());
      succeeded(result);
      assert.deepEqual(writes, []);
    }
    assert.ok(isBound());
    const ids = (await project.attachments()).map(({ id }) => id);
    assert.deepEqual(ids, ["ins-web00001#sg-app00001"]);
    succeeded(await project.up("--refresh", "--expect-no-changes"));
    succeeded(await project.destroy());
    assert.ok(!isBound());
  });

  it("needs the first step: without it the vendor's delete takes the pair off", async () => {
    project.file("index.ts", exampleOf(PAGE, "tencent-1.ts").replace("{ retainOnDelete: true }", "{}"));
    succeeded(await project.up());
    project.file("index.ts", exampleOf(PAGE, "tencent-2.ts"));
    succeeded(await project.up());
    assert.ok(!isBound());
  });
});
