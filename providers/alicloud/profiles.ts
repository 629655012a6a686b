import { unavailable } from "../core/cloud/credentials";
import { type Profiles, readIni, readJsonProfiles, readSetting } from "../core/cloud/files";
import { namesOf, type Settings, textOf } from "../core/util/settings";
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

/**
 * The CLI's file: config `alicloud:sharedCredentialsFile`, environment ALICLOUD_SHARED_CREDENTIALS_FILE, else
 * `~/.aliyun/config.json`. Empty if there is none.
 *
 * @throws Error if it is not what the CLI writes; its text, which holds secrets, is not in the message.
 */
export function readProfiles(settings: Settings): Profiles<Profile> {
  const usual = [".aliyun", "config.json"];
  return readJsonProfiles(settings, names.sharedCredentialsFile, usual, "the Alibaba Cloud CLI");
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
export function readSdkProfiles(settings: Settings): Profiles<Profile> {
  const usual = [".alibabacloud", "credentials"];
  const { path, content: sections = {} } = readSetting(settings, names.sdkCredentialsFile, usual, readIni);
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

/** The profile `name` of the CLI's file, else of the SDKs' file. @param what - says in the error where it is named. */
export function findProfile(name: string, what: string, settings: Settings): Profile {
  const paths: string[] = [];
  for (const read of [readProfiles, readSdkProfiles]) {
    const { path, profiles } = read(settings);
    const found = profiles.find((each) => each.name === name);
    if (found) return found;
    paths.push(path);
  }
  throw unavailable(new Error(`${what}: there is no profile "${name}" in ${paths.join(" or ")}`));
}

/** The region of a profile: `name`, else the chosen one, else the file's current one. */
export function regionOfProfile(name: string | undefined, settings: Settings): string | undefined {
  if (name !== undefined) return findProfile(name, "connection.profile", settings).region_id;
  const chosen = textOf(settings, names.profile);
  if (chosen !== undefined) return findProfile(chosen, namesOf(names.profile), settings).region_id;
  const { current, profiles } = readProfiles(settings);
  return profiles.find((profile) => profile.name === current)?.region_id;
}
