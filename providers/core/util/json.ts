import { objectSetting, type Settings } from "./settings";

/** The object that `text` is as JSON; undefined if it is none. Never shows the text, which may hold secrets. */
export function parseObject<T extends object>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

/** A config object, empty if it is not set. Some versions of the vendors' packages write it as a list of one. */
export function configObject(settings: Settings, key: string): Record<string, unknown> {
  const value = objectSetting<unknown>(settings, key);
  return ((Array.isArray(value) ? value[0] : value) ?? {}) as Record<string, unknown>;
}
