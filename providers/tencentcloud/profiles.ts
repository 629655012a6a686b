import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseObject } from "../core/util/json";
import { type Settings, setting } from "../core/util/settings";

/** What the vendor's CLI keeps in `<profile>.credential`. */
export interface Profile {
  secretId?: string;
  secretKey?: string;
  token?: string;
  "role-arn"?: string;
  "role-session-name"?: string;
}

/** The folder of the CLI's profiles: config `tencentcloud:sharedCredentialsDir`, its variable, else `~/.tccli`. */
export function profileFolder(settings: Settings): string {
  const folder = setting(
    settings,
    "tencentcloud:sharedCredentialsDir",
    "TENCENTCLOUD_SHARED_CREDENTIALS_DIR",
  );
  return (folder ?? join(homedir(), ".tccli")).replace(/^~(?=\/|$)/, homedir());
}

/** The profile that the user chose by config `tencentcloud:profile` or environment. */
export function chosenProfile(settings: Settings): string | undefined {
  return setting(settings, "tencentcloud:profile", "TENCENTCLOUD_PROFILE", "TCCLI_PROFILE");
}

/** The profile `name` of the CLI (`tccli configure`), if it has one. @throws Error without the file's text, which is secret. */
export function readProfile(name: string, settings: Settings): Profile | undefined {
  return readJson<Profile>(join(profileFolder(settings), `${name}.credential`));
}

/** The region of that profile. */
export function regionOfProfile(name: string, settings: Settings): string | undefined {
  const file = join(profileFolder(settings), `${name}.configure`);
  return readJson<{ _sys_param?: { region?: string } }>(file)?._sys_param?.region || undefined;
}

/** The keys that all SDKs of the vendor share: section `default` of `~/.tencentcloud/credentials`, else of the one in /etc. */
export function readSharedKey(): Profile | undefined {
  for (const file of [join(homedir(), ".tencentcloud", "credentials"), "/etc/tencentcloud/credentials"]) {
    const text = readText(file);
    const { secret_id, secret_key, token } = text === undefined ? {} : section(text);
    if (secret_id && secret_key)
      return { secretId: secret_id, secretKey: secret_key, ...(token ? { token } : {}) };
  }
  return undefined;
}

function section(text: string): Record<string, string | undefined> {
  // Loaded here: this file is also imported by programs, which never get here.
  const ini = require("ini") as { parse(text: string): Record<string, unknown> };
  return (ini.parse(text).default ?? {}) as Record<string, string | undefined>;
}

function readJson<T extends object>(file: string): T | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  const content = parseObject<T>(text);
  if (!content) throw new Error(`${file} is not JSON, as the Tencent Cloud CLI writes it`);
  return content;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new Error(`${file} cannot be read: ${code}`);
  }
}
