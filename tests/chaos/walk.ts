import { isDeepStrictEqual } from "node:util";
import { associations } from "../../providers/associations";
import type { Properties } from "../../providers/core/contract/inputs";
import { sleep } from "../../providers/core/util/clock";
import { settingsFrom } from "../../providers/core/util/settings";
import { defaultWorld, type JournalEntry, type Simulator, startSimulator } from "../../simulator/index";
import { byToken, everyConfig, signed } from "../kit/clouds";
import { FastClock } from "../kit/fast-clock";
import { secretsOf } from "../kit/secrets";
import { type Declared, Engine, type Failed, type Operation, type Options, type Saved } from "./engine";
import { isLate, longestOf, rulesOf, variants } from "./faults";
import { LocalProvider } from "./local-provider";
import type { Act, Edit, Run, Walk } from "./plan";
import { attachedIn, declaredSites, foreignSites, type Site, shapeOf } from "./sites";

/** A rule that did not hold. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** Milliseconds by which an operation may end after its deadline: it hears of it, and says so. */
const GRACE = 1_000;

/** What a resource of the program is at the moment. */
interface Resource {
  name: string;
  site: Site;
  inOtherForm: boolean;
  weight: number;
  seconds: number;
  deleteBeforeReplace: boolean;
}

const byKey = new Map(declaredSites.map((site) => [site.key, site]));
const associationOf = new Map(Object.values(associations).map((each) => [each.token, each]));

/** One run, as it is to be carried out. */
export interface Order {
  readonly run: Run;
  readonly config: Readonly<Record<string, string>>;
  readonly program: readonly Declared[];
  /** Is changed as the state changes. */
  readonly state: Saved[];
  readonly options: Options;
  /** Wraps every operation of a provider in this process. */
  watch<T>(provider: LocalProvider, operation: Operation, result: Promise<T>): Promise<T>;
  /** Called at the n-th request, counted from 1. */
  onRequest(count: number): void;
}

/** How a run ended. */
export interface Outcome {
  readonly wasKilled: boolean;
  readonly failures: readonly Failed[];
  /** What a kill has interrupted, or may have. */
  readonly underWay: Iterable<Pick<Operation, "verb" | "name">>;
}

/** Where walks are tried one after another, and what carries out their runs. */
export interface Stage {
  readonly simulator: Simulator;
  /** Milliseconds, by the clock of operations. */
  readonly clock: Pick<FastClock, "now" | "after">;
  /** What the runs of a walk have told. */
  readonly told: string[];
  /** What was tried so far. */
  readonly tried: Tried;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @throws Violation */
  walk(walk: Walk): Promise<void>;
  carryOut(order: Order): Promise<Outcome>;
  /** Waits until nothing of this run goes on in the clouds. */
  settle(run: Run): Promise<void>;
}

export type Tried = Record<"walks" | "runs" | "operations" | "calls" | "kills" | "failures", number>;

export const nothingTried = (): Tried => ({
  walks: 0,
  runs: 0,
  operations: 0,
  calls: 0,
  kills: 0,
  failures: 0,
});

/** One simulator, one clock that leaves waiting out, and provider processes in miniature. */
export class Ground implements Stage {
  readonly clock = new FastClock();
  #putBack: () => void = () => {};
  #simulator: Simulator | undefined;
  #provider: LocalProvider | undefined;
  readonly told: string[] = [];
  readonly tried = nothingTried();

  async start(): Promise<void> {
    this.#putBack = this.clock.use();
    this.#simulator = await startSimulator({ clock: { now: () => this.clock.date(), sleep } });
    this.#provider = new LocalProvider(this.clock);
  }

  async stop(): Promise<void> {
    await this.#provider?.kill();
    await this.#simulator?.stop();
    this.#putBack();
  }

  /** @throws Violation */
  async walk(walk: Walk): Promise<void> {
    const { simulator } = this;
    // What an earlier walk has left under way is over then.
    simulator.setFaults({});
    await sleep(300_000);
    Object.assign(simulator.world, defaultWorld());
    simulator.journal.length = 0;
    this.told.length = 0;
    this.tried.walks++;
    try {
      await new Story(walk, this).tell();
    } catch (error) {
      // Whatever it is still at must not reach into the next walk.
      await this.#provider?.kill();
      this.#renew();
      throw error;
    }
  }

