import { associations } from "../associations";
import type { Properties } from "../core/contract/inputs";
import { isUnknown } from "../core/util/canonical";
import { printable } from "../core/util/printable";
import { type Settings, settingsFrom } from "../core/util/settings";

/** The name of the package in programs, in config and in type tokens. */
export const PACKAGE = "cloud-attachments";

/** What `ifAttached` is where a resource does not say. */
const IF_ATTACHED = "ifAttached";

/** What marks a secret in values that the engine hands over. */
const MARK = "4dabf18193072939515e22adb298388d";

/** The clouds, by the names of their config objects, each with the keys that it reads. */
export const clouds: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.values(associations).map(({ cloud: { name, settings } }) => [
    name,
    new Set(
      Object.values(settings).flatMap(({ config }) =>
        config ? [config.slice(name.length + 1).split(".")[0] as string] : [],
      ),
    ),
  ]),
);

/** A wrong value of the configuration. */
export interface ConfigFailure {
  property: string;
  reason: string;
}

/**
 * The configuration of one provider: one object a cloud, with the keys of that vendor's own Pulumi package. It is the stack's
 * `cloud-attachments:*`, or the arguments of an explicit provider.
 */
export class Configuration {
  readonly settings: Settings;
  readonly ifAttached: string | undefined;
  readonly failures: readonly ConfigFailure[];
  readonly #values: Properties;

  /** @param args - as the engine hands them over: secrets wrapped, objects as they are or as JSON text. */
  constructor(args: Properties) {
    const values = Object.entries(args).map(([name, value]) => [name, fromText(plain(value))]);
    this.#values = Object.fromEntries(values) as Properties;
    this.failures = Object.entries(this.#values).flatMap(([name, value]) => wrong(name, value));
    const { [IF_ATTACHED]: ifAttached } = this.#values;
    this.ifAttached = typeof ifAttached === "string" ? ifAttached : undefined;
    this.settings = settingsFrom((key) => this.get(key));
  }

  /** The text of a key as the vendor's own package has it, such as `alicloud:region`: of this configuration's `alicloud` object. */
  get(key: string): string | undefined {
    const [cloud = "", name = ""] = key.split(":");
    const object = this.#values[cloud];
    const value = isObject(object) ? object[name] : undefined;
    if (value === undefined || value === null) return undefined;
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  }
}

function wrong(name: string, value: unknown): ConfigFailure[] {
  if (name === "version" || name.startsWith("__")) return [];
  // In a preview, of a provider that is made from what is not known yet. It is checked again once it is.
  if (isUnknown(value)) return [];
  const property = printable(name);
  if (name === IF_ATTACHED) {
    if (value === "adopt" || value === "fail") return [];
    return [{ property, reason: `${name} must be one of adopt, fail` }];
  }
  const keys = clouds.get(name);
  if (!keys) {
    const known = [...clouds.keys(), IF_ATTACHED].join(", ");
    return [{ property, reason: `${PACKAGE}:${property} is not known; known are ${known}` }];
  }
  if (!isObject(value)) return [{ property, reason: `${PACKAGE}:${property} must be an object` }];
  const foreign = Object.keys(value).filter((key) => !keys.has(key));
  return foreign.map((key) => ({
    property,
    reason: `${PACKAGE}:${property}.${printable(key)} is not known; known are ${[...keys].join(", ")}`,
  }));
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** SDKs and stack config send objects as JSON text. */
function fromText(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  try {
    return plain(JSON.parse(value));
  } catch {
    return value;
  }
}

/** Without the marks of secrets, however deep. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  if (MARK in value) return plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
