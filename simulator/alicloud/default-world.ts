import type { AlicloudWorld, Instance, LoadBalancer, NetworkInterface, SecurityGroup } from "./world";

const main: string = "1000000000000001";
const other: string = "1000000000000002";
const hangzhou = { accountId: main, regionId: "cn-hangzhou", vpcId: "vpc-bp1main" };
const beijing = { accountId: main, regionId: "cn-beijing", vpcId: "vpc-2zemain" };
const elsewhere = { accountId: other, regionId: "cn-hangzhou", vpcId: "vpc-bp1other" };
const ensRegionId = "cn-hangzhou-44";

/** `numbered("i-bp1web", 12, f)` gives i-bp1web01 to i-bp1web12, each made by f. */
function numbered<T>(prefix: string, count: number, make: (number: string) => T): Record<string, T> {
  const numbers = Array.from({ length: count }, (_, index) => String(index + 1).padStart(2, "0"));
  return Object.fromEntries(numbers.map((number) => [prefix + number, make(number)]));
}

const instance = (place: typeof hangzhou, ...securityGroupIds: string[]): Instance => ({
  ...place,
  status: "Running",
  securityGroupIds,
});

const secondary = (place: typeof hangzhou, instanceId: string, group: string): NetworkInterface => ({
  ...place,
  type: "Secondary",
  status: "InUse",
  instanceId,
  securityGroupIds: [group],
});

const securityGroup = (place: typeof hangzhou, name: string): SecurityGroup => ({
  ...place,
  name,
  type: "normal",
});

const loadBalancer = (place: typeof hangzhou): LoadBalancer => ({
  ...place,
  status: "active",
  listeners: [{ port: 80, healthCheck: true }],
});