  get simulator(): Simulator {
    return this.#simulator as Simulator;
  }

  async carryOut({ run, config, program, state, options, watch, onRequest }: Order): Promise<Outcome> {
    const provider = this.#provider as LocalProvider;
    await provider.start(config);
    const engine = new Engine(provider, state, options, (operation, result) =>
      watch(provider, operation, result),
    );
    const isKilled = new Promise<boolean>((resolve) => {
      provider.onRequest = (moment, count) => {
        if (moment === "before") onRequest(count);
        if (moment !== run.kill.moment || count !== run.kill.request || provider.isDead) return;
        this.tried.kills++;
        void provider.kill().then(() => resolve(true));
      };
    });
    const hasEnded = run.command === "up" ? engine.up(program) : engine[run.command]();
    const wasKilled = await Promise.race([hasEnded.then(() => false), isKilled]);
    if (wasKilled) this.#renew();
    return { wasKilled, failures: engine.failures, underWay: engine.underWay };
  }

  async settle(run: Run): Promise<void> {
    await sleep(15_000 + (longestOf(run.troubles) > 10_000 ? 300_000 : 0));
  }

  /** The provider process has been killed: the next run has a new one. */
  #renew(): void {
    this.#provider = new LocalProvider(this.clock);
  }
}

/** One walk from an empty stack to an empty stack. */
export class Story {
  readonly #state: Saved[] = [];
  readonly #config: Record<string, string>;
  readonly #secrets: Set<string>;
  #program: Resource[] = [];
  #names = 0;
  /** Pairs of which the state may be wrong, as only a refresh finds out. */
  readonly #stale = new Set<string>();
  /** Pairs that are attached without our doing, or of which a killed process alone has known. */
  readonly #excused = new Set<string>();
  /** What others have attached. */
  #foreign: Map<string, string>;
  /** Pairs that this run must not detach, not even for a moment. */
  #kept = new Set<string>();
  #violation: Violation | undefined;

  constructor(
    readonly plan: Walk,
    readonly ground: Stage,
  ) {
    const { simulator } = ground;
    const login = plan.byToken ? byToken : signed;
    this.#config = everyConfig(simulator, login);
    this.#secrets = secretsOf(simulator.world);
    this.#foreign = this.#foreignNow();
  }

  async tell(): Promise<void> {
    const { journal } = this.ground.simulator;
    journal.push = (...entries: JournalEntry[]) => {
      this.ground.tried.calls += entries.length;
      if (entries.some(({ kind, done }) => kind === "write" && done)) this.#observe();
      return Array.prototype.push.apply(journal, entries);
    };
    try {
      for (const run of this.plan.runs) await this.#run(run);
      await this.#recover();
    } finally {
      journal.push = Array.prototype.push;
    }
  }

