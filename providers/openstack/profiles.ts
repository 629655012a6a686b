import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { unavailable } from "../core/cloud/credentials";
import { atHome, readText } from "../core/cloud/files";
import { namesOf, type Setting, type Settings, textOf } from "../core/util/settings";
import { names } from "./settings";

/** One cloud of `clouds.yaml`; every scalar as the text in the file, but for null. */
export interface CloudEntry {
  [key: string]: string | CloudEntry | (string | CloudEntry)[] | null;
}

/**
 * A cloud of `clouds.yaml`, completed by `secure.yaml` and, where it names a `profile`, by `clouds-public.yaml`.
 * Each file is the first of $OS_CLIENT_CONFIG_FILE (or $OS_CLIENT_SECURE_FILE), ./, ~/.config/openstack, /etc/openstack.
 * Source: https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html.
 *
 * @param region - of whose `values`, if the cloud lists regions, the entry is to be completed.
 * @throws Error if the cloud is in no file, or a file cannot be read.
 */
export function cloudFromYaml(name: string, region: string | undefined, settings: Settings): CloudEntry {
  const clouds = read("clouds", settings, names.beside.config_file);
  const secrets = read("secure", settings, names.beside.secure_file);
  const [own, secret] = [entry(clouds.content, "clouds", name), entry(secrets.content, "clouds", name)];
  if (!own && !secret) throw noSuchCloud(name, clouds);
  const merged = merge(own, secret);
  const profile = plain(merged, "profile") ?? plain(merged, "cloud");
  const full = profile ? merge(publicCloud(profile, name, settings), merged) : merged;
  return merge(full, valuesOf(full, region));
}

/** A text of an entry; undefined if it is absent, empty or null. @throws Error if it is a list or an object. */
export function plain(entry: CloudEntry | undefined, key: string): string | undefined {
  const value = entry?.[key];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new Error(`${key} in clouds.yaml must be a text`);
}

/** An inner object of an entry. */
export function objectOf(value: unknown): CloudEntry | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as CloudEntry)
    : undefined;
}

/** The region of a cloud, or the first of its regions. */
export function regionOf(cloud: CloudEntry | undefined): string | undefined {
  const [region] = Array.isArray(cloud?.regions) ? cloud.regions : [];
  return (
    plain(cloud, "region_name") ??
    (typeof region === "string" ? region : undefined) ??
    plain(objectOf(region), "name")
  );
}

interface File {
  path?: string;
  content: unknown;
}

function read(base: string, settings: Settings, setting?: Setting): File {
  const given = setting && textOf(settings, setting);
  const path = given ?? candidates(base, settings).find(existsSync);
  if (path === undefined) return { content: undefined };
  const text = readText(path);
  if (text === undefined)
    throw unavailable(new Error(`${namesOf(setting ?? {})} names a file that does not exist: ${path}`));
  const yaml = require("yaml") as typeof import("yaml");
  try {
    // Failsafe: what is not null stays text, so that a project id like 1e10 is not taken for a number.
    const options = { schema: "failsafe", customTags: ["null"], merge: true, prettyErrors: false } as const;
    return { path, content: yaml.parse(text, { ...options, customTags: [...options.customTags] }) };
  } catch (error) {
    // The parser's own message would quote the line, which may hold a password.
    const [at = 0] = (error as { pos?: number[] }).pos ?? [];
    throw new Error(`${path} is not valid YAML (line ${text.slice(0, at).split("\n").length})`);
  }
}

function candidates(base: string, settings: Settings): string[] {
  const own = join(settings.env("XDG_CONFIG_HOME") ?? atHome(settings, ".config"), "openstack");
  return [resolve("."), own, "/etc/openstack"].flatMap((folder) => [
    join(folder, `${base}.yaml`),
    join(folder, `${base}.yml`),
  ]);
}

function entry(content: unknown, section: string, name: string): CloudEntry | undefined {
  const clouds = objectOf(objectOf(content)?.[section]) ?? {};
  return Object.hasOwn(clouds, name) ? (objectOf(clouds[name]) ?? {}) : undefined;
}

function publicCloud(profile: string, name: string, settings: Settings): CloudEntry {
  const found = entry(read("clouds-public", settings).content, "public-clouds", profile);
  if (found) return found;
  throw unavailable(
    new Error(
      `cloud "${name}" of clouds.yaml builds on profile "${profile}", which is in no clouds-public.yaml; ` +
        "write its auth_url and region_name into the cloud itself",
    ),
  );
}

/** `regions` holds names, or objects with a name and values that hold in that region. */
function valuesOf(cloud: CloudEntry, region: string | undefined): CloudEntry | undefined {
  const regions = Array.isArray(cloud.regions) ? cloud.regions : [];
  return objectOf(objectOf(regions.find((each) => plain(objectOf(each), "name") === region))?.values);
}

function merge(under: CloudEntry | undefined, over: CloudEntry | undefined): CloudEntry {
  const result: CloudEntry = { ...under };
  for (const [key, value] of Object.entries(over ?? {})) {
    const [below, above] = [objectOf(result[key]), objectOf(value)];
    result[key] = below && above ? merge(below, above) : value;
  }
  return result;
}

function noSuchCloud(name: string, { path, content }: File): Error {
  const known = Object.keys(objectOf(objectOf(content)?.clouds) ?? {});
  const where = path
    ? `${path} has ${known.length ? known.join(", ") : "none"}`
    : "there is no clouds.yaml in $OS_CLIENT_CONFIG_FILE, ./, ~/.config/openstack or /etc/openstack";
  return unavailable(new Error(`cloud "${name}" is not in clouds.yaml: ${where}`));
}
