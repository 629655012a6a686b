import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { associations } from "../../providers/associations";
import { type FaultRule, type Simulator, startSimulator } from "../../simulator/index";
import { everyConfig } from "../kit/clouds";
import { PulumiProject, type Run } from "../kit/pulumi-project";
import { type Canary, foundIn, inProxy, type Placement, placementsOf, plantIn } from "./canaries";

/** Throws in the middle of a provider process's work, when it has opened so many connections. */
const CRASH = `if (/dynamic-provider/.test(process.argv[1] ?? "") && process.env.TEST_CRASH) {
  const { Socket } = require("node:net");
  const { connect } = Socket.prototype;
  let count = 0;
  Socket.prototype.connect = function (...args) {
    if (++count === Number(process.env.TEST_CRASH)) setTimeout(() => { throw new Error("the test lets it crash"); }, 50);
    return connect.apply(this, args);
  };
}
`;

/** One stack with every resource, whose logins hold canaries, and all that it leaves behind. */
export class Trial {
  readonly #canaries: Canary[] = [];
  #open: Record<string, string> = {};
  #secret: Record<string, string> = {};
  commands = 0;
  /** How many texts were searched. */
  texts = 0;
  readonly found = new Set<string>();

  private constructor(
    readonly simulator: Simulator,
    readonly project: PulumiProject,
  ) {}

  static async start(): Promise<Trial> {
    const simulator = await startSimulator();
    const project = await PulumiProject.create();
    const trial = new Trial(simulator, project);
    project.file("crash.cjs", CRASH);
    project.env.NODE_OPTIONS = `--require ${join(project.folder, "crash.cjs")}`;
    project.env.PULUMI_CLOUD_ATTACHMENTS_LOG = join(project.folder, "audit.log");
    project.write(readFileSync(join(__dirname, "..", "upgrades", "program.js"), "utf8"));
    trial.#canaries.push(...plantIn(simulator.world));
    const values = new Set(trial.#canaries.map(({ value }) => value));
    for (const [key, value] of Object.entries(everyConfig(simulator))) {
      (values.has(value) ? trial.#secret : trial.#open)[key] = value;
    }
    assert.ok(Object.keys(trial.#secret).length >= 5, "every cloud's login has a canary");
    return trial;
  }

  async stop(): Promise<void> {
    await this.project.close();
    await this.simulator.stop();
  }

  get canaries(): number {
    return this.#canaries.length;
  }

  /** Logins that succeed: all verbs, a cloud that repeats the secrets in its refusals, and a crash. */
  async everyVerb(): Promise<void> {
    const { project, simulator } = this;
    await this.#configure({}, {});
    this.#succeeded(await this.#run("preview"));
    this.#succeeded(await this.#run("up"));
    this.#succeeded(await this.#run("refresh"));
    simulator.setFaults({ rules: this.#refusals() });
    const refused = await this.#run("refresh");
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /\*\*\*/, "the refusal is told, without the secret");
    simulator.setFaults({});
    project.env.TEST_CRASH = "3";
    const crashed = await this.#run("destroy");
    assert.match(crashed.output, /the test lets it crash|EOF|Unavailable/);
    delete project.env.TEST_CRASH;
    this.#succeeded(await this.#run("destroy"));
  }

  /** Refusals that repeat, in several ways, what the stack has given to the same cloud. */
  #refusals(): FaultRule[] {
    const fronts = new Set(this.simulator.journal.map(({ front }) => front));
    return [...fronts].map((front) => {
      const given = Object.entries(this.#secret).filter(([key]) => key.split(":")[0] === front.split(".")[0]);
      const message = given
        .flatMap(([, value]) => [value, encodeURIComponent(value), JSON.stringify(value)])
        .join(" ");
      return { kind: "error", status: 400, code: "Refused", front, message };
    });
  }

  /** Every placement, one of each cloud in a run. */
  rounds(): Placement[][] {
    const at = (name: string) => join(this.project.folder, name);
    const clouds = new Map(Object.values(associations).map((each) => [each.cloud.name, each]));
    const lists = [...clouds.values()].map((each) => placementsOf(each, at));
    const length = Math.max(...lists.map((each) => each.length));
    const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map((name) => [inProxy(name)]);
    return [...Array.from({ length }, (_, index) => lists.flatMap((list) => list[index] ?? [])), ...proxies];
  }

  /** An up with these placements, which may fail or not. */
  async round(placements: readonly Placement[]): Promise<void> {
    const { project } = this;
    const env = { ...project.env };
    this.#canaries.push(...placements.map(({ canary }) => canary));
    const config = Object.assign({}, ...placements.map((each) => each.config)) as Record<string, string>;
    for (const { files, env: more } of placements) {
      for (const [name, text] of Object.entries(files)) project.file(name, text);
      Object.assign(project.env, more);
    }
    await this.#configure(config, Object.assign({}, ...placements.map((each) => each.env)));
    project.forgetAll();
    await this.#run("up", "--continue-on-error");
    for (const key of Object.keys(project.env)) if (!(key in env)) delete project.env[key];
    Object.assign(project.env, env);
  }

  /** The login as it succeeds, with these settings in place of its own. */
  async #configure(config: Record<string, string>, env: object): Promise<void> {
    // Config comes first: what a variable is to be read for must not stand there.
    const hidden = new Set<string>();
    for (const { cloud } of Object.values(associations))
      for (const setting of Object.values(cloud.settings ?? {})) {
        if (setting.config && (setting.env ?? []).some((name) => name in env))
          hidden.add(setting.config.split(".")[0] ?? "");
      }
    const kept = (values: Record<string, string>) =>
      Object.fromEntries(Object.entries(values).filter(([key]) => !hidden.has(key) && !(key in config)));
    this.project.file(this.project.settings, JSON.stringify({ config: kept(this.#open) }));
    await this.project.setSecrets({ ...kept(this.#secret), ...config });
  }

  async #run(operation: "preview" | "up" | "refresh" | "destroy", ...args: string[]): Promise<Run> {
    this.commands++;
    const run = await this.project.start(operation, ...args).ended;
    const { folder } = this.project;
    this.#search(`output of ${operation}`, run.output);
    this.#search(`event log of ${operation}`, existsSync(run.log) ? readFileSync(run.log, "utf8") : "");
    this.#search(`journal after ${operation}`, JSON.stringify(this.simulator.journal));
    for (const file of [
      ...filesIn(join(folder, "state")),
      join(folder, "audit.log"),
      join(folder, this.project.settings),
    ])
      if (existsSync(file))
        this.#search(`${file.slice(folder.length + 1)} after ${operation}`, readFileSync(file, "utf8"));
    return run;
  }

  #search(where: string, text: string): void {
    this.texts++;
    for (const of of foundIn(text, this.#canaries)) this.found.add(`${of}: in ${where}`);
  }

  #succeeded(run: Run): void {
    assert.equal(run.code, 0, run.output);
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}
