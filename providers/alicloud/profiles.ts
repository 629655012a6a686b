import { atHome, expand, readIni, readJson } from "../core/cloud/files";
import { namesOf, type Setting, type Settings, textOf } from "../core/util/settings";
import { names } from "./settings";

/** A profile of the vendor's CLI (`aliyun configure`), as its file has it; times are in seconds since 1970. */
export interface Profile {
  name: string;
  mode?: string;
  region_id?: string;
  access_key_id?: string;
  access_key_secret?: string;
  sts_token?: string;
  sts_expiration?: number;
  ram_role_arn?: string;
  ram_role_name?: string;
  ram_session_name?: string;
  expired_seconds?: number;
  external_id?: string;
  policy?: string;
  source_profile?: string;
  oidc_provider_arn?: string;
  oidc_token_file?: string;
  cloud_sso_sign_in_url?: string;
  cloud_sso_account_id?: string;
  cloud_sso_access_config?: string;
  access_token?: string;
  cloud_sso_access_token_expire?: number;
  oauth_site_type?: string;
  oauth_access_token?: string;
  oauth_access_token_expire?: number;
  process_command?: string;
}

/** All profiles of a file. */
export interface Profiles {
  path: string;
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
  const path = pathOf(settings, names.sharedCredentialsFile, ".aliyun", "config.json");
  const content = readJson<{ current?: string; profiles?: Profile[] }>(path, "the Alibaba Cloud CLI");
  if (content === undefined) return none(path, settings, names.sharedCredentialsFile);
  const { current, profiles } = content;
  if (!Array.isArray(profiles)) {
    throw new Error(`${path} has no "profiles", as the Alibaba Cloud CLI writes them`);
  }
  return { path, profiles, ...(current ? { current } : {}) };
}

/** The CLI's name for a type of the SDKs' file. */
const MODES: Record<string, string> = {
  access_key: "AK",
  ecs_ram_role: "EcsRamRole",
  ram_role_arn: "RamRoleArn",
};

/**
 * The file of the vendor's SDKs, in the CLI's words: environment ALIBABA_CLOUD_CREDENTIALS_FILE, else
 * `~/.alibabacloud/credentials`. Empty if there is none.
 */
export function readSdkProfiles(settings: Settings): Profiles {
  const path = pathOf(settings, names.sdkCredentialsFile, ".alibabacloud", "credentials");
  const sections = readIni(path);
  if (sections === undefined) return none(path, settings, names.sdkCredentialsFile);
  const profiles = Object.entries(sections).map(([name, section = {}]) => ({
    name,
    mode: MODES[section.type ?? ""] ?? section.type ?? "",
    access_key_id: section.access_key_id ?? "",
    access_key_secret: section.access_key_secret ?? "",
    ram_role_arn: section.role_arn ?? "",
    ram_session_name: section.role_session_name ?? "",
    ram_role_name: section.role_name ?? "",
    policy: section.policy ?? "",
  }));
  return { path, profiles };
}

function pathOf(settings: Settings, setting: Setting, ...usual: string[]): string {
  const named = textOf(settings, setting);
  return named === undefined ? atHome(settings, ...usual) : expand(named, settings);
}

function none(path: string, settings: Settings, setting: Setting): Profiles {
  if (textOf(settings, setting) === undefined) return { path, profiles: [] };
  throw new Error(`${namesOf(setting)} names a file that does not exist: ${path}`);
}

/** The region of a profile: `name`, else the chosen one, else the file's current one. */
export function regionOfProfile(name: string | undefined, settings: Settings): string | undefined {
  const { current, profiles } = readProfiles(settings);
  const wanted = name ?? textOf(settings, names.profile) ?? current;
  return profiles.find((profile) => profile.name === wanted)?.region_id;
}
