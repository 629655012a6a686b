import type { dynamic } from "@pulumi/pulumi";
import type { Properties } from "../../providers/core/contract/inputs";
import { canonical } from "../../providers/core/util/canonical";
import type { LocalProvider } from "./local-provider";

/** A resource as a program declares it. */
export interface Declared {
  name: string;
  token: string;
  args: Properties;
  deleteBeforeReplace?: boolean;
}

/** A resource in state. */
export interface Saved {
  name: string;
  token: string;
  id: string;
  inputs: Properties;
  outs: Properties;
  /** Its last create or update failed half-way: the next up updates it, whatever diff says. */
  hasInitErrors: boolean;
  /** It has been replaced: the end of the next up deletes it. */
  isDoomed: boolean;
}

/** How the CLI is called. */
export interface Options {
  refresh?: boolean;
  /** Resource names. */
  targets?: ReadonlySet<string>;
  /** Names of what is replaced without need. */
  replace?: ReadonlySet<string>;
  parallel: number;
  continueOnError?: boolean;
  /** SDKs before 3.270 go on with deletes after a failure, with --continue-on-error. */
  deletesAfterFailure?: boolean;
}

export type Verb = "create" | "read" | "update" | "delete";

/** A call of the provider process that takes its time. */
export interface Operation {
  verb: Verb;
  name: string;
  token: string;
  /** Inputs or recorded outputs. */
  properties: Properties;
}

export interface Failed {
  operation: Operation;
  error: Error & { id?: string; properties?: Properties; reasons?: string[] };
}

/**
 * What Pulumi's engine does between a program and a provider process: which calls it makes, in which order, and what it saves after
 * each of them. As it was seen to do it, in version 3.259.0.
 */
export class Engine {
  readonly failures: Failed[] = [];
  /** Operations that have begun and not ended. */
  readonly underWay = new Set<Operation>();
  writes = 0;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /**
   * @param state - is changed step by step.
   * @param watch - wraps every operation.
   */
  constructor(
    readonly provider: LocalProvider,
    readonly state: Saved[],
    readonly options: Options,
    readonly watch: <T>(operation: Operation, result: Promise<T>) => Promise<T>,
  ) {}

