import { join } from "node:path";
import { atHome, expand, readIni, readJson } from "../core/cloud/files";
import { type Settings, textOf } from "../core/util/settings";
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

/** The region of a profile: `name`, else the chosen one, else the one named `default`. */
export function regionOfProfile(name: string | undefined, settings: Settings): string | undefined {
  const file = fileOf(name ?? textOf(settings, names.profile) ?? "default", "configure", settings);
  return (
    readJson<{ _sys_param?: { region?: string } }>(file, "the Tencent Cloud CLI")?._sys_param?.region ||
    undefined
  );
}

function fileOf(name: string, extension: string, settings: Settings): string {
  if (/[/\\]/.test(name)) throw new Error(`profile ${JSON.stringify(name)}: a name holds no slash`);
  return join(profileFolder(settings), `${name}.${extension}`);
}

/** The keys that all SDKs of the vendor share: section `default` of `~/.tencentcloud/credentials`, else of the one in /etc. */
export function readSharedKey(settings: Settings): Profile | undefined {
  for (const file of [atHome(settings, ".tencentcloud", "credentials"), "/etc/tencentcloud/credentials"]) {
    const { secret_id, secret_key, token } = readIni(file)?.default ?? {};
    if (secret_id && secret_key)
      return { secretId: secret_id, secretKey: secret_key, ...(token ? { token } : {}) };
  }
  return undefined;
}