/** Two accounts, two regions; the README lists the ids. Groups named default or foreign are attached by others. */
export function defaultWorld(): AlicloudWorld {
  return {
    regionId: "cn-hangzhou",
    regions: ["cn-hangzhou", "cn-beijing", "cn-shanghai", "ap-southeast-1"],
    accessKeys: {
      "simulator-main-key": { secret: "simulator-main-secret", accountId: main, userName: "pulumi" },
      "simulator-other-key": { secret: "simulator-other-secret", accountId: other, userName: "pulumi" },
      "simulator-reader-key": {
        secret: "simulator-reader-secret",
        accountId: main,
        userName: "reader",
        denied: ["ess:AttachVServerGroups", "ess:DetachVServerGroups"].concat(
          ["ecs", "ens"].flatMap((product) => [
            `${product}:JoinSecurityGroup`,
            `${product}:LeaveSecurityGroup`,
          ]),
        ),
      },
    },
    roles: {
      [`acs:ram::${main}:role/deployer`]: { trustedAccountIds: [main, other] },
      [`acs:ram::${other}:role/deployer`]: { trustedAccountIds: [main], externalId: "simulator-external-id" },
    },
    sessions: {},
    quotas: {
      vserverGroupsPerScalingGroup: 5,
      securityGroupsPerInstance: 5,
      membersPerBasicGroup: 2000,
      membersPerAdvancedGroup: 65536,
    },
    scalingGroups: {
      "asg-bp1web": {
        ...hangzhou,
        name: "web",
        lifecycleState: "Active",
        instanceIds: ["i-bp1web01", "i-bp1web02"],
        vserverGroups: [],
      },
      "asg-bp1api": {
        ...hangzhou,
        name: "api",
        lifecycleState: "Inactive",
        instanceIds: [],
        vserverGroups: [
          { loadBalancerId: "lb-bp1foreign", vserverGroupId: "rsp-bp1foreign", port: 8080, weight: 100 },
        ],
      },
      "asg-2zeweb": {
        ...beijing,
        name: "web",
        lifecycleState: "Active",
        instanceIds: ["i-2zeweb01"],
        vserverGroups: [],
      },
      "asg-bp1other": {
        ...elsewhere,
        name: "other",
        lifecycleState: "Active",
        instanceIds: [],
        vserverGroups: [],
      },
    },
    loadBalancers: {
      "lb-bp1web": loadBalancer(hangzhou),
      "lb-bp1api": loadBalancer(hangzhou),
      "lb-bp1foreign": loadBalancer(hangzhou),
      "lb-bp1inactive": { ...loadBalancer(hangzhou), status: "inactive" },
      "lb-bp1unchecked": { ...loadBalancer(hangzhou), listeners: [{ port: 80, healthCheck: false }] },
      "lb-bp1othervpc": { ...loadBalancer(hangzhou), vpcId: "vpc-bp1second" },
      "lb-2zeweb": loadBalancer(beijing),
      "lb-bp1other": loadBalancer(elsewhere),
    },
    vserverGroups: {
      ...numbered("rsp-bp1web", 4, () => ({ loadBalancerId: "lb-bp1web", backends: [] })),
      ...numbered("rsp-bp1api", 4, () => ({ loadBalancerId: "lb-bp1api", backends: [] })),
      "rsp-bp1foreign": { loadBalancerId: "lb-bp1foreign", backends: [] },
      "rsp-bp1inactive": { loadBalancerId: "lb-bp1inactive", backends: [] },
      "rsp-bp1unchecked": { loadBalancerId: "lb-bp1unchecked", backends: [] },
      "rsp-bp1othervpc": { loadBalancerId: "lb-bp1othervpc", backends: [] },
      ...numbered("rsp-2zeweb", 2, () => ({ loadBalancerId: "lb-2zeweb", backends: [] })),
      "rsp-bp1other": { loadBalancerId: "lb-bp1other", backends: [] },
    },
    instances: {
      ...numbered("i-bp1web", 12, () => instance(hangzhou, "sg-bp1default")),
      "i-bp1foreign": instance(hangzhou, "sg-bp1default", "sg-bp1foreign"),
      "i-bp1stopped": { ...instance(hangzhou, "sg-bp1default"), status: "Stopped" },
      "i-bp1starting": { ...instance(hangzhou, "sg-bp1default"), status: "Starting" },
      "i-bp1locked": { ...instance(hangzhou, "sg-bp1default"), lockReason: "security" },
      ...numbered("i-2zeweb", 2, () => instance(beijing, "sg-2zedefault")),
      "i-bp1other": instance(elsewhere, "sg-bp1otherdefault"),
    },
    networkInterfaces: {
      ...numbered("eni-bp1web", 12, (number) => secondary(hangzhou, `i-bp1web${number}`, "sg-bp1default")),
      "eni-bp1primary": {
        ...secondary(hangzhou, "i-bp1web01", "sg-bp1default"),
        type: "Primary",
      },
      "eni-bp1managed": { ...secondary(hangzhou, "i-bp1web01", "sg-bp1default"), serviceManaged: true },
      "eni-2zeweb01": secondary(beijing, "i-2zeweb01", "sg-2zedefault"),
      "eni-bp1other": secondary(elsewhere, "i-bp1other", "sg-bp1otherdefault"),
    },
    securityGroups: {
      "sg-bp1default": securityGroup(hangzhou, "default"),
      "sg-bp1foreign": securityGroup(hangzhou, "foreign"),
      ...numbered("sg-bp1app", 12, (number) => securityGroup(hangzhou, `app-${number}`)),
      "sg-bp1advanced": { ...securityGroup(hangzhou, "advanced"), type: "enterprise" },
      "sg-bp1managed": { ...securityGroup(hangzhou, "managed"), serviceManaged: true },
      "sg-bp1othervpc": { ...securityGroup(hangzhou, "second-vpc"), vpcId: "vpc-bp1second" },
      "sg-2zedefault": securityGroup(beijing, "default"),
      ...numbered("sg-2zeapp", 2, (number) => securityGroup(beijing, `app-${number}`)),
      "sg-bp1otherdefault": securityGroup(elsewhere, "default"),
      "sg-bp1otherapp": securityGroup(elsewhere, "app"),
    },
    ensInstances: {
      ...numbered("i-5ens", 12, () => ({
        accountId: main,
        ensRegionId,
        status: "Running" as const,
        securityGroupIds: ["sg-5ensdefault"],
      })),
      "i-5ensresetting": {
        accountId: main,
        ensRegionId,
        status: "Resetting",
        securityGroupIds: ["sg-5ensdefault"],
      },
      "i-5ensother": {
        accountId: other,
        ensRegionId,
        status: "Running",
        securityGroupIds: ["sg-5ensotherdefault"],
      },
    },
    ensNetworkInterfaces: numbered("eni-5ens", 12, (number) => ({
      accountId: main,
      ensRegionId,
      status: "InUse",
      instanceId: `i-5ens${number}`,
      securityGroupIds: ["sg-5ensdefault"],
    })),
    ensSecurityGroups: {
      "sg-5ensdefault": { accountId: main, name: "default" },
      ...numbered("sg-5ensapp", 12, (number) => ({ accountId: main, name: `app-${number}` })),
      "sg-5ensotherdefault": { accountId: other, name: "default" },
      "sg-5ensotherapp": { accountId: other, name: "app" },
    },
  };
}
