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
