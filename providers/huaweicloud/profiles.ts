import { unavailable } from "../core/cloud/credentials";
import { atHome, expand, readJson } from "../core/cloud/files";
import { type Settings, textOf } from "../core/util/settings";
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
  const configured = textOf(settings, names.sharedConfigFile);
  const path =
    configured === undefined ? atHome(settings, ".hcloud", "config.json") : expand(configured, settings);
  const content = readJson<{ current?: string; profiles?: Profile[] }>(path, "hcloud");
  if (!content && configured !== undefined) throw new Error(`the shared config file does not exist: ${path}`);
  if (!content && name === undefined) return undefined;
  const profiles = Array.isArray(content?.profiles) ? content.profiles : [];
  const wanted = name ?? content?.current ?? "";
  const found = profiles.find((profile) => profile.name === wanted);
  if (found) return found;
  const known = profiles.map((profile) => profile.name).join(", ") || "none";
  throw unavailable(new Error(`profile "${wanted}" is not in ${path}: it has ${known}`));
}
