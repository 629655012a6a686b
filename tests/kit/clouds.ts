import type { HuaweicloudWorld } from "../../simulator/huaweicloud/world";
import type { Simulator } from "../../simulator/index";

/** How a stack reaches clouds: stack config and environment, nothing secret in the config. */
export interface Clouds {
  config: Record<string, unknown>;
  env: Record<string, string>;
}

type Front = Record<string, string | undefined>;

/** Makes a stack reach the simulator, in the way a user of each vendor's package would. */
export function reach({ endpoints }: Pick<Simulator, "endpoints">): Clouds {
  const fronts = endpoints as unknown as Record<string, Front | undefined>;
  const each = Object.entries(ways).map(([name, way]) => {
    const front = fronts[name];
    return front ? way(front) : { config: {}, env: {} };
  });
  return {
    config: Object.assign({}, ...each.map(({ config }) => config)),
    env: defined(Object.assign({}, ...each.map(({ env }) => env))),
  };
}

const ways: Record<string, (front: Front) => { config: Record<string, unknown>; env: Front }> = {
  alicloud: ({ ess, ecs, ens, sts, regionId, accessKeyId, accessKeySecret }) => ({
    config: {
      "alicloud:protocol": "HTTP",
      "alicloud:endpoints": [{ ess: hostOf(ess), ecs: hostOf(ecs), ens: hostOf(ens), sts: hostOf(sts) }],
    },
    env: {
      ALICLOUD_REGION: regionId,
      ALICLOUD_ACCESS_KEY: accessKeyId,
      ALICLOUD_SECRET_KEY: accessKeySecret,
    },
  }),
  tencentcloud: ({ cvm, sts, region, secretId, secretKey }) => ({
    config: { "tencentcloud:endpoints": { cvm, sts } },
    env: {
      TENCENTCLOUD_REGION: region,
      TENCENTCLOUD_SECRET_ID: secretId,
      TENCENTCLOUD_SECRET_KEY: secretKey,
    },
  }),
  huaweicloud: ({ ecs, iam, vpc, region, accessKey, secretKey }) => ({
    config: { "huaweicloud:endpoints": { ecs, iam, vpc } },
    env: { HW_REGION_NAME: region, HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey },
  }),
  openstack: ({ authUrl, username, password, projectName, userDomainName, projectDomainName, region }) => ({
    config: {},
    env: {
      OS_AUTH_URL: authUrl,
      OS_USERNAME: username,
      OS_PASSWORD: password,
      OS_PROJECT_NAME: projectName,
      OS_USER_DOMAIN_NAME: userDomainName,
      OS_PROJECT_DOMAIN_NAME: projectDomainName,
      OS_REGION_NAME: region,
    },
  }),
};

function hostOf(url: string | undefined): string {
  return new URL(url ?? "").host;
}

function defined(env: Front): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

// ---------------------------------------------------------------- config alone, for tests of handlers

/** Config of a stack that reaches all clouds of the simulator, each as its first account. */
export function everyConfig(simulator: Simulator, login: HuaweiLogin = signed): Record<string, string> {
  return {
    ...alicloudConfig(simulator, "main"),
    ...tencentcloudConfig(simulator, "main"),
    ...openstackConfig(simulator, "main"),
    ...huaweicloudConfig(simulator, "huaweicloud", login, "main"),
    ...huaweicloudConfig(simulator, "opentelekomcloud", login, "main"),
  };
}

/** Whose credentials: of the first account of the simulator's world, of its second, or of the first with a wrong secret. */
export type Account = "main" | "other" | "wrong";

const accessKeys = { main: "simulator-main-key", other: "simulator-other-key", wrong: "simulator-main-key" };

/** Config of a stack that reaches the simulator's Alibaba Cloud. */
export function alicloudConfig({ endpoints, world }: Simulator, account: Account): Record<string, string> {
  const { ess, ecs, ens, sts } = endpoints.alicloud;
  const accessKey = accessKeys[account];
  const secretKey =
    account === "wrong" ? "not-the-secret" : (world.alicloud.accessKeys[accessKey]?.secret ?? "");
  return {
    "alicloud:region": "cn-hangzhou",
    "alicloud:accessKey": accessKey,
    "alicloud:secretKey": secretKey,
    "alicloud:endpoints": JSON.stringify([{ ess, ecs, ens, sts }]),
  };
}

