import { firstEnv, type Settings } from "../core/util/settings";

/**
 * The settings, each with its variables: first Huawei's own, then OpenStack's.
 * Source: Terraform provider huaweicloud/huaweicloud, documentation, "Configuration Reference", whose keys
 * the Pulumi package has in camelCase.
 */
const names = {
  region: ["HW_REGION_NAME", "OS_REGION_NAME"],
  accessKey: ["HW_ACCESS_KEY", "OS_ACCESS_KEY"],
  secretKey: ["HW_SECRET_KEY", "OS_SECRET_KEY"],
  securityToken: ["HW_SECURITY_TOKEN"],
  token: ["HW_AUTH_TOKEN", "OS_AUTH_TOKEN"],
  userId: ["HW_USER_ID", "OS_USER_ID"],
  userName: ["HW_USER_NAME", "OS_USERNAME"],
  password: ["HW_USER_PASSWORD", "OS_PASSWORD"],
  projectId: ["HW_PROJECT_ID", "OS_PROJECT_ID"],
  projectName: ["HW_PROJECT_NAME", "OS_PROJECT_NAME"],
  domainId: ["HW_DOMAIN_ID", "OS_DOMAIN_ID", "OS_USER_DOMAIN_ID", "OS_PROJECT_DOMAIN_ID"],
  domainName: ["HW_DOMAIN_NAME", "OS_DOMAIN_NAME", "OS_USER_DOMAIN_NAME", "OS_PROJECT_DOMAIN_NAME"],
  authUrl: ["HW_AUTH_URL", "OS_AUTH_URL"],
  cloud: ["HW_CLOUD"],
  profile: ["HW_PROFILE"],
} as const;

export type Name = keyof typeof names;

/** One place that may hold settings. */
export type Source = (name: Name) => string | undefined;

/** The region as configured. */
export function configuredRegion(settings: Settings): string | undefined {
  return first(ambientSources(settings), "region");
}

/** The first of these sources that has it. */
export function first(sources: Source[], name: Name): string | undefined {
  for (const source of sources) {
    const value = source(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Config, Huawei's variables, and OpenStack's unless they are of another cloud. Pure and cheap. */
export function ambientSources(settings: Settings): Source[] {
  const own: Source[] = [
    (name) => settings.config(`huaweicloud:${name}`),
    (name) => settings.env(names[name][0]),
  ];
  if (pointsElsewhere(own, settings)) return own;
  return [...own, (name) => firstEnv(settings, names[name].slice(1))];
}

/**
 * Whether OS_* variables are another cloud's. A shell may hold those of a private OpenStack beside Huawei's: neither may its
 * project be taken for ours, nor our key be sent there, nor its token here.
 */
export function pointsElsewhere(own: Source[], settings: Settings): boolean {
  const authUrl = settings.env("OS_AUTH_URL");
  if (!authUrl) return false;
  const host = URL.canParse(authUrl) ? new URL(authUrl).hostname : "";
  const clouds = [first(own, "cloud"), "myhuaweicloud.com", "myhuaweicloud.eu"];
  return !clouds.some((cloud) => cloud !== undefined && host.endsWith(`.${cloud}`));
}
