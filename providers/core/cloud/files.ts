import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseObject } from "../util/json";
import { namesOf, type Setting, type Settings, textOf } from "../util/settings";
import { unavailable } from "./credentials";

/** A path below the home folder. */
export function atHome(settings: Settings, ...parts: string[]): string {
  return join(settings.env("HOME") ?? homedir(), ...parts);
}

/** `path` with the home folder in place of a leading `~`. */
export function expand(path: string, settings: Settings): string {
  return path.replace(/^~(?=\/|$)/, () => atHome(settings));
}

/** The text of a file; undefined if there is none. @throws Error with its path and Node's code if it cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new Error(`${path} cannot be read: ${code}`);
  }
}

/**
 * The JSON object in a vendor's file; undefined if there is no such file.
 *
 * @param writer - what writes such files, for the error.
 * @throws Error that never shows the file's text, which holds secrets.
 */
export function readJson<T extends object>(path: string, writer: string): T | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const content = parseObject<T>(text);
  if (content && !Array.isArray(content)) return content;
  throw new Error(`${path} is not a JSON file, as ${writer} writes it`);
}

/** The profiles in the file of a vendor's CLI. */
export interface Profiles<P> {
  path: string;
  current?: string;
  profiles: P[];
}

/** What `read` makes of the file that `setting` names, else of the `usual` one below the home folder, if that is there. */
export function readSetting<T>(
  settings: Settings,
  setting: Setting,
  usual: readonly string[],
  read: (path: string) => T | undefined,
): { path: string; content?: T } {
  const named = textOf(settings, setting);
  const path = named === undefined ? atHome(settings, ...usual) : expand(named, settings);
  const content = read(path);
  if (content !== undefined) return { path, content };
  if (named === undefined) return { path };
  throw unavailable(new Error(`${namesOf(setting)} names a file that does not exist: ${path}`));
}

/** A file of `{ current, profiles }`, as {@link readJson} and {@link readSetting} find it; none: no profiles. */
export function readJsonProfiles<P extends { name?: string }>(
  settings: Settings,
  setting: Setting,
  usual: readonly string[],
  writer: string,
): Profiles<P> {
  const read = (file: string) => readJson<{ current?: string; profiles?: P[] }>(file, writer);
  const { path, content } = readSetting(settings, setting, usual, read);
  if (content === undefined) return { path, profiles: [] };
  const { current, profiles } = content;
  if (Array.isArray(profiles)) return { path, profiles, ...(current ? { current } : {}) };
  throw new Error(`${path} has no "profiles", as ${writer} writes them`);
}

/** The sections of an INI file; undefined if there is no such file. */
export function readIni(
  path: string,
): Record<string, Record<string, string | undefined> | undefined> | undefined {
  const text = readText(path);
  const ini = require("ini") as { parse(text: string): ReturnType<typeof readIni> };
  return text === undefined ? undefined : ini.parse(text);
}

/** The text of a file that must be there: a token that a cluster renews, and so is read anew each time. */
export function readToken(path: string, what: string): string {
  const token = readText(path)?.trim();
  if (token) return token;
  throw new Error(
    `${what} names a file that ${token === undefined ? "does not exist" : "is empty"}: ${path}`,
  );
}
