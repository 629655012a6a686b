import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Settings } from "../core/util/settings";

/** One cloud of `clouds.yaml`; every scalar as the text in the file. */
export interface CloudEntry {
  [key: string]: string | CloudEntry | (string | CloudEntry)[] | null;
}

/**
 * A cloud of `clouds.yaml`, completed by `secure.yaml` and, where it names a `profile`, by `clouds-public.yaml`.
 * Each file is the first of $OS_CLIENT_CONFIG_FILE (or $OS_CLIENT_SECURE_FILE), ./, ~/.config/openstack, /etc/openstack.
 * Source: https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html.
 *
 * @param region - of whose `values`, if the cloud lists regions, the entry is to be completed.
 * @throws Error if the cloud is in no file (its `code` is `NoSuchCloud`), or a file cannot be read.
 */
export function cloudFromYaml(name: string, region: string | undefined, settings: Settings): CloudEntry {
  const clouds = read("clouds", settings, "OS_CLIENT_CONFIG_FILE");
  const secrets = read("secure", settings, "OS_CLIENT_SECURE_FILE");
  const [own, secret] = [entry(clouds.content, "clouds", name), entry(secrets.content, "clouds", name)];
  if (!own && !secret) throw noSuchCloud(name, clouds);
  const merged = merge(own, secret);
  const profile = textOf(merged.profile) ?? textOf(merged.cloud);
  const full = profile ? merge(publicCloud(profile, name, settings), merged) : merged;
  return merge(full, valuesOf(full, region));
}

/** A text of an entry; undefined if absent, empty or something else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** An inner object of an entry. */
export function objectOf(value: unknown): CloudEntry | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as CloudEntry)
    : undefined;
}

interface File {
  path?: string;
  content: unknown;
}

function read(base: string, settings: Settings, variable?: string): File {
  const given = variable && settings.env(variable);
  if (given && !existsSync(given)) throw new Error(`${variable} names a file that does not exist: ${given}`);
  const path = given ?? candidates(base, settings).find(existsSync);
  if (path === undefined) return { content: undefined };
  const text = readFileSync(path, "utf8");
  const yaml = require("yaml") as typeof import("yaml");
  try {
    // Failsafe: everything stays text, so that a project id like 1e10 is not taken for a number.
    return { path, content: yaml.parse(text, { schema: "failsafe", merge: true, prettyErrors: false }) };
  } catch (error) {
    // The parser's own message would quote the line, which may hold a password.
    const [at = 0] = (error as { pos?: number[] }).pos ?? [];
    throw new Error(`${path} is not valid YAML (line ${text.slice(0, at).split("\n").length})`);
  }
}

function candidates(base: string, settings: Settings): string[] {
  const home = settings.env("HOME") ?? homedir();
  const own = join(settings.env("XDG_CONFIG_HOME") ?? join(home, ".config"), "openstack");
  return [resolve("."), own, "/etc/openstack"].flatMap((folder) => [
    join(folder, `${base}.yaml`),
    join(folder, `${base}.yml`),
  ]);
}

function entry(content: unknown, section: string, name: string): CloudEntry | undefined {
  return objectOf(objectOf(objectOf(content)?.[section])?.[name]);
}

function publicCloud(profile: string, name: string, settings: Settings): CloudEntry {
  const found = entry(read("clouds-public", settings).content, "public-clouds", profile);
  if (found) return found;
  throw new Error(
    `cloud "${name}" of clouds.yaml builds on profile "${profile}", which is in no clouds-public.yaml; ` +
      "write its auth_url and region_name into the cloud itself",
  );
}

/** `regions` holds names, or objects with a name and values that hold in that region. */
function valuesOf(cloud: CloudEntry, region: string | undefined): CloudEntry | undefined {
  const regions = Array.isArray(cloud.regions) ? cloud.regions : [];
  return objectOf(objectOf(regions.find((each) => textOf(objectOf(each)?.name) === region))?.values);
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
  return Object.assign(new Error(`cloud "${name}" is not in clouds.yaml: ${where}`), { code: "NoSuchCloud" });
}
