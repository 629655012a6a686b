import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { jsonObject } from "./files";
import { type Io, UsageError } from "./io";

/** The folder of the Pulumi project that `folder` is in, if it is in one. */
export function projectOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (["yaml", "yml", "json"].some((end) => existsSync(join(at, `Pulumi.${end}`)))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** What the Pulumi CLI prints. @throws UsageError with its own words if it fails or is not there. */
export async function pulumi(io: Io, args: readonly string[]): Promise<string> {
  const child = spawn("pulumi", args, {
    cwd: io.cwd,
    env: { ...io.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? new UsageError("the Pulumi CLI is not on PATH (hint: https://www.pulumi.com/docs/install/)")
          : error,
      ),
    );
    child.on("close", resolve);
  });
  if (code === 0) return stdout;
  throw new UsageError(`pulumi ${args[0]} failed: ${(stderr || stdout).trim()}`);
}

/** Options that name a stack. */
export const stackArgs = (stack: string | undefined): string[] => (stack ? ["--stack", stack] : []);

/** A stack's config, secrets decrypted, as a program reads it. */
export async function stackConfig(io: Io, stack: string | undefined): Promise<Record<string, string>> {
  const args = ["config", "--json", "--show-secrets", "--non-interactive", ...stackArgs(stack)];
  const values = jsonObject(await pulumi(io, args), "what pulumi config prints");
  return Object.fromEntries(
    Object.entries(values).map(([key, entry]) => [key, String((entry as { value?: unknown }).value ?? "")]),
  );
}
