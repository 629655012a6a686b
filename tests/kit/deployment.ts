import assert from "node:assert/strict";
import type { dynamic } from "@pulumi/pulumi";
import { forgetAll } from "../../providers/core/cloud/kept";
import type { AnyAssociation } from "../../providers/core/contract/association";
import type { Connection } from "../../providers/core/contract/cloud";
import type { Properties } from "../../providers/core/contract/inputs";
import { isPlural } from "../../providers/core/contract/plural";
import { fleetHandler } from "../../providers/core/provider/fleet";
import { handler, type Provider } from "../../providers/core/provider/handler";
import { settingsFrom } from "../../providers/core/util/settings";
import { shared } from "../../providers/core/util/shared";

/** A resource in state. */
export interface State {
  id: string;
  inputs: Properties;
  outs: Properties;
}

/** A failure as the engine receives it; its message is all that the user reads. */
export class Failure extends Error {
  constructor(
    message: string,
    /** What stays in state in spite of it. */
    readonly id?: string,
    readonly properties?: Properties,
  ) {
    super(message);
  }
}

/** A new run of the CLI begins: its provider process has claimed no pair yet. */
export function newRun(): void {
  forgetAll();
  const { claims, detaches } = shared();
  claims.clear();
  detaches.clear();
}

/** A stack with resources of one type, whose engine is the test: it checks before it creates and updates, as Pulumi's does. */
export class Deployment {
  #provider: Provider;
  #config: Readonly<Record<string, string>> = {};

  constructor(readonly association: AnyAssociation) {
    this.#provider = providerOf(association);
  }

  /** A stack with this config, in a first run. */
  static async of(
    association: AnyAssociation,
    config: Readonly<Record<string, string>>,
  ): Promise<Deployment> {
    const deployment = new Deployment(association);
    await deployment.run(config);
    return deployment;
  }

  /** A new run of the CLI, perhaps elsewhere: a new provider process, with this config and the environment as it is. */
  async run(config: Readonly<Record<string, string>>): Promise<void> {
    newRun();
    this.#config = config;
    this.#provider = providerOf(this.association);
    const get = (key: string) => config[key];
    await this.#provider.configure?.({ config: { get, require: (key) => get(key) ?? "" } });
  }

  /** What the resource's constructor and `check` make of arguments. */
  async inputs(args: Properties, olds: Properties = {}): Promise<Properties> {
    const settings = settingsFrom((key) => this.#config[key]);
    const region = args.region ?? this.association.cloud.region(settings, args.connection as Connection);
    const news = { ...(region ? { region } : {}), ...args };
    const { inputs, failures = [] } = await this.#provider.check(olds, news);
    if (failures.length === 0) return inputs as Properties;
    throw new Failure(
      failures.map(({ property, reason }) => (property ? `${property}: ${reason}` : reason)).join("\n"),
    );
  }

  async create(args: Properties): Promise<State> {
    const inputs = await this.inputs(args);
    const { id, outs } = await asUsersSee(this.#provider.create(inputs));
    return { id, inputs, outs: outs as Properties };
  }

  /** The outputs; undefined if the attachment is gone. */
  async refresh({ id, outs }: Pick<State, "id" | "outs">): Promise<Properties | undefined> {
    const read = await asUsersSee(this.#provider.read(id, outs));
    if (read.id === undefined) {
      assert.deepEqual(read, {});
      return undefined;
    }
    assert.equal(read.id, id);
    return read.props as Properties;
  }

  /** As `pulumi import` does it. */
  async import(id: string): Promise<unknown> {
    return asUsersSee(this.#provider.read(id));
  }

  async diff({ id, inputs, outs }: State, args: Properties): Promise<dynamic.DiffResult> {
    return asUsersSee(this.#provider.diff(id, outs, await this.inputs(args, inputs)));
  }

  async update({ id, inputs: olds, outs: old }: State, args: Properties): Promise<State> {
    const inputs = await this.inputs(args, olds);
    const { outs } = await asUsersSee(this.#provider.update(id, old, inputs));
    return { id, inputs, outs: outs as Properties };
  }

  /** A delete among the other steps of this run, which leaves a pair that the run wants attached. */
  async delete({ id, outs }: Pick<State, "id" | "outs">): Promise<void> {
    await asUsersSee(this.#provider.delete(id, outs));
  }

  /** A delete in a run of its own. */
  async destroy(state: Pick<State, "id" | "outs">): Promise<void> {
    newRun();
    await this.delete(state);
  }
}

/** Of the single form or the plural one, whichever the association is. */
function providerOf(association: AnyAssociation): Provider {
  return isPlural(association) ? fleetHandler(association.single) : handler(association);
}

/** What `attempt` fails with. */
export async function failureOf(attempt: Promise<unknown>): Promise<Failure> {
  const failure = await attempt.then(
    () => assert.fail("it did not fail"),
    (reason: unknown) => reason,
  );
  assert.ok(failure instanceof Failure, String(failure));
  return failure;
}

/** What the CLI shows of a failure must be one line without a stack trace. */
async function asUsersSee<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    assert.ok(error instanceof Error);
    const { message, stack, id, properties, reasons } = error as Error & Partial<InitFailure>;
    const [sentence = message] = reasons ?? [];
    assert.equal(stack, "", "a user would see a stack trace");
    assert.ok(!sentence.includes("\n"), `more than one line: ${sentence}`);
    throw new Failure(sentence, id, properties);
  }
}

/** What Pulumi looks for in an error of a create or update that leaves something in state. */
interface InitFailure {
  id: string;
  properties: Properties;
  reasons: string[];
}
