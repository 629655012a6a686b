import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import {
  answered,
  type Cloud,
  type CommonArgs,
  explain,
  Fate,
  isAllowed,
  type List,
  type ListTask,
  namesOf,
  PACKAGE,
  printable,
  retry,
  type Session,
  type Setting,
  textOf,
} from "pulumi-cloud-attachments/core";
import { type Context, clouds, isSetUp, typesOf, wantedClouds } from "./context";
import { UsageError } from "./io";
import { projectOf, pulumi } from "./pulumi";
import { Operation } from "./scan";

/** One thing that was looked at. */
export interface Finding {
  check: string;
  status: "ok" | "note" | "problem";
  message: string;
  /** What to do about it. */
  remedy?: string;
}

/** Milliseconds by which a clock may be wrong: the vendors refuse signatures after 5 to 15 minutes. */
const MOST_SKEW = 2 * 60_000;

/** Everything that first-time users stumble over, in the order in which it matters. No message holds a secret. */
export async function* examine(context: Context): AsyncGenerator<Finding> {
  yield node();
  yield* await cli(context);
  yield* project(context);
  yield proxy(context);
  const wanted = cloudsToExamine(context);
  if (wanted.length === 0) {
    yield {
      check: "clouds",
      status: "problem",
      message: "no cloud is set up here, neither in the environment nor in the config of a stack",
      remedy: `set credentials, or name one of ${clouds.map(({ name }) => name).join(", ")} with --cloud`,
    };
  }
  for (const cloud of wanted) yield* examineCloud(context, cloud);
  yield* clocks();
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  const message = `Node.js ${process.versions.node}`;
  if (isNew) return { check: "node", status: "ok", message };
  return { check: "node", status: "problem", message, remedy: "install Node.js 20.19 or newer" };
}

async function cli({ io }: Context): Promise<Finding[]> {
  try {
    const version = (await pulumi(io, ["version"])).trim().replace(/^v/, "");
    const [major = 0, minor = 0] = version.split(".").map(Number);
    const imports = major > 3 || (major === 3 && minor >= 254);
    const message = `Pulumi CLI ${version}`;
    const note = "pulumi import of what adopt writes needs 3.254; with this one, up adopts by itself";
    return [
      {
        check: "pulumi",
        status: imports ? "ok" : "note",
        message: imports ? message : `${message}: ${note}`,
      },
      languageHost(io.env),
    ];
  } catch (error) {
    const [message = "", hint] = (error as Error).message.split(" (hint: ");
    const remedy = hint ? `install it: ${hint.replace(/\)$/, "")}` : "install it anew";
    return [{ check: "pulumi", status: "problem", message, remedy }];
  }
}

function languageHost(env: NodeJS.ProcessEnv): Finding {
  const names = ["pulumi-language-nodejs", "pulumi-language-nodejs.exe"];
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const isThere = folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
  const check = "language host";
  if (isThere) return { check, status: "ok", message: "pulumi-language-nodejs is on PATH" };
  return {
    check,
    status: "problem",
    message: "pulumi-language-nodejs is not on PATH",
    remedy: "it comes with the Pulumi CLI: put the whole bin folder of its archive on PATH",
  };
}

function* project({ io, options, withoutProject, config }: Context): Generator<Finding> {
  const folder = projectOf(io.cwd);
  if (!folder) {
    yield {
      check: "project",
      status: "note",
      message: "no Pulumi.yaml here or above: only the environment counts",
    };
    return;
  }
  try {
    createRequire(join(folder, "index.js")).resolve(`${PACKAGE}/runtime`);
    yield { check: "package", status: "ok", message: `${PACKAGE} can be loaded from ${folder}` };
  } catch {
    yield {
      check: "package",
      status: "problem",
      message: `${PACKAGE} cannot be loaded from ${folder}, from where Pulumi loads it`,
      remedy: `npm install ${PACKAGE} (pnpm add ${PACKAGE}, yarn add ${PACKAGE}) in that folder`,
    };
  }
  if (options.project === false) return;
  yield withoutProject
    ? {
        check: "stack",
        status: "problem",
        message: printable(`the stack's config cannot be read: ${withoutProject}`),
        remedy: "pulumi stack select, or --stack; --no-project goes by the environment alone",
      }
    : {
        check: "stack",
        status: "ok",
        message: `the stack's config has ${Object.keys(config).length} values`,
      };
}

function proxy({ settings }: Context): Finding {
  const set = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"].filter((name) => settings.env(name));
  const exempt = ["no_proxy", "NO_PROXY"].filter((name) => settings.env(name));
  const message = set.length > 0 ? `set by ${[...set, ...exempt].join(", ")}` : "none is set";
  return { check: "proxy", status: "ok", message };
}

function cloudsToExamine(context: Context): readonly Cloud<Session>[] {
  try {
    return wantedClouds(context);
  } catch (error) {
    if (error instanceof UsageError && !context.options.cloud) return [];
    throw error;
  }
}

