import { join } from "node:path";
import { unavailable } from "../core/cloud/credentials";
import { atHome, expand, readIni, readJson } from "../core/cloud/files";
import { given } from "../core/util/given";
import { namesOf, type Settings, textOf } from "../core/util/settings";
import type { Credential } from "./request";
import { names } from "./settings";

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
  const folder = textOf(settings, names.sharedCredentialsDir);
  return folder === undefined ? atHome(settings, ".tccli") : expand(folder, settings);
}

/** The profile `name` of the CLI (`tccli configure`), if it has one. @throws Error without the file's text, which is secret. */
export function readProfile(name: string, settings: Settings): Profile | undefined {
  return readJson<Profile>(fileOf(name, "credential", settings), "the Tencent Cloud CLI");
}

/** The same, which must be there. @param what - says in the error where it is named. */
export function findProfile(name: string, what: string, settings: Settings): Profile {
  const found = readProfile(name, settings);
  if (found) return found;
  const folder = profileFolder(settings);
  throw unavailable(new Error(`${what}: there is no ${name}.credential in ${folder}; run: tccli configure`));
}

/** The region of a profile: `name`, else the chosen one, else the one named `default`. */
export function regionOfProfile(name: string | undefined, settings: Settings): string | undefined {
  const chosen = name ?? textOf(settings, names.profile);
  const file = fileOf(chosen ?? "default", "configure", settings);
  const content = readJson<{ _sys_param?: { region?: string } }>(file, "the Tencent Cloud CLI");
  if (chosen !== undefined && !content)
    findProfile(chosen, name ? "connection.profile" : namesOf(names.profile), settings);
  return content?._sys_param?.region || undefined;
}

function fileOf(name: string, extension: string, settings: Settings): string {
  if (/[/\\]/.test(name)) throw new Error(`profile ${JSON.stringify(name)}: a name holds no slash`);
  return join(profileFolder(settings), `${name}.${extension}`);
}

/** The keys that all SDKs of the vendor share: section `default` of `~/.tencentcloud/credentials`, else of the one in /etc. */
export function readSharedKey(settings: Settings): Credential | undefined {
  for (const file of [atHome(settings, ".tencentcloud", "credentials"), "/etc/tencentcloud/credentials"]) {
    const { secret_id, secret_key, token } = readIni(file)?.default ?? {};
    if (secret_id && secret_key) return given({ secretId: secret_id, secretKey: secret_key, token });
  }
  return undefined;
}
