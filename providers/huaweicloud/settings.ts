import type { Vendor } from "../core/contract/cloud";
import {
  firstOf,
  flag,
  from,
  inConfig,
  inEnvironment,
  number,
  type Setting,
  type Settings,
  type SettingTable,
  secret,
} from "../core/util/settings";

/**
 * All settings: for each the config key, Huawei's own variable, then OpenStack's.
 * Source: Terraform provider huaweicloud/huaweicloud, documentation, "Configuration Reference", whose keys
 * the Pulumi package has in camelCase.
 */
export const names = {
  region: from("huaweicloud:region", "HW_REGION_NAME", "OS_REGION_NAME"),
  accessKey: from("huaweicloud:accessKey", "HW_ACCESS_KEY", "OS_ACCESS_KEY"),
  secretKey: secret("huaweicloud:secretKey", "HW_SECRET_KEY", "OS_SECRET_KEY"),
  securityToken: secret("huaweicloud:securityToken", "HW_SECURITY_TOKEN"),
  token: secret("huaweicloud:token", "HW_AUTH_TOKEN", "OS_AUTH_TOKEN"),
  userId: from("huaweicloud:userId", "HW_USER_ID", "OS_USER_ID"),
  userName: from("huaweicloud:userName", "HW_USER_NAME", "OS_USERNAME"),
  password: secret("huaweicloud:password", "HW_USER_PASSWORD", "OS_PASSWORD"),
  projectId: from("huaweicloud:projectId", "HW_PROJECT_ID", "OS_PROJECT_ID"),
  projectName: from("huaweicloud:projectName", "HW_PROJECT_NAME", "OS_PROJECT_NAME"),
  domainId: from(
    "huaweicloud:domainId",
    "HW_DOMAIN_ID",
    "OS_DOMAIN_ID",
    "OS_USER_DOMAIN_ID",
    "OS_PROJECT_DOMAIN_ID",
  ),
  domainName: from(
    "huaweicloud:domainName",
    "HW_DOMAIN_NAME",
    "OS_DOMAIN_NAME",
    "OS_USER_DOMAIN_NAME",
    "OS_PROJECT_DOMAIN_NAME",
  ),
  profile: from("huaweicloud:profile", "HW_PROFILE"),
  sharedConfigFile: from("huaweicloud:sharedConfigFile", "HW_SHARED_CONFIG_FILE"),

  agencyName: from("huaweicloud:assumeRole.agencyName", "HW_ASSUME_ROLE_AGENCY_NAME"),
  agencyDomainName: from("huaweicloud:assumeRole.domainName", "HW_ASSUME_ROLE_DOMAIN_NAME"),
  agencyDomainId: from("huaweicloud:assumeRole.domainId", "HW_ASSUME_ROLE_DOMAIN_ID"),
  agencyDuration: number("huaweicloud:assumeRole.duration", "HW_ASSUME_ROLE_DURATION"),

  authUrl: from("huaweicloud:authUrl", "HW_AUTH_URL", "OS_AUTH_URL"),
  cloud: from("huaweicloud:cloud", "HW_CLOUD"),
  ecsEndpoint: from("huaweicloud:endpoints.ecs"),
  vpcEndpoint: from("huaweicloud:endpoints.vpc"),
  iamEndpoint: from("huaweicloud:endpoints.iam"),
  /** Without OS_*: what a private OpenStack is trusted with must not be trusted here. */
  cacertFile: from("huaweicloud:cacertFile"),
  cert: from("huaweicloud:cert"),
  key: secret("huaweicloud:key"),
  insecure: flag("huaweicloud:insecure", "HW_INSECURE"),
} satisfies SettingTable;

/** What is said of the vendor without a login. */
export const vendor: Vendor = {
  name: "huaweicloud",
  title: "Huawei Cloud",
  tenant: "project",
  settings: names,
  region: (settings) => first(ambientSources(settings), "region"),
};

export type Name = keyof typeof names;

/** One place that may hold settings. */
export type Source = (name: Name) => string | undefined;

/** The first of these sources that has it. */
export function first(sources: readonly Source[], name: Name): string | undefined {
  return firstOf(sources, (source) => source(name));
}

/** Config, Huawei's variables, and OpenStack's unless they are of another cloud. Pure and cheap. */
export function ambientSources(settings: Settings): Source[] {
  const env = (name: Name, ...range: [from: number, to?: number]) =>
    inEnvironment(settings, { env: ((names[name] as Setting).env ?? []).slice(...range) });
  const own: Source[] = [(name) => inConfig(settings, names[name]), (name) => env(name, 0, 1)];
  return pointsElsewhere(own, settings) ? own : [...own, (name) => env(name, 1)];
}

/**
 * Whether OS_* variables are another cloud's. A shell may hold those of a private OpenStack beside Huawei's: neither may its
 * project be taken for ours, nor our key be sent there, nor its token here.
 */
export function pointsElsewhere(own: readonly Source[], settings: Settings): boolean {
  const authUrl = settings.env("OS_AUTH_URL");
  if (!authUrl) return false;
  const host = URL.canParse(authUrl) ? new URL(authUrl).hostname : "";
  const clouds = [first(own, "cloud"), "myhuaweicloud.com", "myhuaweicloud.eu"];
  return !clouds.some((cloud) => cloud !== undefined && host.endsWith(`.${cloud}`));
}
