import { unavailable } from "../core/cloud/credentials";
import { readJsonProfiles } from "../core/cloud/files";
import type { Settings } from "../core/util/settings";
import { names } from "./settings";

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
 * @throws Error if the file is not there though configured, is malformed, or lacks the profile.
 */
export function readProfile(name: string | undefined, settings: Settings): Profile | undefined {
  const usual = [".hcloud", "config.json"];
  const { path, current, profiles } = readJsonProfiles<Profile>(
    settings,
    names.sharedConfigFile,
    usual,
    "hcloud",
  );
  const wanted = name ?? current;
  const found = profiles.find((profile) => profile.name === wanted);
  if (found || (wanted === undefined && profiles.length === 0)) return found;
  const known = profiles.map((profile) => profile.name).join(", ") || "none";
  throw unavailable(new Error(`profile "${wanted ?? ""}" is not in ${path}: it has ${known}`));
}
