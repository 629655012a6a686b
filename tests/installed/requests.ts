import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { handlerName } from "../../providers/core/contract/provider-text";
import type { Simulator } from "../../simulator/index";
import { uuid } from "../contract/servers";
import {
  alicloudConfig,
  huaweicloudConfig,
  openstackConfig,
  signed,
  tencentcloudConfig,
} from "../kit/clouds";
import { during } from "../kit/journal";
import { root } from "../kit/pulumi-project";
import { execute } from "./package-manager";

const server = { instanceId: uuid(1, 1), securityGroupId: uuid(2, 101) };

/** A pair of every kind in the simulator's world, by type token: what is called for one parent may differ from another. */
const pairs: Record<string, Record<string, unknown>[]> = {
  "alicloud/ecs:SecurityGroupAttachment": [
    { instanceId: "i-bp1web01", securityGroupId: "sg-bp1app01" },
    { networkInterfaceId: "eni-bp1web01", securityGroupId: "sg-bp1app01" },
  ],
  "alicloud/ens:SecurityGroupAttachment": [
    { instanceId: "i-5ens01", securityGroupId: "sg-5ensapp01" },
    { networkInterfaceId: "eni-5ens01", securityGroupId: "sg-5ensapp01" },
  ],
  "alicloud/ess:VServerGroupAttachment": [
    { scalingGroupId: "asg-bp1web", loadBalancerId: "lb-bp1web", vserverGroupId: "rsp-bp1web01", port: 80 },
  ],
  "tencentcloud/cvm:SecurityGroupAttachment": [
    { instanceId: "ins-web00001", securityGroupId: "sg-app00001" },
  ],
  "huaweicloud/ecs:SecurityGroupAttachment": [server],
  "opentelekomcloud/compute:SecurityGroupAttachment": [server],
  "openstack/compute:SecurityGroupAttachment": [server],
};

/** The handlers that {@link makeRequests} calls. */
export const handlers = Object.keys(pairs).map(handlerName);

/** A module that a process has loaded, and those that it was the first to load. */
export interface Loaded {
  filename: string;
  requires: string[];
}

/**
 * Creates a pair of every kind, then reads and deletes it in a second process; then loads what else the package may load.
 *
 * @param script - requests.cjs, or a copy in the folder whose installed package is meant.
 * @param env - more of the environment.
 * @returns what the second process had loaded.
 */
export async function makeRequests(
  simulator: Simulator,
  script = join(__dirname, "requests.cjs"),
  env: Record<string, string> = {},
): Promise<Loaded[]> {
  const config = {
    ...alicloudConfig(simulator, "main"),
    ...tencentcloudConfig(simulator, "main"),
    ...huaweicloudConfig(simulator, "huaweicloud", signed, "main"),
    ...huaweicloudConfig(simulator, "opentelekomcloud", signed, "main"),
    ...openstackConfig(simulator, "main"),
  };
  const creates = Object.entries(pairs).flatMap(([token, all]) =>
    all.map((inputs) => ({ handler: handlerName(token), config, inputs })),
  );
  const folder = mkdtempSync(join(tmpdir(), "attachments-requests-"));
  const file = join(folder, "requests.json");
  const run = async (request: { cases: object[]; modules: string[] }) => {
    writeFileSync(file, JSON.stringify(request));
    const { result, writes } = await during(simulator, () =>
      execute(process.execPath, [script, file], dirname(script), env),
    );
    assert.ok(writes.length >= request.cases.length, `${writes.length} writes`);
    return JSON.parse(result) as { states: object[]; loaded: Loaded[] };
  };
  try {
    const { states } = await run({ cases: creates, modules: [] });
    const deletes = creates.map((each, index) => ({ ...each, state: states[index] }));
    return (await run({ cases: deletes, modules: namedModules() })).loaded;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Modules of other packages that the sources `require` by name: some are loaded for certain credentials only. Names that are
 * put together at run time are not among them.
 */
function namedModules(): string[] {
  const folder = join(root, "providers");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !/(^|[\\/])(dist|node_modules)[\\/]/.test(file),
  );
  const names = sources.flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return [...text.matchAll(/\brequire\("([@\w][^"$]*)"\)/g)].map(([, name = ""]) => name);
  });
  return [...new Set(names)].filter((name) => !name.startsWith("@pulumi/"));
}
