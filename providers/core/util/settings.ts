/**
 * Configuration as the vendors' own Pulumi packages read it: stack config first, then environment.
 * In a program the config is the running stack's; in the provider process it is what the engine hands to `configure`.
 */
export interface Settings {
  /** A stack config value, for example `alicloud:region`; objects are JSON text, secrets are decrypted. */
  config(key: string): string | undefined;
  /** An environment variable; an empty one counts as unset. */
  env(name: string): string | undefined;
}

/** Settings over a config look-up and the environment of this process. */
export function settingsFrom(config: (key: string) => string | undefined, env = process.env): Settings {
  return {
    config: (key) => config(key) || undefined,
    env: (name) => env[name] || undefined,
  };
}

/** Where a value can be set. Config comes first, then the variables in this order. */
export interface Setting {
  /** A config key, `alicloud:region`, or a member of a config object, `alicloud:assumeRole.roleArn`. */
  readonly config?: string;
  readonly env?: readonly string[];
  /** No message and no log may repeat it. */
  readonly secret?: true;
}

/** A setting of this config key (undefined: none) and these variables. */
export function from(config: string | undefined, ...env: string[]): Setting {
  return { env, ...(config === undefined ? {} : { config }) };
}

/** A setting that no message and no log may repeat. */
export function secret(config: string | undefined, ...env: string[]): Setting {
  return { ...from(config, ...env), secret: true };
}

/** The settings of a cloud by name: what it reads, what its login depends on, and what docs/configuration.md lists. */
export type SettingTable = Readonly<Record<string, Setting>>;

/** A table whose names begin with `group`, for a cloud that has several of its kind. */
export function grouped(group: string, table: SettingTable): SettingTable {
  return Object.fromEntries(Object.entries(table).map(([name, setting]) => [`${group}.${name}`, setting]));
}

/** The value of `setting`: its config if that is set, else the first of its environment variables that is. */
export function textOf(settings: Settings, setting: Setting): string | undefined {
  return inConfig(settings, setting) ?? inEnvironment(settings, setting);
}

/** A yes-or-no setting; undefined if it is not set. @throws Error if it is neither. */
export function flagOf(settings: Settings, setting: Setting): boolean | undefined {
  const value = textOf(settings, setting);
  return value === undefined ? undefined : asFlag(value, namesOf(setting));
}

/** A setting that is a whole number above 0; undefined if it is not set. @throws Error if it is none. */
export function numberOf(settings: Settings, setting: Setting): number | undefined {
  const value = textOf(settings, setting);
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value) && Number(value) > 0) return Number(value);
  throw new Error(`${namesOf(setting)} must be a whole number above 0`);
}

/** `true`, `1`, `yes`, `on`, or their contraries, in any case. @param what - names it in the error. */
export function asFlag(value: string, what: string): boolean {
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  if (/^(false|0|no|off)$/i.test(value)) return false;
  throw new Error(`${what} must be true or false`);
}

/** How a user finds `setting`: `config alicloud:region (ALICLOUD_REGION)`. */
export function namesOf({ config, env = [] }: Setting): string {
  if (config === undefined) return `environment ${env[0]}`;
  return env[0] === undefined ? `config ${config}` : `config ${config} (${env[0]})`;
}

/** The value of `setting` in stack config. @throws Error if its object is none, or its member no text. */
export function inConfig(settings: Settings, { config }: Setting): string | undefined {
  if (config === undefined) return undefined;
  const [key = "", member] = config.split(".");
  if (member === undefined) return settings.config(key);
  // The vendors' packages write some of these objects as a list of one, and endpoints as a list of several.
  for (const object of [objectSetting<unknown>(settings, key) ?? {}].flat()) {
    if (typeof object !== "object" || object === null) throw new Error(`config ${key} must be an object`);
    const value: unknown = object[member as keyof typeof object];
    if (value === undefined || value === null || value === "") continue;
    if (typeof value === "object") throw new Error(`config ${config} must be a text`);
    return String(value);
  }
  return undefined;
}

/** The value of `setting` in the environment. */
export function inEnvironment(settings: Settings, { env = [] }: Setting): string | undefined {
  return firstEnv(settings, env);
}

/** The first of the environment variables `names` that is set. */
export function firstEnv(settings: Settings, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = settings.env(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A config value that is an object, which the engine hands over as JSON text. @throws Error if it is not JSON. */
export function objectSetting<T>(settings: Settings, config: string): T | undefined {
  const text = settings.config(config);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`config ${config} is not valid JSON; set it with: pulumi config set --path ...`);
  }
}
