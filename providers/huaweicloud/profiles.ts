import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Settings, setting } from "../core/util/settings";

/** A profile of Huawei's CLI. Source: https://support.huaweicloud.com/intl/en-us/usermanual-hcli/hcli_03_002.html. */
export interface Profile {
  name?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
  securityToken?: string;
  region?: string;
  projectId?: string;
  domainId?: string;
  agencyName?: string;
  agencyDomainName?: string;
  agencyDomainId?: string;
}

/**
 * A profile of config `sharedConfigFile` (HW_SHARED_CONFIG_FILE, default ~/.hcloud/config.json).
 *
 * @param name - default: the file's current one.
 * @returns undefined if there is no default file, and no `name` was asked for.
 * @throws Error if the file is not there though configured, is malformed, or lacks the profile (its `code` is `NoSuchProfile`).
 */
export function readProfile(name: string | undefined, settings: Settings): Profile | undefined {
  const configured = setting(settings, "huaweicloud:sharedConfigFile", "HW_SHARED_CONFIG_FILE");
  const home = settings.env("HOME") ?? homedir();
  const path = (configured ?? join(home, ".hcloud", "config.json")).replace(/^~(?=\/)/, home);
  if (!existsSync(path)) {
    if (configured) throw new Error(`the shared config file does not exist: ${path}`);
    if (name !== undefined) throw noSuchProfile(name, path, []);
    return undefined;
  }
  const { current, profiles } = parse(path);
  const wanted = name ?? current;
  const found = profiles.find((profile) => profile.name === wanted);
  if (!found) throw noSuchProfile(wanted ?? "", path, profiles);
  return found;
}

function parse(path: string): { current?: string; profiles: Profile[] } {
  try {
    const content = JSON.parse(readFileSync(path, "utf8")) as { current?: string; profiles?: unknown };
    const profiles = Array.isArray(content.profiles) ? (content.profiles as Profile[]) : [];
    return { ...(content.current ? { current: content.current } : {}), profiles };
  } catch {
    throw new Error(`${path} is not valid JSON`);
  }
}

function noSuchProfile(name: string, path: string, profiles: Profile[]): Error {
  const known = profiles.map((profile) => profile.name).join(", ") || "none";
  return Object.assign(new Error(`profile "${name}" is not in ${path}: it has ${known}`), {
    code: "NoSuchProfile",
  });
}
