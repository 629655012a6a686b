import type { AnyAssociation } from "../../providers/core/contract/association";
import type { Setting } from "../../providers/core/util/settings";

/** A secret that is recognised however it is written down. */
export interface Canary {
  /** Where it was given, for the report. */
  readonly of: string;
  /** What is given, with characters that JSON, YAML, percent-encoding and headers write in other ways. */
  readonly value: string;
  /** Its letters and digits, which none of these changes. */
  readonly core: string;
}

let made = 0;

export function canary(of: string): Canary {
  made++;
  const core = `Zq7Kw${made}Canary${made}`;
  return { of, value: `${core}/"x\\W9"+j & %X=`, core };
}

/** What of these canaries stands in a text: as it is, escaped in any way, or as base64, which has three ways to begin. */
export function foundIn(text: string, canaries: readonly Canary[]): string[] {
  return canaries.flatMap(({ of, core }) => (formsOf(core).some((form) => text.includes(form)) ? [of] : []));
}

function formsOf(core: string): string[] {
  const inBase64 = [0, 1, 2].map((shift) =>
    Buffer.from("x".repeat(shift) + core)
      .toString("base64")
      // The ends depend on what stands around it.
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [core, ...inBase64];
}

/** Gives every string of a world that is secret a canary in its place, so that a login with it succeeds. */
export function plantIn(world: object): Canary[] {
  const planted: Canary[] = [];
  const walk = (inside: Record<string, unknown>, path: string): void => {
    for (const [key, value] of Object.entries(inside)) {
      if (typeof value === "string" && value !== "" && /secret$|^secretKey$|password|externalid/i.test(key)) {
        const one = canary(`${path}.${key}`);
        planted.push(one);
        inside[key] = one.value;
      } else if (value && typeof value === "object") walk(value as Record<string, unknown>, `${path}.${key}`);
    }
  };
  walk(world as Record<string, unknown>, "world");
  return planted;
}

/** A setting in one of the places where it can stand, with a canary. */
export interface Placement {
  readonly canary: Canary;
  readonly config: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** The text of the file that the setting names, by the file's name. */
  readonly files: Readonly<Record<string, string>>;
}

/** Where the file is that a setting names. */
type At = (name: string) => string;

/**
 * Every placement of a canary among a cloud's settings, by its table: in what is secret, in the password of what is an address, and in
 * the text of what is a file or a folder of files. So is a new setting tried as soon as it is in the table.
 */
export function placementsOf({ cloud }: AnyAssociation, at: At): Placement[] {
  return Object.entries(cloud.settings ?? {})
    .flatMap(([name, setting]) =>
      placesOf(setting).map((place) => {
        const one = canary(`${cloud.name} ${name} (${place.of})`);
        if (setting.secret) return { canary: one, ...place.with(one.value), files: {} };
        if (/endpoint|auth_?url|uri$/i.test(name)) {
          const url = `http://me:${encodeURIComponent(one.value)}@127.0.0.1:1`;
          return { canary: one, ...place.with(url), files: {} };
        }
        if (/file|cert$|dir$/i.test(name)) {
          const file = `canary-${one.core}`;
          return { canary: one, ...place.with(at(file)), files: { [file]: textWith(one.value) } };
        }
        return undefined;
      }),
    )
    .filter((each) => each !== undefined);
}

/** Neither INI nor JSON nor YAML nor PEM, and a bit of each. */
function textWith(value: string): string {
  return `[default]\nsecret = ${value}\n{"secret": ${JSON.stringify(value)},\n- clouds: [${value}\n-----BEGIN\n${value}\n`;
}

function placesOf({ config, env = [] }: Setting) {
  const [key = "", member] = (config ?? "").split(".");
  const inConfig =
    config === undefined
      ? []
      : [
          {
            of: config,
            with: (value: string) => ({
              config: { [key]: member === undefined ? value : JSON.stringify({ [member]: value }) },
              env: {},
            }),
          },
        ];
  const inEnv = env.map((variable) => ({
    of: variable,
    with: (value: string) => ({ config: {}, env: { [variable]: value } }),
  }));
  return [...inConfig, ...inEnv];
}

/** A password in the address of a proxy. */
export function inProxy(variable: string): Placement {
  const one = canary(variable);
  const url = `http://me:${encodeURIComponent(one.value)}@127.0.0.1:1`;
  return { canary: one, config: {}, env: { [variable]: url }, files: {} };
}
