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

/** The first of the environment variables `names` that is set. */
export function firstEnv(settings: Settings, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = settings.env(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** `config` if set, else the first of the environment variables `env` that is. */
export function setting(settings: Settings, config: string, ...env: string[]): string | undefined {
  return settings.config(config) ?? firstEnv(settings, env);
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

/** A yes-or-no setting: `true`, `1`, `yes`, `on` in any case mean yes. */
export function booleanSetting(settings: Settings, config: string, ...env: string[]): boolean {
  const value = setting(settings, config, ...env);
  return value !== undefined && /^(true|1|yes|on)$/i.test(value);
}
