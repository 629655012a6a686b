import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Simulator, startSimulator } from "../../simulator/index";
import { type Clouds, reach } from "./clouds";
import { hasProc, processesIn } from "./processes";

/** The checkout. */
export const root = resolve(__dirname, "../..");

export interface ProjectOptions {
  /** How the clouds are reached: see `reach`. */
  clouds?: Clouds;
  /** Folder whose node_modules the program uses. Default: the checkout. False: the caller installs some. */
  modules?: string | false;
  /** More of Pulumi.yaml, as JSON: `{ runtime: { name: "nodejs" } }`. */
  yaml?: Record<string, unknown>;
  /** More of the environment. */
  env?: Record<string, string>;
}

/** How one command of the CLI ended. */
export interface Run {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** Both, in no certain order. */
  output: string;
  /** What the engine did with each resource of ours, by the resource's name: `{ web: ["create"] }`. */
  steps: Record<string, string[]>;
  /** What the engine told of severity error or warning, without colours. */
  problems: string[];
  /** File with the engine's events, if it is a command that has any. */
  log: string;
}

/** A command of the CLI under way. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Run>;
}

const STACK = "test";

/** A type token of ours, or a URN with one: no other dynamic resource's has a package and a module. */
const OURS = /(pulumi-nodejs:dynamic\/|cloud-attachments:)\w+\/\w+:/;

/**
 * A Pulumi project in a temporary folder of its own: own state, own home, an environment that knows no real cloud.
 * `close` removes it, and stops what it started.
 */
export class PulumiProject {
  /** Commands beginning with up, preview, ... all pass through `start`. */
  private readonly running = new Set<ChildProcess>();
  private commands = 0;
  /** The state as it is before the first command. */
  private initial = "";

  private constructor(
    readonly folder: string,
    /** What every command gets; tests may change it between commands. */
    readonly env: Record<string, string>,
  ) {}

  /** Makes the project and its stack. Gets the Pulumi CLI first, if there is none. */
  static async create(options: ProjectOptions = {}): Promise<PulumiProject> {
    const { cleanEnvironment, offlinePulumi, withPulumi } = await import("../../scripts/environment.mjs");
    const { pulumiCli } = await import("../../scripts/pulumi-cli.mjs");
    const folder = mkdtempSync(join(tmpdir(), "attachments-"));
    const state = join(folder, "state");
    mkdirSync(state);
    const project = new PulumiProject(folder, {
      ...withPulumi(cleanEnvironment(), await pulumiCli()),
      ...offlinePulumi(state),
      // Without it the CLI refuses --event-log.
      PULUMI_DEBUG_COMMANDS: "true",
      // Nothing of the user who runs the tests: no profile, no clouds.yaml.
      HOME: folder,
      ...options.clouds?.env,
      ...options.env,
    });
    project.file("package.json", JSON.stringify({ name: "test", private: true }));
    const yaml = {
      name: "test",
      runtime: { name: "nodejs", options: { typescript: false } },
      ...options.yaml,
    };
    project.file("Pulumi.yaml", JSON.stringify(yaml));
    project.file(`Pulumi.${STACK}.yaml`, JSON.stringify({ config: options.clouds?.config ?? {} }));
    if (options.modules !== false) {
      symlinkSync(join(options.modules ?? root, "node_modules"), join(folder, "node_modules"), "dir");
    }
    await project.must("stack", "init", STACK);
    // Elsewhere than in a file there is none.
    if (existsSync(project.stateFile)) project.initial = readFileSync(project.stateFile, "utf8");
    return project;
  }

  /** Name of the file with the stack's config. */
  readonly settings = `Pulumi.${STACK}.yaml`;

  /** Where the state is, as the backend keeps it. */
  get stateFile(): string {
    const { name } = JSON.parse(readFileSync(join(this.folder, "Pulumi.yaml"), "utf8")) as { name: string };
    return join(this.folder, "state", ".pulumi", "stacks", name, `${STACK}.json`);
  }

  /** Makes the state that of a new stack, whatever is attached, and not locked. Costs no command. */
  forgetAll(): void {
    writeFileSync(this.stateFile, this.initial);
    rmSync(join(this.folder, "state", ".pulumi", "locks"), { recursive: true, force: true });
  }

