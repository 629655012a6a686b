import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../kit/pulumi-project";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** `npm pack` of the package, as built: the path of the tarball. */
export async function pack(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "attachments-pack-"));
  await execute(npm, ["pack", "--workspace", "pulumi-cloud-attachments", "--pack-destination", folder], root);
  const [tarball] = readdirSync(folder);
  if (tarball === undefined) throw new Error("npm pack packed nothing");
  return join(folder, tarball);
}

/** How each package manager installs what a folder's package.json asks for, with no script run. */
export const managers: Record<string, (folder: string) => string[]> = {
  npm: () => [npm, "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"],
  // Its strict layout: a package sees only what it declares itself.
  "pnpm@9": (folder) => [
    ...["pnpm@9", "pnpm"].reduce<string[]>(viaNpm, []),
    ...["install", "--ignore-scripts", "--prefer-offline", "--store-dir", join(folder, ".store")],
  ],
  "yarn@1": (folder) => [
    ...["yarn@1", "yarn"].reduce<string[]>(viaNpm, []),
    ...[
      "install",
      "--ignore-scripts",
      "--non-interactive",
      "--no-progress",
      "--cache-folder",
      join(folder, ".cache"),
    ],
  ],
};

function viaNpm(command: string[], part: string): string[] {
  return command.length === 0 ? [npm, "exec", "--yes", `--package=${part}`, "--"] : [...command, part];
}

/** Failures of the network, not of the package. */
const OFFLINE =
  /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ERR_SOCKET_TIMEOUT|E403|ERR_PNPM_META_FETCH_FAIL|ERR_PNPM_FETCH_403)\b/;

/** Installs a folder's dependencies. Returns why that cannot be done here, if it is for want of a registry. */
export async function install(manager: string, folder: string): Promise<string | undefined> {
  const [command = npm, ...args] = managers[manager]?.(folder) ?? [];
  try {
    await execute(command, args, folder);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    const offline = OFFLINE.exec(message);
    if (offline) return `${manager} could not fetch packages (${offline[0]})`;
    throw error;
  }
}

/** Runs a command to its end. @throws Error with what it printed if it fails. */
export async function execute(command: string, args: string[], cwd: string): Promise<string> {
  const { run } = await import("../../scripts/lib/run.mjs");
  // Not those of the npm that runs the tests: they would make npm take this workspace for the project.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(?!config_(registry|cache|userconfig|globalconfig))/i.test(name),
    ),
  );
  const options: object = { cwd, env, seconds: 400 };
  return run(command, args, options);
}
