import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { after, now } from "../../providers/core/util/clock";
import { defaultWorld, type Simulator, startSimulator } from "../../simulator/index";
import { cpuDuring, hasProc, processesIn } from "../kit/processes";
import { nameOf, PulumiProject, type Run as Result } from "../kit/pulumi-project";
import { secretsOf } from "../kit/secrets";
import type { Declared, Failed, Operation, Saved, Verb } from "./engine";
import { longestOf } from "./faults";
import type { Run, Walk } from "./plan";
import { nothingTried, type Order, type Outcome, type Stage, Story, Violation } from "./walk";

/** Seconds that an operation has where the walk gives it none: real ones pass here. */
const SECONDS = 20;

/** Seconds within which a run of the CLI has to end, whatever happens. */
const LIMIT = 240;

/** Seconds after a kill within which every process that it left ends or comes to rest. */
const REST = 15;

const PROGRAM = `"use strict";
const attach = require("pulumi-cloud-attachments");
for (const { name, path, args, options } of require("./program.json")) {
  const Attachment = path.reduce((inside, key) => inside[key], attach);
  new Attachment(name, args, options);
}
`;

/** The real CLI, with one stack that every walk begins anew. */
export class RealCli implements Stage {
  readonly clock = { now, after };
  readonly told: string[] = [];
  readonly tried = nothingTried();
  /** Stack settings by config, its secrets encrypted. */
  readonly #settings = new Map<string, string>();
  #simulator: Simulator | undefined;
  #project: PulumiProject | undefined;
  #lastWasCut = false;

  async start(): Promise<void> {
    this.#simulator = await startSimulator();
    const log = "audit.log";
    this.#project = await PulumiProject.create();
    this.project.env.PULUMI_CLOUD_ATTACHMENTS_LOG = join(this.project.folder, log);
    this.project.trackProviders();
    this.project.write(PROGRAM);
  }

  async stop(): Promise<void> {
    await this.#project?.close();
    await this.#simulator?.stop();
  }

  get simulator(): Simulator {
    return this.#simulator as Simulator;
  }

  get project(): PulumiProject {
    return this.#project as PulumiProject;
  }

  async walk(walk: Walk): Promise<void> {
    this.simulator.setFaults({});
    Object.assign(this.simulator.world, defaultWorld());
    this.simulator.journal.length = 0;
    this.project.forgetAll();
    this.told.length = 0;
    this.tried.walks++;
    try {
      await new Story(walk, this).tell();
    } finally {
      await this.project.stopAll();
    }
  }

  async carryOut({ run, config, program, state, options, onRequest }: Order): Promise<Outcome> {
    const { project, simulator } = this;
    await this.#configure(config);
    project.file("program.json", JSON.stringify(program.map(inProgram)));
    const { journal } = simulator;
    const { push } = journal;
    let count = 0;
    let wasKilled = false;
    const running = project.start(run.command, ...flagsOf(run, options));
    journal.push = (...entries) => {
      const length = push.apply(journal, entries);
      count += entries.length;
      onRequest(count);
      if (count === run.kill.request && !wasKilled) {
        wasKilled = true;
        this.tried.kills++;
        if (run.kill.moment === "sent") this.#killProviders();
        else running.child.kill(run.kill.moment === "before" ? "SIGKILL" : "SIGINT");
      }
      return length;
    };
    const tooLong = new AbortController();
    const result = await Promise.race([
      running.ended,
      wait(LIMIT * 1000, undefined, { signal: tooLong.signal }).catch(() => undefined),
    ]);
    tooLong.abort();
    journal.push = push;
    if (!result) throw new Violation(`pulumi ${run.command} did not end within ${LIMIT} s`);
    if (wasKilled) await this.#requireRest();
    if (result.signal) await project.cancel();
    const saved = readState(project.stateFile);
    state.splice(0, state.length, ...saved.resources);
    const log = existsSync(result.log) ? readFileSync(result.log, "utf8") : "";
    this.told.push(result.output, log, readFileSync(project.stateFile, "utf8"), this.#auditLog());
    if (/^\s+at .+[.][jt]s:\d+|node:internal/m.test(result.output))
      throw new Violation(`a stack trace: ${result.output}`);
    const { begun, failed, ended } = operationsIn(log);
    this.tried.operations += begun.length;
    this.#lastWasCut = wasKilled || failed.length > 0;
    if (wasKilled) {
      const cut = begun.filter((each) => !ended.has(key(each)));
      return {
        wasKilled,
        failures: [],
        underWay: [...failed.map(({ operation }) => operation), ...cut, ...saved.pending],
      };
    }
    if (result.code !== 0 && failed.length === 0) throw new Violation(unexplained(run, result));
    return { wasKilled, failures: failed, underWay: [] };
  }

  async settle(run: Run): Promise<void> {
    if (this.#lastWasCut) await wait(Math.max(3_000, longestOf(run.troubles)));
  }

  /** Gives the stack this config, what is secret in it as `pulumi config set --secret` does. */
  async #configure(config: Readonly<Record<string, string>>): Promise<void> {
    const { project } = this;
    const name = JSON.stringify(config);
    const known = this.#settings.get(name);
    if (known !== undefined) return project.file(project.settings, known);
    const secrets = secretsOf(this.simulator.world);
    const isSecret = ([, value]: [string, string]) => secrets.has(value);
    const entries = Object.entries(config);
    const open = Object.fromEntries(entries.filter((entry) => !isSecret(entry)));
    project.file(project.settings, JSON.stringify({ config: open }));
    await project.setSecrets(Object.fromEntries(entries.filter(isSecret)));
    this.#settings.set(name, readFileSync(join(project.folder, project.settings), "utf8"));
  }

  #killProviders(): void {
    for (const pid of this.project.providers()) process.kill(pid, "SIGKILL");
  }

