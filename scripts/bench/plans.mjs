// What is measured: attachments of one cloud, and a world that has the instances for them.

/**
 * What is measured: these resources of ours (`type` is the path of the class: tencentcloud.cvm.SecurityGroupAttachment), in
 * this part of a world; `writes` are the vendor's actions that attach and detach, `attached` counts what is attached.
 *
 * @typedef {import("../../simulator/index.js").World} World
 * @typedef {import("../../simulator/index.js").PartialWorld} PartialWorld
 * @typedef {{ name: string, type: string, args: Record<string, unknown> }} Resource
 * @typedef {{ plan: Resource[], world: PartialWorld, writes: string[], attached: (world: World) => number }} Plan
 */

/** @param {number} index */
const number = (index) => String(index + 1).padStart(5, "0");
/** @param {number} count */
const range = (count) => Array.from({ length: count }, (_, index) => index);

/**
 * By cloud: `n` attachments on `parents` instances. `groups` of Tencent: so many groups, each with instances of its own.
 *
 * @typedef {(size: { n: number, parents?: number, groups?: number }) => Plan} Plans
 * @satisfies {Record<string, Plans>}
 */
export const plans = {
  tencentcloud: ({ n, parents = n, groups: count }) => {
    const instances = range(parents).map((index) => `ins-${number(index).padStart(8, "0")}`);
    const groups = range(count ?? Math.ceil(n / parents)).map(
      (index) => `sg-${number(index).padStart(8, "0")}`,
    );
    const isIn = (/** @type {string} */ group) => (/** @type {string} */ _id, /** @type {number} */ index) =>
      count === undefined || groups[index % count] === group;
    const place = { accountId: "100000000001", region: "ap-guangzhou" };
    return {
      writes: ["AssociateSecurityGroups", "DisassociateSecurityGroups"],
      plan: groups.flatMap((securityGroupId) =>
        instances.filter(isIn(securityGroupId)).map((instanceId) => ({
          name: `${instanceId}-${securityGroupId}`,
          type: "tencentcloud.cvm.SecurityGroupAttachment",
          args: { instanceId, securityGroupId },
        })),
      ),
      world: {
        tencentcloud: {
          instances: Object.fromEntries(
            instances.map((id) => [
              id,
              { ...place, name: id, state: "RUNNING", securityGroupIds: ["sg-default1"] },
            ]),
          ),
          securityGroups: Object.fromEntries(
            ["sg-default1", ...groups].map((id) => [id, { ...place, name: id }]),
          ),
        },
      },
      attached: (world) =>
        Object.values(world.tencentcloud.instances).reduce(
          (sum, instance) => sum + instance.securityGroupIds.filter((id) => groups.includes(id)).length,
          0,
        ),
    };
  },

  alicloud: ({ n, parents = n }) => {
    const instances = range(parents).map((index) => `i-bench${number(index)}`);
    const groups = range(Math.ceil(n / parents)).map((index) => `sg-bench${number(index)}`);
    const place = { accountId: "1000000000000001", regionId: "cn-hangzhou", vpcId: "vpc-bp1main" };
    return {
      writes: ["JoinSecurityGroup", "LeaveSecurityGroup"],
      plan: groups.flatMap((securityGroupId) =>
        instances.map((instanceId) => ({
          name: `${instanceId}-${securityGroupId}`,
          type: "alicloud.ecs.SecurityGroupAttachment",
          args: { instanceId, securityGroupId },
        })),
      ),
      world: {
        alicloud: {
          instances: Object.fromEntries(
            instances.map((id) => [id, { ...place, status: "Running", securityGroupIds: ["sg-bp1default"] }]),
          ),
          securityGroups: Object.fromEntries(
            ["sg-bp1default", ...groups].map((id) => [id, { ...place, name: id, type: "normal" }]),
          ),
        },
      },
      attached: (world) =>
        Object.values(world.alicloud.instances).reduce(
          (sum, instance) => sum + instance.securityGroupIds.filter((id) => groups.includes(id)).length,
          0,
        ),
    };
  },

  openstack: ({ n, parents = n }) => {
    const uuid = (/** @type {number} */ kind, /** @type {number} */ index) =>
      `${kind}0000000-0000-4000-8000-${String(index + 1).padStart(12, "0")}`;
    const projectId = "1".padStart(32, "0");
    const servers = range(parents).map((index) => uuid(5, index));
    const groups = range(Math.ceil(n / parents)).map((index) => uuid(6, index));
    const port = (/** @type {string} */ serverId, /** @type {number} */ index) => ({
      serverId,
      projectId,
      networkId: uuid(4, 0),
      ipAddress: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
      portSecurityEnabled: true,
      securityGroupIds: [],
    });
    return {
      writes: ["addSecurityGroup", "removeSecurityGroup"],
      plan: groups.flatMap((securityGroupId) =>
        servers.map((instanceId) => ({
          name: `${instanceId}-${securityGroupId}`,
          type: "openstack.compute.SecurityGroupAttachment",
          args: { instanceId, securityGroupId },
        })),
      ),
      world: {
        openstack: {
          servers: Object.fromEntries(servers.map((id) => [id, { name: id, projectId, status: "ACTIVE" }])),
          ports: Object.fromEntries(servers.map((id, index) => [uuid(7, index), port(id, index)])),
          securityGroups: Object.fromEntries(
            groups.map((id) => [id, { name: id, projectId, description: "", stateful: true }]),
          ),
        },
      },
      attached: (world) =>
        Object.values(world.openstack.ports).reduce(
          (sum, { securityGroupIds }) => sum + securityGroupIds.length,
          0,
        ),
    };
  },
};

/**
 * Five VServer groups of one scaling group, as many as it takes.
 *
 * @type {Plan}
 */
export const vserverGroups = {
  writes: ["AttachVServerGroups", "DetachVServerGroups"],
  plan: ["web01", "web02", "web03", "api01", "api02"].map((name) => ({
    name,
    type: "alicloud.ess.VServerGroupAttachment",
    args: {
      scalingGroupId: "asg-bp1web",
      loadBalancerId: `lb-bp1${name.slice(0, 3)}`,
      vserverGroupId: `rsp-bp1${name}`,
      port: 80,
    },
  })),
  world: {},
  attached: (world) => world.alicloud.scalingGroups["asg-bp1web"]?.vserverGroups.length ?? 0,
};