  async up(program: readonly Declared[]): Promise<void> {
    if (this.options.refresh && !(await this.refresh())) return;
    const steps: Promise<void>[] = [];
    for (const declared of program) {
      if (this.#isStopped) break;
      if (!this.#isTargeted(declared.name)) continue;
      steps.push(this.#register(declared));
      // Registrations are planned one after another, while steps are under way.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(steps);
    if (this.failures.length > 0 && !(this.options.continueOnError && this.options.deletesAfterFailure))
      return;
    const names = new Set(program.map(({ name }) => name));
    await this.#deleteAll((saved) => saved.isDoomed || !names.has(saved.name));
  }

  async destroy(): Promise<void> {
    await this.#deleteAll(() => true);
  }

  /** @returns whether everything could be read. */
  async refresh(): Promise<boolean> {
    const old = this.state.filter(({ isDoomed, name }) => !isDoomed && this.#isTargeted(name));
    await Promise.all(old.map((saved) => this.#step(() => this.#read(saved))));
    return this.failures.length === 0;
  }

  async #read(saved: Saved): Promise<void> {
    const provider = this.provider.handler(saved.token);
    const operation: Operation = {
      verb: "read",
      name: saved.name,
      token: saved.token,
      properties: saved.outs,
    };
    const result = await this.#call(operation, () => provider.read(saved.id, saved.outs));
    if (!result) return;
    if (result.id === undefined) {
      this.#drop(saved);
      return;
    }
    saved.outs = result.props as Properties;
    saved.inputs = { ...saved.inputs, ...((result as { inputs?: Properties }).inputs ?? {}) };
    saved.hasInitErrors = false;
    await provider.diff(saved.id, saved.outs, saved.inputs);
  }

  /** From what a program registers to what is to be done about it. */
  async #register(declared: Declared): Promise<void> {
    const { name, token, args } = declared;
    const provider = this.provider.handler(token);
    const old = this.state.find((saved) => saved.name === name && !saved.isDoomed);
    const check = async (olds: Properties): Promise<Properties> => {
      const { inputs, failures = [] } = await provider.check(olds, args);
      if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
      return inputs as Properties;
    };
    if (!old) {
      const inputs = await check({});
      return this.#step(() => this.#create(declared, inputs));
    }
    if (this.options.replace?.has(name)) {
      const inputs = await check({});
      return this.#step(() => this.#replace(declared, inputs, old, false));
    }
    const inputs = await check(old.inputs);
    const difference = await provider.diff(old.id, old.outs, inputs);
    // Left to itself ("changes" left out) the engine compares the inputs first: equal ones are no replacement, whatever it was told.
    const isOther = difference.changes ?? canonical(old.inputs) !== canonical(inputs);
    if (isOther && (difference.replaces ?? []).length > 0) {
      const fresh = await check({});
      return this.#step(() => this.#replace(declared, fresh, old, declared.deleteBeforeReplace === true));
    }
    if (this.#mustUpdate(difference, old, inputs)) return this.#step(() => this.#update(old, inputs));
    old.inputs = inputs;
  }

  #mustUpdate({ changes }: dynamic.DiffResult, old: Saved, news: Properties): boolean {
    if (old.hasInitErrors) return true;
    return changes ?? canonical(old.inputs) !== canonical(news);
  }

  /** @returns whether it is in state in the end. */
  async #create({ name, token }: Declared, inputs: Properties): Promise<boolean> {
    const operation: Operation = { verb: "create", name, token, properties: inputs };
    const result = await this.#call(operation, () => this.provider.handler(token).create(inputs));
    const { id, properties } = this.#halfDone(operation) ?? {};
    const saved = result ?? (id === undefined ? undefined : { id, outs: properties });
    if (!saved) return false;
    const { outs } = saved as { outs: Properties };
    this.state.push({ name, token, id: saved.id, inputs, outs, hasInitErrors: !result, isDoomed: false });
    return true;
  }

  /** What is to be saved of an operation although it failed. */
  #halfDone(operation: Operation): Failed["error"] | undefined {
    const failed = this.failures.find((each) => each.operation === operation);
    return failed?.error.id === undefined ? undefined : failed.error;
  }

  async #replace(declared: Declared, inputs: Properties, old: Saved, deleteFirst: boolean): Promise<void> {
    if (deleteFirst) {
      if (await this.#delete(old)) await this.#create(declared, inputs);
      return;
    }
    // A create that fails leaves the old one as it is; one that fails half-way takes its place.
    if (await this.#create(declared, inputs)) old.isDoomed = true;
  }

  async #update(old: Saved, inputs: Properties): Promise<void> {
    const { name, token } = old;
    const operation: Operation = { verb: "update", name, token, properties: inputs };
    const result = await this.#call(operation, () =>
      this.provider.handler(token).update(old.id, old.outs, inputs),
    );
    if (result) {
      Object.assign(old, { inputs, outs: result.outs as Properties, hasInitErrors: false });
      return;
    }
    const error = this.#halfDone(operation);
    // The old inputs stay, as seen.
    if (error) Object.assign(old, { outs: error.properties as Properties, hasInitErrors: true });
  }

  async #deleteAll(isGone: (saved: Saved) => boolean): Promise<void> {
    const gone = this.state.filter((saved) => isGone(saved) && this.#isTargeted(saved.name));
    await Promise.all(gone.map((saved) => this.#step(() => this.#delete(saved))));
  }

  async #delete(saved: Saved): Promise<boolean> {
    const { name, token, id, outs } = saved;
    const operation: Operation = { verb: "delete", name, token, properties: outs };
    const isDone = await this.#call(operation, async () => {
      await this.provider.handler(token).delete(id, outs);
      return true;
    });
    if (isDone) this.#drop(saved);
    return isDone === true;
  }

  #drop(saved: Saved): void {
    this.state.splice(this.state.indexOf(saved), 1);
  }

  /** @returns undefined if it failed. */
  async #call<T>(operation: Operation, call: () => Promise<T>): Promise<T | undefined> {
    if (operation.verb !== "read") this.writes++;
    this.underWay.add(operation);
    try {
      return await this.watch(operation, call());
    } catch (error) {
      this.failures.push({ operation, error: error as Failed["error"] });
      return undefined;
    } finally {
      this.underWay.delete(operation);
    }
  }

  /** One of as many steps as may be under way. */
  async #step(work: () => Promise<unknown>): Promise<void> {
    if (this.#running >= this.options.parallel)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      if (!this.#isStopped) await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  get #isStopped(): boolean {
    return this.provider.isDead || (this.failures.length > 0 && !this.options.continueOnError);
  }

  #isTargeted(name: string): boolean {
    return this.options.targets?.has(name) ?? true;
  }
}
