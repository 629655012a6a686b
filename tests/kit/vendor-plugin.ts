import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./pulumi-project";

/** Clouds for whose packages the stand-in answers. */
const packages = ["alicloud", "tencentcloud", "openstack", "huaweicloud"];

/**
 * Stands for the vendors' provider plugins: resources under the vendors' own types, each of which attaches what it lists when it is
 * created, detaches what leaves its list when it is updated, and all of it when it is deleted. The calls are those of our own
 * clients. The id of an instance comes from `standsFor`.
 *
 * @param folder - the project's; it has to have node_modules.
 * @returns what Pulumi.yaml has to say of them.
 */
export function vendorPlugins(folder: string): { providers: { name: string; path: string }[] } {
  writeFileSync(join(folder, "vendor.js"), PLUGIN);
  return {
    providers: packages.map((name) => {
      const path = join(folder, `vendor-${name}`);
      mkdirSync(path);
      const executable = join(path, `pulumi-resource-${name}`);
      writeFileSync(executable, `#!/bin/sh\nexec node "${join(folder, "vendor.js")}" "$@"\n`);
      chmodSync(executable, 0o755);
      return { name, path };
    }),
  };
}

/** A folder that the plugins can be made in before there is a project. */
export function withModules(folder: string): string {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  return folder;
}

const PLUGIN = `"use strict";
const core = require("pulumi-cloud-attachments/core");
const { main } = require("@pulumi/pulumi/provider");

const group = ({ instanceId, securityGroupId }) => [{ instanceId, securityGroupId }];
const ids = (list) => ({ standsFor, [list]: groups }) =>
  groups.map((securityGroupId) => ({ instanceId: standsFor, securityGroupId }));
/** The pairs of each type. */
const types = {
  "alicloud:ess/scalingGroupVServerGroups:ScalingGroupVServerGroups": [
    "alicloud/ess:VServerGroupAttachment",
    ({ scalingGroupId, vserverGroups }) =>
      vserverGroups.flatMap(({ loadbalancerId: loadBalancerId, vserverAttributes }) =>
        vserverAttributes.map((each) => ({ scalingGroupId, loadBalancerId, ...each })),
      ),
  ],
  "alicloud:ens/instanceSecurityGroupAttachment:InstanceSecurityGroupAttachment": [
    "alicloud/ens:SecurityGroupAttachment",
    group,
  ],
  "tencentcloud:Cvm/securityGroupAttachment:SecurityGroupAttachment": [
    "tencentcloud/cvm:SecurityGroupAttachment",
    group,
  ],
  "alicloud:ecs/instance:Instance": ["alicloud/ecs:SecurityGroupAttachment", ids("securityGroups")],
  "huaweicloud:Ecs/instance:Instance": ["huaweicloud/ecs:SecurityGroupAttachment", ids("securityGroupIds")],
  "openstack:compute/instance:Instance": [
    "openstack/compute:SecurityGroupAttachment",
    ({ standsFor, securityGroups }) =>
      securityGroups.map((securityGroupName) => ({ instanceId: standsFor, securityGroupName })),
  ],
};

async function call(verb, urn, pairsOf) {
  const [token, pairs] = types[urn.split("::")[2].split("$").pop()];
  const association = Object.values(core.associations).find((each) => each.token === token);
  const config = JSON.parse(process.env.TEST_VENDOR_CONFIG);
  const session = await core.connect(association.cloud, {}, core.settingsFrom((key) => config[key], process.env));
  const deadline = new core.OperationDeadline(60, "update");
  for (const pair of pairsOf(pairs)) {
    const whole = (await association.resolve?.(session, pair, deadline)) ?? pair;
    const way = association[verb];
    if (way.each) await way.each(session, whole, deadline);
    else await way.batch(session, [whole], deadline, way.common(whole));
  }
  deadline.end();
}

const without = (some, others) => {
  const known = new Set(others.map((each) => JSON.stringify(each)));
  return some.filter((each) => !known.has(JSON.stringify(each)));
};

main(
  {
    version: "1.0.0",
    async check(urn, olds, news) {
      return { inputs: news };
    },
    async diff(id, urn, olds, news) {
      return { changes: JSON.stringify(olds) !== JSON.stringify(news) };
    },
    async create(urn, inputs) {
      await call("attach", urn, (pairs) => pairs(inputs));
      return { id: inputs.standsFor ?? "vendor", outs: inputs };
    },
    async read(id, urn, props) {
      return { id, props };
    },
    async update(id, urn, olds, news) {
      await call("attach", urn, (pairs) => without(pairs(news), pairs(olds)));
      await call("detach", urn, (pairs) => without(pairs(olds), pairs(news)));
      return { outs: news };
    },
    async delete(id, urn, props) {
      await call("detach", urn, (pairs) => pairs(props));
    },
  },
  process.argv.slice(2),
);
`;