const secretIds = { main: "simulator-main-id", other: "simulator-other-id", wrong: "simulator-main-id" };

/** Config of a stack that reaches the simulator's Tencent Cloud. */
export function tencentcloudConfig(
  { endpoints, world }: Simulator,
  account: Account,
): Record<string, string> {
  const { cvm, sts, region = "" } = endpoints.tencentcloud;
  const secretId = secretIds[account];
  return {
    "tencentcloud:region": region,
    "tencentcloud:secretId": secretId,
    "tencentcloud:secretKey":
      account === "wrong" ? "not-the-key" : (world.tencentcloud.secretIds[secretId]?.secretKey ?? ""),
    "tencentcloud:endpoints": JSON.stringify({ cvm, sts }),
  };
}

const users = { main: "demo", other: "other", wrong: "demo" };

/** Config of a stack that reaches the simulator's OpenStack. */
export function openstackConfig({ endpoints, world }: Simulator, account: Account): Record<string, string> {
  const { authUrl, region, userDomainName, projectDomainName } = endpoints.openstack as Record<
    string,
    string
  >;
  const user = Object.values(world.openstack.users).find(({ name }) => name === users[account]);
  return {
    "openstack:authUrl": authUrl ?? "",
    "openstack:region": region ?? "",
    "openstack:userName": users[account],
    "openstack:password": account === "wrong" ? "not-the-password" : (user?.password ?? ""),
    // Users of the simulator are named after their project.
    "openstack:tenantName": users[account],
    "openstack:userDomainName": userDomainName ?? "",
    "openstack:projectDomainName": projectDomainName ?? "",
  };
}

/** The two clouds that are Nova behind Huawei's gateway. */
export type HuaweiName = "huaweicloud" | "opentelekomcloud";

/** The simulator, or something else with its accounts and keys. */
interface HuaweiReach {
  endpoints: Partial<Record<HuaweiName, Record<string, string>>>;
  world: Partial<Record<HuaweiName, HuaweicloudWorld>>;
}

export type HuaweiLogin = (reach: HuaweiReach, name: HuaweiName, account: Account) => Record<string, string>;

const keyOf = (account: Account) => `simulator-${account === "other" ? "other" : "main"}-key`;

/** Access key and secret key: every request is signed. */
export const signed: HuaweiLogin = ({ world }, name, account) => ({
  accessKey: keyOf(account),
  secretKey: account === "wrong" ? "not-the-secret" : (world[name]?.accessKeys[keyOf(account)]?.secret ?? ""),
});

/** User and password: every request carries a token. */
export const byToken: HuaweiLogin = ({ world }, name, account) => ({
  userName: "pulumi",
  // Projects are named after their region.
  ...(name === "opentelekomcloud" ? { tenantName: world[name]?.region ?? "" } : {}),
  domainName: account === "other" ? "simulator-other" : "simulator-main",
  password:
    account === "wrong" ? "not-the-password" : (world[name]?.users["simulator-user-main"]?.password ?? ""),
});

/** Config of a stack that reaches the simulator's Huawei Cloud or Open Telekom Cloud. */
export function huaweicloudConfig(
  reach: HuaweiReach,
  name: HuaweiName,
  login: HuaweiLogin,
  account: Account,
): Record<string, string> {
  const { ecs = "", iam = "", vpc = "", authUrl = "", region = "" } = reach.endpoints[name] ?? {};
  const own: Record<string, string> = {
    region,
    authUrl,
    ...login(reach, name, account),
    ...endpointKeys[name]({ ecs, iam, vpc }),
  };
  return Object.fromEntries(Object.entries(own).map(([key, value]) => [`${name}:${key}`, value]));
}

/** The vendors' packages name their endpoints in different ways. */
const endpointKeys: Record<
  HuaweiName,
  (urls: Record<"ecs" | "iam" | "vpc", string>) => Record<string, string>
> = {
  huaweicloud: (urls) => ({ endpoints: JSON.stringify(urls) }),
  opentelekomcloud: ({ ecs, vpc }) => ({
    endpointOverrides: JSON.stringify({ ecs, compute: ecs, vpc, network: vpc }),
  }),
};
