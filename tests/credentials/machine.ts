import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A machine on which Pulumi runs: a home folder with the vendors' files, and an environment that knows no real cloud. */
export class Machine {
  readonly home = mkdtempSync(join(tmpdir(), "machine-"));
  readonly #before = { ...process.env };

  private constructor(readonly clean: Record<string, string | undefined>) {
    this.environment({});
  }

  static async start(): Promise<Machine> {
    const { cleanEnvironment } = await import("../../scripts/environment.mjs");
    return new Machine(cleanEnvironment({ ...process.env, REMOTE: "" }));
  }

  /** Sets these variables, and none of those that were set before. */
  environment(variables: Record<string, string>): void {
    // Nobody asks a metadata service.
    const own = { HOME: this.home, ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true" };
    replace({ ...this.clean, ...own, ...variables });
  }

  /** Writes a file below the home folder; what is not text becomes JSON. Returns its path. */
  file(name: string, content: unknown): string {
    const path = join(this.home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  /** Whether there is a file of that name below the home folder. */
  has(name: string): boolean {
    return existsSync(join(this.home, name));
  }

  /** Removes a file or folder below the home folder. */
  remove(name: string): void {
    rmSync(join(this.home, name), { recursive: true, force: true });
  }

  /** Puts the environment back, and removes the home folder. */
  leave(): void {
    replace(this.#before);
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** The object stays the same: the package keeps it. */
function replace(variables: Record<string, string | undefined>): void {
  for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) process.env[name] = value;
}
