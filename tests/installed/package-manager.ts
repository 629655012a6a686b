import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../kit/pulumi-project";

export const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** How a package manager installs what a folder's package.json asks for, with no script run. */
export interface Layout {
  /** A package sees only what it declares itself. */
  strict?: true;
  /** The command, which may keep what it fetched in the folder `cache`. */
  command(cache: string): string[];
  /** More of its environment. */
  env?(cache: string): Record<string, string>;
  /** More of the environment of programs of the project in `folder`. */
  run?(folder: string): Record<string, string>;
}

function pnpm(...options: string[]): Layout["command"] {
  return (cache) => [
    ...[npm, "exec", "--yes", "--package=pnpm@10", "--", "pnpm", "install", "--ignore-scripts"],
    ...["--prefer-offline", "--no-frozen-lockfile", "--store-dir", join(cache, "pnpm"), ...options],
  ];
}

/** By name: those that most projects have, and the strictest ones. */
export const layouts: Record<string, Layout> = {
  npm: {
    command: () => [npm, "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"],
  },
  pnpm: { command: pnpm() },
  "yarn 1": {
    command: (cache) => [
      ...[npm, "exec", "--yes", "--package=yarn@1", "--", "yarn", "install", "--ignore-scripts"],
      ...["--prefer-offline", "--non-interactive", "--no-progress", "--cache-folder", join(cache, "yarn-1")],
    ],
  },
  "pnpm, hoist=false": { strict: true, command: pnpm("--config.hoist=false") },
  "pnpm, global virtual store": {
    strict: true,
    // pnpm turns that store off where it takes the machine for a CI.
    command: pnpm("--config.enableGlobalVirtualStore=true", "--config.ci=false"),
  },
  "yarn 4, Plug'n'Play": {
    strict: true,
    command: () => [npm, "exec", "--yes", "--package=@yarnpkg/cli-dist@4", "--", "yarn", "install"],
    env: (cache) => ({
      YARN_NODE_LINKER: "pnp",
      YARN_GLOBAL_FOLDER: join(cache, "yarn-4"),
      YARN_ENABLE_GLOBAL_CACHE: "true",
      YARN_ENABLE_SCRIPTS: "false",
      YARN_ENABLE_TELEMETRY: "false",
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    }),
    // What `yarn exec pulumi up` and scripts of package.json run with; `pulumi up` by itself finds no Pulumi SDK.
    run: (folder) => ({ NODE_OPTIONS: `--require ${join(folder, ".pnp.cjs")}` }),
  },
};

/**
 * `npm pack` of one of our packages: the path of the tarball. It is named after what is in it, so that the managers' caches
 * neither give back an older one nor keep the same one twice.
 */
export async function pack(name = "pulumi-cloud-attachments"): Promise<string> {
  await compile();
  const cache = await cacheOf("packed");
  const folder = mkdtempSync(join(cache, "new-"));
  try {
    const options = ["--workspace", name, "--pack-destination", folder];
    await execute(npm, ["pack", ...options], root);
    const [packed] = readdirSync(folder);
    if (packed === undefined) throw new Error("npm pack packed nothing");
    const digest = createHash("sha256")
      .update(readFileSync(join(folder, packed)))
      .digest("hex");
    const tarball = join(cache, `${name}-${digest.slice(0, 16)}.tgz`);
    renameSync(join(folder, packed), tarball);
    return tarball;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compiles what is packed, as `npm run build` does, so that the folders `dist` are those of the sources. */
export async function compile(): Promise<void> {
  const { build } = await import("../../scripts/setup.mjs");
  await build();
}

/** Failures of the network, not of the package. "Found: ...@undefined" is npm's ERESOLVE for what it could not fetch. */
const OFFLINE =
  /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ERR_SOCKET_TIMEOUT|E403|ERR_PNPM_META_FETCH_FAIL|ERR_PNPM_FETCH_403|YN0035|Found: \S+@undefined)\b/;

/** npm and pnpm ask a registry that does not answer three times, by default 10 s and more apart. */
const QUICK = { npm_config_fetch_retry_mintimeout: "1000", npm_config_fetch_retry_maxtimeout: "3000" };

/** Installs a folder's dependencies. Returns why that cannot be done here, if it is for want of a registry. */
export async function install(name: string, layout: Layout, folder: string): Promise<string | undefined> {
  const cache = await cacheOf("stores");
  const [command = npm, ...args] = layout.command(cache);
  try {
    await execute(command, args, folder, { ...QUICK, ...layout.env?.(cache) });
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    const offline = OFFLINE.exec(message);
    if (offline) return `${name} could not fetch packages (${offline[0]})`;
    throw error;
  }
}

/** A folder for what these tests keep between runs, outside of the checkout. */
async function cacheOf(kind: string): Promise<string> {
  const { cacheFolder } = await import("../../scripts/pulumi-cli.mjs");
  const folder = join(cacheFolder(), "installed", kind);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Runs a command to its end. @throws Error with what it printed if it fails. */
export async function execute(
  command: string,
  args: string[],
  cwd: string,
  more: Record<string, string> = {},
): Promise<string> {
  const { cleanEnvironment } = await import("../../scripts/environment.mjs");
  const { run } = await import("../../scripts/lib/run.mjs");
  const options: object = { cwd, env: { ...foreignTo(cleanEnvironment()), ...more }, seconds: 400 };
  return run(command, args, options);
}

/** An environment without the variables of the npm that runs the tests: they would make npm take this workspace for the project. */
export function foreignTo(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ([name]: [string, unknown]) =>
    !/^npm_(?!config_(registry|cache|userconfig|globalconfig))/i.test(name);
  return Object.fromEntries(Object.entries(env).filter(kept));
}
