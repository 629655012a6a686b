import {
  type AnyAssociation,
  associations,
  type Cloud,
  type Session,
  type Settings,
  settingsFrom,
  textOf,
} from "pulumi-cloud-attachments/core";
import { type Io, UsageError } from "./io";
import { projectOf, stackConfig } from "./pulumi";

/** Options that every command has which asks a cloud. */
export interface CloudOptions {
  cloud?: string[];
  region?: string[];
  profile?: string;
  type?: string[];
  config?: string[];
  stack?: string;
  /** False where `--no-project` is given. */
  project?: boolean;
  timeout?: string;
}

/** Everything that a command asks clouds with. */
export interface Context {
  io: Io;
  settings: Settings;
  /** Config of the stack and of `--config`, for what tells where a value comes from. */
  config: Readonly<Record<string, string>>;
  /** Why the project's config is not in it, if it should be. */
  withoutProject?: string;
  options: CloudOptions;
  /** Seconds that one list may take. */
  seconds: number;
}

/** @throws UsageError for an option that makes no sense. */
export async function contextOf(io: Io, options: CloudOptions): Promise<Context> {
  const given = Object.fromEntries((options.config ?? []).map(configOf));
  const seconds = Number(options.timeout ?? 600);
  if (!(seconds > 0)) throw new UsageError("--timeout takes a number of seconds above 0");
  cloudsOf(options.cloud);
  const found = options.project === false ? {} : await fromProject(io, options.stack);
  const config = { ...found.config, ...given };
  const settings = settingsFrom((key) => config[key], io.env);
  const { withoutProject } = found;
  return { io, settings, config, options, seconds, ...(withoutProject ? { withoutProject } : {}) };
}

/** The stack's config where there is a project; without `--stack`, a project without a selected stack is none. */
async function fromProject(
  io: Io,
  stack: string | undefined,
): Promise<{ config?: Record<string, string>; withoutProject?: string }> {
  if (!projectOf(io.cwd)) {
    if (stack === undefined) return {};
    throw new UsageError(`--stack ${stack}: there is no Pulumi.yaml in ${io.cwd} or above it`);
  }
  try {
    return { config: await stackConfig(io, stack) };
  } catch (error) {
    if (stack !== undefined || !(error instanceof UsageError)) throw error;
    return { withoutProject: error.message };
  }
}

function configOf(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0 && text.slice(0, at).includes(":")) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`--config takes <key>=<value>, such as alicloud:region=cn-hangzhou, not "${text}"`);
}

const all: readonly AnyAssociation[] = Object.values(associations);

/** Every cloud once. */
export const clouds: readonly Cloud<Session>[] = [...new Set(all.map(({ cloud }) => cloud))];

/** The clouds of these names. @throws UsageError for one that there is not. */
function cloudsOf(names: readonly string[] | undefined): Cloud<Session>[] | undefined {
  return names?.map((name) => {
    const found = clouds.find((cloud) => cloud.name === name);
    if (found) return found;
    throw new UsageError(`--cloud ${name}: known are ${clouds.map((cloud) => cloud.name).join(", ")}`);
  });
}

/** Associations that `--type` names by whole parts of their token: `ecs`, `alicloud/ens`. @throws UsageError for one that names none. */
export function typesOf({ type }: CloudOptions): readonly AnyAssociation[] {
  const parts = (text: string) => `/${text.replace(":", "/")}/`;
  const isOf = ({ token }: AnyAssociation, part: string) => parts(token).includes(parts(part));
  for (const part of type ?? []) {
    if (!all.some((each) => isOf(each, part))) {
      throw new UsageError(`--type ${part}: known are ${all.map(({ token }) => token).join(", ")}`);
    }
  }
  return type ? all.filter((each) => type.some((part) => isOf(each, part))) : all;
}

/** The clouds that are asked: those of `--cloud`, else those that are set up here. @throws UsageError if there is none. */
export function wantedClouds({ options, settings }: Context): readonly Cloud<Session>[] {
  const named = cloudsOf(options.cloud);
  if (named) return named;
  const found = clouds.filter((cloud) => isSetUp(cloud, settings));
  if (found.length > 0) return found;
  throw new UsageError(
    "no cloud is set up here, neither in the environment nor in the config of a stack " +
      "(hint: name one with --cloud, or ask cloud-attachments doctor)",
  );
}

/** Whether a cloud's own config or variables are set. OpenStack's OS_* count for OpenStack alone: others only understand them, too. */
export function isSetUp({ name, settings: table }: Cloud<Session>, settings: Settings): boolean {
  return Object.values(table).some((setting) => {
    const env = setting.env?.filter((variable) => name === "openstack" || !variable.startsWith("OS_")) ?? [];
    const own = setting.config === undefined ? { env } : { config: setting.config, env };
    return textOf(settings, own) !== undefined;
  });
}
