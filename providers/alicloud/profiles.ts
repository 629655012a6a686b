import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseObject } from "../core/util/json";
import { type Settings, setting } from "../core/util/settings";

/** A profile of the vendor's CLI (`aliyun configure`), as its file has it. */
export interface Profile {
  name: string;
  mode?: string;
  region_id?: string;
  access_key_id?: string;
  access_key_secret?: string;
  sts_token?: string;
  ram_role_arn?: string;
  ram_session_name?: string;
  expired_seconds?: number;
  external_id?: string;
  source_profile?: string;
}

/** All profiles of the CLI's file. */
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
  const named = setting(settings, "alicloud:sharedCredentialsFile", "ALICLOUD_SHARED_CREDENTIALS_FILE");
  const path = (named ?? join(homedir(), ".aliyun", "config.json")).replace(/^~(?=\/)/, homedir());
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && named === undefined) return { path, profiles: [] };
    throw new Error(`${path}, the profiles of the Alibaba Cloud CLI, cannot be read: ${code}`);
  }
  const content = parseObject<{ current?: string; profiles?: Profile[] }>(text);
  if (!Array.isArray(content?.profiles)) {
    throw new Error(`${path} is not a JSON file with "profiles", as the Alibaba Cloud CLI writes it`);
  }
  return { path, profiles: content.profiles, ...(content.current ? { current: content.current } : {}) };
}

/** The profile that the user chose by config `alicloud:profile` or environment. */
export function chosenProfile(settings: Settings): string | undefined {
  return setting(settings, "alicloud:profile", "ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE");
}