  /** What the documentation says a user has to do after all that, and that it is enough. */
  async #recover(): Promise<void> {
    const calm: Run = {
      edits: [],
      acts: [],
      troubles: [],
      skew: 0,
      command: "up",
      options: {
        parallel: 8,
        refresh: this.#stale.size > 0,
        continueOnError: false,
        deletesAfterFailure: true,
      },
      target: 0,
      replace: 0,
      kill: { request: 0, moment: "sent" },
    };
    await this.#run(calm, "the recovery");
    const before = this.ground.simulator.journal.length;
    await this.#run({ ...calm, options: { ...calm.options, refresh: false } }, "a second up");
    const calls = this.ground.simulator.journal.slice(before);
    this.#require(
      calls.length === 0,
      () => `a second up made calls: ${calls.map(({ action }) => action).join(", ")}`,
    );
    await this.#run({ ...calm, command: "destroy" }, "the last destroy");
  }

  async #run(run: Run, mustSucceed?: string): Promise<void> {
    const { ground } = this;
    const { simulator } = ground;
    ground.tried.runs++;
    for (const edit of run.edits) this.#edit(edit);
    for (const act of run.acts) if (act.request === 0) this.#act(act);
    simulator.setFaults({
      rules: rulesOf(run.troubles),
      clockOffsetMs: run.skew * 60_000,
      variants: variants[this.plan.variants] ?? {},
    });
    const drifted = new Set(this.#stale);
    this.#keep(run);
    const outcome = await ground.carryOut({
      run,
      config: this.#config,
      program: this.#program.map((resource) => this.#declared(resource)),
      state: this.#state,
      options: this.#options(run),
      watch: (provider, operation, result) => this.#watched(provider, operation, result),
      onRequest: (count) => {
        for (const act of run.acts) if (act.request === count) this.#act(act, true);
      },
    });
    const { wasKilled, failures } = outcome;
    this.#kept.clear();
    this.#account(run, outcome, drifted);
    if (this.#violation) throw this.#violation;
    this.#requireSilence(failures);
    if (mustSucceed) {
      const [failed] = failures;
      this.#require(!failed, () => `${mustSucceed} failed: ${sentenceOf(failed as Failed)}`);
    }
    simulator.setFaults({ variants: variants[this.plan.variants] ?? {} });
    await ground.settle(run);
    if (this.#violation) throw this.#violation;
    if (!wasKilled && failures.length === 0 && run.target === 0) this.#requireWorld(run);
  }

  #options({ options, target, replace }: Run) {
    const every = (n: number) =>
      new Set(
        [...this.#program, ...this.#state].filter((_, index) => index % n === 0).map(({ name }) => name),
      );
    return {
      ...options,
      ...(target > 0 ? { targets: every(target) } : {}),
      ...(replace > 0 ? { replace: every(replace) } : {}),
    };
  }

  #declared({ name, site, inOtherForm, weight, seconds, deleteBeforeReplace }: Resource): Declared {
    const settings = settingsFrom((key) => this.#config[key]);
    const region = associationOf.get(site.token)?.cloud.region(settings);
    const args: Properties = {
      ...((inOtherForm && site.otherForm) || site.args),
      region,
      ...(site.hasWeight ? { weight } : {}),
      __provider: "text",
      ...(seconds > 0 ? { __timeouts: { create: seconds, update: seconds, delete: seconds } } : {}),
    };
    return { name, token: site.token, args, deleteBeforeReplace };
  }

  // ---------------------------------------------------------------- what changes between runs

  #edit(edit: Edit): void {
    const program = this.#program;
    if (edit.edit === "add") {
      for (let index = 0; index < edit.count && program.length < 25; index++) {
        const site = declaredSites[(edit.site + index) % declaredSites.length] as Site;
        if (program.some((each) => each.site === site)) continue;
        program.push({ ...ADDED, name: this.#newName(), site, weight: edit.weight });
      }
      return;
    }
    if (program.length === 0) return;
    const index = edit.resource % program.length;
    const resource = program[index] as Resource;
    if (edit.edit === "remove") program.splice(index, edit.count);
    else if (edit.edit === "rename")
      for (const each of program.slice(index, index + edit.count)) each.name = this.#newName();
    else if (edit.edit === "move") this.#move(resource, declaredSites[edit.site] as Site);
    else if (edit.edit === "weight") resource.weight = edit.weight;
    else if (edit.edit === "form") resource.inOtherForm = !resource.inOtherForm;
    else if (edit.edit === "timeout") resource.seconds = edit.seconds;
    else resource.deleteBeforeReplace = !resource.deleteBeforeReplace;
  }

  #newName(): string {
    this.#names++;
    return `r${this.#names}`;
  }

  /** To a pair of the same type, since a resource cannot change that. */
  #move(resource: Resource, wanted: Site): void {
    const sites = declaredSites.filter(({ token }) => token === resource.site.token);
    const site = sites[declaredSites.indexOf(wanted) % sites.length] as Site;
    const other = this.#program.find((each) => each.site === site);
    if (other) other.site = resource.site;
    resource.site = site;
  }

  /** @param isInRun - Nova's rewriting of whole lists may undo then what others do; so they do it elsewhere. */
  #act(act: Act, isInRun = false): void {
    const isForeign = act.act === "attach foreign" || act.act === "detach foreign";
    const site = (isForeign ? foreignSites : declaredSites)[act.site] as Site;
    if (isInRun && site.isRewritten) return;
    if (act.act === "attach" || act.act === "attach foreign") site.attach(this.ground.simulator.world);
    else site.detach(this.ground.simulator.world);
    if (isForeign) this.#foreign = this.#foreignNow();
    else {
      this.#kept.delete(site.key);
      this.#stale.add(site.key);
      if (act.act === "attach") this.#excused.add(site.key);
    }
  }

  // ---------------------------------------------------------------- what must hold

  /** Which pairs must stay attached: in state and in the program, attached as declared, and of a step that can know it. */
  #keep(run: Run): void {
    const attached = attachedIn(this.ground.simulator.world);
    const isTouchy = run.troubles.some(isLate);
    this.#kept = new Set(
      run.command === "destroy"
        ? []
        : this.#program.flatMap((resource) => {
            const { site, weight, name, deleteBeforeReplace } = resource;
            const saved = this.#state.filter((each) => keyOf(each) === site.key);
            const now = attached.get(site.key);
            // A change takes it off for a moment, as documented: so does one for which old news is the reason.
            const mayBlink =
              now !== shapeOf(site, weight) || (isTouchy && (site.hasWeight || site.isRewritten));
            // Its old name alone is targeted, or another resource that moves on deletes it first.
            const isUnknowable =
              (run.target > 0 && !this.#options(run).targets?.has(name)) ||
              (saved.length > 0 && this.#isDeletedFirst(saved)) ||
              deleteBeforeReplace;
            return saved.length > 0 && !mayBlink && !isUnknowable ? [site.key] : [];
          }),
    );
  }

  #isDeletedFirst(saved: readonly Saved[]): boolean {
    return saved.some(({ name }) => this.#program.find((each) => each.name === name)?.deleteBeforeReplace);
  }

  /** After each call. */
  #observe(): void {
    if (this.#violation) return;
    const attached = attachedIn(this.ground.simulator.world);
    for (const key of this.#kept) {
      if (!attached.has(key))
        this.#violation = new Violation(`${key} is declared before and after, and was detached`);
    }
    const foreign = this.#foreignNow(attached);
    if (!isDeepStrictEqual(foreign, this.#foreign)) {
      const before = [...this.#foreign].filter(([key, shape]) => foreign.get(key) !== shape);
      const after = [...foreign].filter(([key, shape]) => this.#foreign.get(key) !== shape);
      this.#violation = new Violation(
        `what others attached was touched: ${before.join(" ")} became ${after.join(" ")}`,
      );
    }
  }

  #foreignNow(attached = attachedIn(this.ground.simulator.world)): Map<string, string> {
    return new Map([...attached].filter(([key]) => !byKey.has(key)));
  }

  /** An operation ends by its deadline. */
  async #watched<T>(provider: LocalProvider, operation: Operation, result: Promise<T>): Promise<T> {
    this.ground.tried.operations++;
    const { verb, properties } = operation;
    const timeouts = properties.__timeouts as Record<string, number> | undefined;
    const seconds = timeouts?.[verb === "read" ? "update" : verb] ?? 300;
    const started = this.ground.clock.now();
    let callOff = () => {};
    const isLate = new Promise<never>((_, reject) => {
      callOff = this.ground.clock.after(seconds * 1000 + 30_000, () => {
        if (provider.isDead) return;
        this.#violation ??= new Violation(`${verb} of ${operation.name} never ended`);
        reject(this.#violation);
      });
    });
    try {
      return await Promise.race([result, isLate]);
    } finally {
      callOff();
      const took = this.ground.clock.now() - started;
      if (took > seconds * 1000 + GRACE && !provider.isDead) {
        this.#violation ??= new Violation(`${verb} of ${operation.name} took ${took} ms of its ${seconds} s`);
      }
    }
  }

  /** What the run leaves to a refresh, or to nobody. */
  #account(run: Run, { failures, underWay, wasKilled }: Outcome, drifted: ReadonlySet<string>): void {
    this.ground.tried.failures += failures.length;
    const didRefresh = run.command === "refresh" || (run.command === "up" && run.options.refresh);
    if (
      didRefresh &&
      !wasKilled &&
      failures.every(({ operation }) => operation.verb !== "read") &&
      run.target === 0
    ) {
      for (const key of drifted) this.#stale.delete(key);
    }
    for (const { operation } of failures) {
      if (operation.verb === "delete") this.#staleOf(operation.name);
    }
    if (wasKilled) {
      for (const { verb, name } of underWay) {
        if (verb === "delete") this.#staleOf(name);
        if (verb === "create") {
          const resource = this.#program.find((each) => each.name === name);
          if (resource) this.#excused.add(resource.site.key);
        }
      }
    }
    // A change of a server's groups that the cloud ends after it was given up writes back what others took off meanwhile.
    if (longestOf(run.troubles) > 60_000) {
      for (const { key } of declaredSites.filter(({ isRewritten }) => isRewritten)) {
        this.#stale.add(key);
        this.#excused.add(key);
      }
    }
    // Nothing tells the survivor that its pair was detached under another name.
    if (run.target > 0) for (const { site } of this.#program) this.#stale.add(site.key);
    if (this.#program.some(({ deleteBeforeReplace }) => deleteBeforeReplace))
      for (const { site } of this.#program) this.#stale.add(site.key);
  }

  #staleOf(name: string): void {
    for (const saved of this.#state) if (saved.name === name) this.#stale.add(keyOf(saved));
  }

  /** One clear sentence, and no secret anywhere. */
  #requireSilence(failures: readonly Failed[]): void {
    for (const failed of failures) {
      if (failed.error instanceof Violation) continue;
      const sentence = sentenceOf(failed);
      this.#require(
        /^(attaching|detaching|updating|reading) .+: ./.test(sentence) &&
          !/\n|\.[jt]s:\d+|node:internal/.test(sentence),
        () => `no clear sentence: ${sentence}`,
      );
      this.#require(failed.error.stack === "", () => `a stack trace: ${failed.error.stack}`);
    }
    const said = JSON.stringify([
      this.ground.told,
      this.#state,
      failures.map((failed) => [sentenceOf(failed), failed.error.properties]),
    ]);
    for (const secret of this.#secrets) {
      this.#require(!said.includes(secret), () => `a secret in state or message: ${secret}`);
    }
  }

  /** A run that succeeded has made the world as declared. */
  #requireWorld({ command }: Run): void {
    const attached = attachedIn(this.ground.simulator.world);
    if (command === "refresh") return;
    const declared = new Map(command === "destroy" ? [] : this.#program.map((each) => [each.site.key, each]));
    for (const [key, { site, weight }] of declared) {
      const now = attached.get(key);
      if (!this.#stale.has(key))
        this.#require(
          now === shapeOf(site, weight),
          () => `${key} is ${now ?? "detached"}, not ${shapeOf(site, weight)}`,
        );
      if (now !== undefined) this.#excused.delete(key);
    }
    for (const key of attached.keys()) {
      if (byKey.has(key) && !declared.has(key) && !this.#excused.has(key))
        this.#require(this.#stale.has(key), () => `${key} is attached, and in no program`);
    }
    this.#require(
      command !== "destroy" || this.#state.length === 0,
      () => `left in state: ${this.#state.map(({ name }) => name)}`,
    );
  }

  #require(holds: boolean, word: () => string): void {
    if (!holds) throw new Violation(word());
  }
}

const ADDED = { inOtherForm: false, seconds: 0, deleteBeforeReplace: false };

function keyOf({ token, outs }: Saved): string {
  return `${token} ${associationOf.get(token)?.id(outs as never)}`;
}

function sentenceOf({ error }: Failed): string {
  return error.reasons?.[0] ?? error.message;
}