async function* examineCloud(context: Context, cloud: Cloud<Session>): AsyncGenerator<Finding> {
  const { settings, options } = context;
  if (!isSetUp(cloud, settings)) {
    yield { check: cloud.name, status: "note", message: "nothing is set for it but what other tools share" };
  }
  yield { check: `${cloud.name} settings`, status: "ok", message: sourcesOf(context, cloud) };
  const types = typesOf(options).filter((each) => each.cloud === cloud);
  let isLoggedIn = false;
  for (const association of types) {
    const place = {
      association,
      ...(options.region?.[0] ? { region: options.region[0] } : {}),
      ...(options.profile ? { connection: { profile: options.profile } } : {}),
    };
    // A mistake shows within a minute.
    const operation = new Operation(
      { ...context, seconds: Math.min(context.seconds, 60) },
      place,
      `logging in to ${cloud.title}`,
    );
    const { deadline, fate } = operation;
    try {
      const session = await operation.connect();
      if (!isLoggedIn) {
        const message = printable(`account ${session.accountId}, region ${session.region}`);
        yield { check: `${cloud.name} login`, status: "ok", message };
        isLoggedIn = true;
      }
      fate.sentence = `listing ${association.token} (${session.region})`;
      for (const each of (association.list?.(session, {}) ?? []) as List<CommonArgs>[]) {
        await retry({ association, deadline, fate }, "find", () => each.page(deadline, undefined));
      }
      yield { check: association.token, status: "ok", message: "may be listed" };
      for (const verb of ["attach", "detach"] as const)
        yield await write({ association, session, deadline, fate }, verb);
    } catch (error) {
      const { message, remedy } = parted(operation.failure(error).message);
      const check = isLoggedIn ? association.token : `${cloud.name} login`;
      yield { check, status: "problem", message, ...(remedy ? { remedy } : {}) };
      if (!isLoggedIn) return;
    } finally {
      operation.end();
    }
  }
}

/** Whether a write is allowed, by one that changes nothing. */
async function write(task: ListTask, verb: "attach" | "detach"): Promise<Finding> {
  const { association, session, deadline } = task;
  const check = `${association.token} ${verb}`;
  const fate = new Fate(`trying whether ${verb} is allowed, with ids that there are not (${session.region})`);
  try {
    const may = await isAllowed({ ...task, fate }, verb);
    if (may) return { check, status: "ok", message: "is allowed" };
    return { check, status: "note", message: "whether it is allowed shows at the first one" };
  } catch (error) {
    const { message, remedy } = parted(explain(fate, deadline, error));
    return { check, status: "problem", message, ...(remedy ? { remedy } : {}) };
  }
}

/** Where each setting comes from; its value never, unless it is an address, a region or the name of a profile. */
function sourcesOf({ settings, config }: Context, { settings: table }: Cloud<Session>): string {
  const told = Object.entries(table).flatMap(([name, setting]) => {
    const value = textOf(settings, setting);
    if (value === undefined) return [];
    const isOpen =
      !setting.secret && /endpoint|url$|^region|profile$|^protocol$/i.test(name) && !value.includes("@");
    return [`${sourceOf(setting, config, settings)}${isOpen ? ` (${printable(value, 100)})` : ""}`];
  });
  return told.length > 0
    ? `from ${[...new Set(told)].join(", ")}`
    : "none: profiles and roles of this machine count";
}

function sourceOf(setting: Setting, config: Context["config"], settings: Context["settings"]): string {
  const [key = ""] = (setting.config ?? "").split(".");
  if (config[key] !== undefined && textOf(settings, { config: setting.config ?? "" }) !== undefined) {
    return `config ${setting.config}`;
  }
  const variable = setting.env?.find((name) => settings.env(name) !== undefined);
  return variable ? `environment ${variable}` : namesOf(setting);
}

/** A sentence and its hint. */
function parted(sentence: string): { message: string; remedy?: string } {
  const match = /^(.*) \((.*?;? ?)hint: (.*)\)$/s.exec(sentence);
  if (!match) return { message: sentence };
  const [, what = "", facts = "", remedy = ""] = match;
  const rest = facts.replace(/; $/, "");
  return { message: rest ? `${what} (${rest})` : what, remedy };
}

function* clocks(): Generator<Finding> {
  for (const [host, skew] of answered) {
    if (Number.isNaN(skew)) continue;
    const seconds = Math.round(Math.abs(skew) / 1000);
    const check = `clock, by ${host}`;
    if (Math.abs(skew) < MOST_SKEW) yield { check, status: "ok", message: `${seconds} s apart` };
    else {
      const message = `this machine is ${seconds} s ${skew > 0 ? "ahead" : "behind"}`;
      yield { check, status: "problem", message, remedy: "set the clock: signatures carry the time" };
    }
  }
}