  /** Writes a file of the project. */
  file(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Replaces the program. */
  write(program: string, name = "index.js"): void {
    this.file(name, program);
  }

  up(...args: string[]): Promise<Run> {
    return this.start("up", ...args).ended;
  }

  preview(...args: string[]): Promise<Run> {
    return this.start("preview", ...args).ended;
  }

  refresh(...args: string[]): Promise<Run> {
    return this.start("refresh", ...args).ended;
  }

  destroy(...args: string[]): Promise<Run> {
    return this.start("destroy", ...args).ended;
  }

  /** Imports what is attached already. */
  import(...args: string[]): Promise<Run> {
    return this.launch(["import", "--stack", STACK, "--yes", "--non-interactive", ...args], false).ended;
  }

  /** Removes the lock that a killed CLI left. */
  cancel(): Promise<Run> {
    return this.must("cancel", "--yes", "--stack", STACK);
  }

  async setConfig(key: string, value: string, options: { secret?: boolean } = {}): Promise<void> {
    await this.must("config", "set", "--stack", STACK, ...(options.secret ? ["--secret"] : []), key, value);
  }

  /** Sets all of these as secret config, by one command. */
  async setSecrets(config: Record<string, string>): Promise<void> {
    const all = Object.entries(config).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
    await this.must("config", "set-all", "--stack", STACK, ...all);
  }

  async removeConfig(key: string): Promise<void> {
    await this.must("config", "rm", "--stack", STACK, key);
  }

  /** The state as text, secrets encrypted. */
  async exportState(): Promise<string> {
    return (await this.must("stack", "export", "--stack", STACK)).stdout;
  }

  /** Makes what `stack export` wrote to this file the state. */
  async importState(file: string): Promise<void> {
    await this.must("stack", "import", "--stack", STACK, "--file", file);
  }

  /** The attachments in state. */
  async attachments(): Promise<Attachment[]> {
    const state = JSON.parse(await this.exportState()) as { deployment: { resources?: Attachment[] } };
    return (state.deployment.resources ?? []).filter(({ type }) => OURS.test(type));
  }

  /** Starts an operation on the stack, which asks and previews nothing. */
  start(operation: "up" | "preview" | "refresh" | "destroy", ...args: string[]): Running {
    const common = ["--stack", STACK, "--non-interactive", "--color", "never", "--suppress-progress"];
    const quick = operation === "preview" ? [] : ["--yes", "--skip-preview"];
    return this.launch([operation, ...common, ...quick, ...args], true);
  }

  /** Process ids of the provider processes that run now; needs `trackProviders`. */
  providers(): number[] {
    if (!existsSync(this.pids)) return [];
    return readdirSync(this.pids).map(Number).filter(isAlive);
  }

  /** Makes every provider process from now on note its process id. */
  trackProviders(): void {
    mkdirSync(this.pids, { recursive: true });
    this.file("note-pid.cjs", NOTE_PID);
    this.env.NODE_OPTIONS = `--require ${join(this.folder, "note-pid.cjs")}`;
    this.env.TEST_PIDS = this.pids;
  }

  /** Stops what still runs, and what a killed CLI left. */
  async stopAll(): Promise<void> {
    for (const child of this.running) child.kill("SIGKILL");
    for (const pid of this.providers()) process.kill(pid, "SIGKILL");
    if (!hasProc) return;
    for (const pid of processesIn(this.folder)) {
      try {
        process.kill(Number(pid), "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
  }

  /** Stops what still runs, and removes the folder. */
  async close(): Promise<void> {
    await this.stopAll();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private get pids(): string {
    return join(this.folder, "pids");
  }

  /** Runs a command that has to succeed. */
  private async must(...args: string[]): Promise<Run> {
    const run = await this.launch(args, false).ended;
    if (run.code !== 0) throw new Error(`pulumi ${args.join(" ")} failed (${run.code}):\n${run.output}`);
    return run;
  }

  private launch(args: string[], logs: boolean): Running {
    const log = join(this.folder, `events-${this.commands++}`);
    const all = logs ? [...args, "--event-log", log] : args;
    const child = spawn("pulumi", all, {
      cwd: this.folder,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.running.add(child);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    const ended = new Promise<Run>((settle, reject) => {
      child.on("error", reject);
      // Not "close": a killed CLI leaves processes behind that hold its pipes open.
      child.on("exit", (code, signal) => {
        this.running.delete(child);
        const finish = () =>
          settle({ code, signal, stdout, stderr, output: stdout + stderr, log, ...readLog(log) });
        if (signal) finish();
        else child.once("close", finish);
      });
    });
    return { child, ended };
  }
}

/**
 * Starts a simulator and makes a project that reaches it, before the tests of this suite, and removes both after them.
 *
 * @param use - gets them as soon as they are there.
 * @param options - `each`: anew for each test; `project`: what else the project needs.
 */
export function inProject(
  use: (made: { simulator: Simulator; project: PulumiProject }) => void | Promise<void>,
  options: { each?: boolean; project?: (simulator: Simulator) => ProjectOptions } = {},
): void {
  let simulator: Simulator | undefined;
  let project: PulumiProject | undefined;
  (options.each ? beforeEach : before)(async () => {
    simulator = await startSimulator();
    project = await PulumiProject.create({ clouds: reach(simulator), ...options.project?.(simulator) });
    await use({ simulator, project });
  });
  (options.each ? afterEach : after)(async () => {
    await project?.close();
    await simulator?.stop();
  });
}

/** Fails the test, with all that the CLI printed, unless the command succeeded. */
export function succeeded(run: Run): void {
  assert.equal(run.code, 0, run.output);
}

/** An attachment as it stands in state. */
export interface Attachment {
  urn: string;
  type: string;
  id: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  initErrors?: string[];
  protect?: boolean;
}

/** A resource's name. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

interface EngineEvent {
  resourcePreEvent?: { metadata: { op: string; urn: string } };
  diagnosticEvent?: { message: string; severity: string; ephemeral?: boolean };
}

function readLog(file: string): Pick<Run, "steps" | "problems"> {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const steps: Record<string, string[]> = {};
  const problems: string[] = [];
  for (const line of lines) {
    // A killed CLI may leave half a line.
    if (!line.endsWith("}")) continue;
    const { resourcePreEvent, diagnosticEvent } = JSON.parse(line) as EngineEvent;
    const step = resourcePreEvent?.metadata;
    if (step && OURS.test(step.urn)) {
      const name = nameOf(step.urn);
      steps[name] = [...(steps[name] ?? []), step.op];
    }
    if (diagnosticEvent && /^(error|warning)$/.test(diagnosticEvent.severity)) {
      problems.push(diagnosticEvent.message.replace(/<\{%.*?%\}>/g, "").trim());
    }
  }
  return { steps, problems };
}

const NOTE_PID = `if (/dynamic-provider/.test(process.argv[1] ?? "")) {
  require("node:fs").writeFileSync(require("node:path").join(process.env.TEST_PIDS, String(process.pid)), "");
}
`;

/** Whether a process runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
