import { atHome, expand, readJson } from "../core/cloud/files";
import { type Settings, textOf } from "../core/util/settings";
import { names } from "./settings";

/** A profile of the vendor's CLI (`aliyun configure`), as its file has it. */
export interface Profile {
  name: string;
  mode?: string;
  region_id?: string;
  access_key_id?: string;
  access_key_secret?: string;
  sts_token?: string;
  ram_role_arn?: string;
  ram_role_name?: string;
  ram_session_name?: string;
  expired_seconds?: number;
  external_id?: string;
  source_profile?: string;
  oidc_provider_arn?: string;
  oidc_token_file?: string;
}

/** All profiles of the CLI's file. */
export interface Profiles {
  path: string;
  /** It is the file that the CLI itself takes, and the vendor's library. */
  isDefault: boolean;
  current?: string;
  profiles: Profile[];
}

/**
 * The CLI's file: config `alicloud:sharedCredentialsFile`, environment ALICLOUD_SHARED_CREDENTIALS_FILE, else
 * `~/.aliyun/config.json`. Empty if there is none.
 *
 * @throws Error if it is not what the CLI writes; its text, which holds secrets, is not in the message.
 */
export function readProfiles(settings: Settings): Profiles {
  const named = textOf(settings, names.sharedCredentialsFile);
  const usual = atHome(settings, ".aliyun", "config.json");
  const path = named === undefined ? usual : expand(named, settings);
  const content = readJson<{ current?: string; profiles?: Profile[] }>(path, "the Alibaba Cloud CLI");
  if (content === undefined) {
    if (named === undefined) return { path, isDefault: true, profiles: [] };
    throw new Error(`${path}, the profiles of the Alibaba Cloud CLI, does not exist`);
  }
  const { current, profiles } = content;
  if (!Array.isArray(profiles)) {
    throw new Error(`${path} has no "profiles", as the Alibaba Cloud CLI writes them`);
  }
  return { path, isDefault: path === usual, profiles, ...(current ? { current } : {}) };
}

/** The region of a profile: `name`, else the chosen one, else the file's current one. */
export function regionOfProfile(name: string | undefined, settings: Settings): string | undefined {
  const { current, profiles } = readProfiles(settings);
  const wanted = name ?? textOf(settings, names.profile) ?? current;
  return profiles.find((profile) => profile.name === wanted)?.region_id;
}
