import { parseJson } from "./json";

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
  /** What its text stands for. Default: itself. @throws Error that begins with `what`, if it is something else. */
  readonly read?: (text: string, what: string, settings: Settings) => unknown;
}

/** A setting whose text stands for a `T`. */
export interface Typed<T> extends Setting {
  readonly read: (text: string, what: string, settings: Settings) => T;
}

/** A setting of this config key (undefined: none) and these variables. */
export function from(config: string | undefined, ...env: string[]): Setting {
  return { env, ...(config === undefined ? {} : { config }) };
}

/** A setting that no message and no log may repeat. */
export function secret(config: string | undefined, ...env: string[]): Setting {
  return { ...from(config, ...env), secret: true };
}

/** `setting`, of which `read` tells what it stands for. */
export function typed<T>(read: Typed<T>["read"], setting: Setting): Typed<T> {
  return { ...setting, read };
}

type Places = Parameters<typeof from>;

/** Yes or no. */
export const flag = (...places: Places) => typed(asFlag, from(...places));
/** A whole number above 0. */
export const number = (...places: Places) => typed(asNumber, from(...places));
/** A config value that is a list; of its items the text counts. */
export const list = (...places: Places) => typed(asList, from(...places));
/** `http` or `https`, in any case. */
export const scheme = (...places: Places) => typed(asScheme, from(...places));

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

/** What `setting` says, as what it must be; undefined if it is not set. @throws Error if it is something else. */
export function settingOf<T>(settings: Settings, setting: Typed<T>): T | undefined {
  const text = textOf(settings, setting);
  return text === undefined ? undefined : setting.read(text, namesOf(setting), settings);
}

/** Reads all that are set, needed or not. @throws Error that names one whose value is not what it must be. */
export function checkAll(settings: Settings, table: SettingTable): void {
  for (const setting of Object.values(table)) settingOf(settings, { read: (text) => text, ...setting });
}

/** `true`, `1`, `yes`, `on`, or their contraries, in any case. @param what - names it in the error. */
export function asFlag(value: string, what: string): boolean {
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  if (/^(false|0|no|off)$/i.test(value)) return false;
  throw new Error(`${what} must be true or false`);
}

function asNumber(value: string, what: string): number {
  if (/^\d+$/.test(value) && Number(value) > 0) return Number(value);
  throw new Error(`${what} must be a whole number above 0`);
}

function asList(value: string, what: string): string[] {
  const items = asJson(value, what);
  if (Array.isArray(items)) return items.map(String);
  throw new Error(`${what} must be a list`);
}

/** What the engine hands over as JSON text: a config value that is an object or a list. */
export function asJson(value: string, what: string): unknown {
  const known = parseJson(value);
  if (known !== undefined) return known;
  throw new Error(`${what} is not valid JSON; set it with: pulumi config set --path ...`);
}

function asScheme(value: string, what: string): string {
  if (/^https?$/i.test(value)) return value;
  throw new Error(`${what} must be http or https`);
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
  for (const object of [asJson(settings.config(key) ?? "{}", `config ${key}`) ?? {}].flat()) {
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
  return firstOf(env, (name) => settings.env(name));
}

/** What `read` makes of the first of these of which it makes anything. */
export function firstOf<T, R>(all: readonly T[], read: (each: T) => R | undefined): R | undefined {
  for (const each of all) {
    const value = read(each);
    if (value !== undefined) return value;
  }
  return undefined;
}