  #auditLog(): string {
    const file = this.project.env.PULUMI_CLOUD_ATTACHMENTS_LOG ?? "";
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** Each process that the kill left ends, or uses no more than a tenth of a processor, before the time is over. */
  async #requireRest(): Promise<void> {
    if (!hasProc) return;
    for (let second = 0; ; second++) {
      const used = await cpuDuring(1_000, processesIn(this.project.folder));
      const busy = Object.entries(used).filter(([, seconds]) => seconds > 0.1);
      if (busy.length === 0) break;
      if (second >= REST)
        throw new Violation(`${REST} s after a kill these compute: ${JSON.stringify(used)}`);
    }
    await this.project.stopAll();
  }
}

/** As the program gives it to a resource class. */
function inProgram({ name, token, args, deleteBeforeReplace }: Declared): object {
  const { __provider, __timeouts: given, ...own } = args;
  const seconds = Object.values((given as Record<string, number> | undefined) ?? {})[0] ?? SECONDS;
  const timeout = `${Math.min(seconds, SECONDS)}s`;
  const customTimeouts = { create: timeout, update: timeout, delete: timeout };
  return {
    name,
    path: token.split(/[/:]/),
    args: own,
    options: { customTimeouts, ...(deleteBeforeReplace ? { deleteBeforeReplace } : {}) },
  };
}

function flagsOf(
  { command }: Run,
  { parallel, refresh, continueOnError, targets, replace }: Order["options"],
) {
  const each = (flag: string, names: ReadonlySet<string> | undefined) =>
    [...(names ?? [])].flatMap((name) => [flag, `**::${name}`]);
  return [
    "--parallel",
    String(parallel),
    ...(refresh && command === "up" ? ["--refresh"] : []),
    ...(continueOnError && command !== "refresh" ? ["--continue-on-error"] : []),
    ...each("--target", targets),
    ...(command === "up" ? each("--replace", replace) : []),
  ];
}

interface SavedResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Saved["inputs"];
  outputs?: Saved["outs"];
  delete?: boolean;
  initErrors?: string[];
}

const TYPE = /^pulumi-nodejs:dynamic\/(\w+\/\w+:\w+)$/;

function readState(file: string): { resources: Saved[]; pending: Pick<Operation, "verb" | "name">[] } {
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint: {
      latest?: {
        resources?: SavedResource[];
        pending_operations?: { resource: SavedResource; type: string }[];
      };
    };
  };
  const { resources = [], pending_operations: pending = [] } = checkpoint.latest ?? {};
  return {
    resources: resources.flatMap(({ urn, type, id = "", inputs = {}, outputs = {}, ...rest }) => {
      const token = TYPE.exec(type)?.[1];
      if (token === undefined) return [];
      const hasInitErrors = (rest.initErrors ?? []).length > 0;
      return [
        {
          name: nameOf(urn),
          token,
          id,
          inputs,
          outs: outputs,
          hasInitErrors,
          isDoomed: rest.delete === true,
        },
      ];
    }),
    pending: pending.flatMap(({ resource, type }) => {
      const verb = { creating: "create", updating: "update", deleting: "delete", reading: "read" }[type];
      return verb === undefined ? [] : [{ verb: verb as Verb, name: nameOf(resource.urn) }];
    }),
  };
}

const verbs: Record<string, Verb> = {
  create: "create",
  "create-replacement": "create",
  update: "update",
  delete: "delete",
  "delete-replaced": "delete",
  refresh: "read",
};

interface Step {
  verb: Verb;
  name: string;
  urn: string;
}

const key = ({ verb, name }: Step) => `${verb} ${name}`;

/** What the engine's event log tells of our resources; a killed CLI may leave half a line. */
function operationsIn(log: string): { begun: Step[]; failed: Failed[]; ended: Set<string> } {
  const begun: Step[] = [];
  const failures: Step[] = [];
  const ended = new Set<string>();
  const sentences = new Map<string, string>();
  for (const line of log.split("\n")) {
    if (!line.endsWith("}")) continue;
    const event = JSON.parse(line) as Record<
      string,
      { metadata?: { op: string; urn: string; type: string } }
    > & {
      diagnosticEvent?: { urn?: string; message: string; severity: string };
    };
    const told = event.diagnosticEvent;
    if (told?.severity === "error" && told.urn && !sentences.has(told.urn))
      sentences.set(
        told.urn,
        told.message
          .replace(/<\{%.*?%\}>/g, "")
          .replace(/^1 error occurred:\n\s*\* /, "")
          .trim(),
      );
    for (const [kind, list] of [
      ["resourcePreEvent", begun],
      ["resOpFailedEvent", failures],
      ["resOutputsEvent", undefined],
    ] as const) {
      const metadata = event[kind]?.metadata;
      const verb = verbs[metadata?.op ?? ""];
      if (!metadata || verb === undefined || !TYPE.test(metadata.type)) continue;
      const step = { verb, name: nameOf(metadata.urn), urn: metadata.urn };
      list?.push(step);
      if (!list) ended.add(key(step));
    }
  }
  const failed = failures.map(({ verb, name, urn }) => {
    const error = Object.assign(new Error(sentences.get(urn) ?? "it says nothing"), { stack: "" });
    return { operation: { verb, name, token: "", properties: {} }, error };
  });
  return { begun, failed, ended };
}

function unexplained({ command }: Run, { output }: Result): string {
  return `pulumi ${command} failed, but no operation did: ${output}`;
}
