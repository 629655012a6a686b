import assert from "node:assert/strict";
import { forgetAll } from "../../providers/core/cloud/kept";
import type { Connection } from "../../providers/core/contract/cloud";
import type { AnyAssociation } from "../../providers/core/contract/kind";
import type { Properties } from "../../providers/core/provider/check";
import { handler } from "../../providers/core/provider/handler";
import { ownership } from "../../providers/core/provider/ownership";
import { settingsFrom } from "../../providers/core/util/settings";

/** A resource in state. */
export interface State {
  id: string;
  inputs: Properties;
  outs: Properties;
}

/** A stack with resources of one kind, its engine being the test. */
export class Stack {
  #provider: ReturnType<typeof handler>;
  #config: Record<string, string> = {};

  constructor(readonly association: AnyAssociation) {
    this.#provider = handler(association);
  }

  /** A new run of the CLI, perhaps elsewhere: a new provider process, with this config and the environment as it is. */
  async run(config: Record<string, string>): Promise<void> {
    ownership.begin();
    forgetAll();
    this.#config = config;
    this.#provider = handler(this.association);
    const get = (key: string) => config[key];
    await this.#provider.configure?.({ config: { get, require: (key) => get(key) ?? "" } });
  }

  /** What the program's constructor and `check` make of arguments. */
  async inputs(args: Properties, olds: Properties = {}): Promise<Properties> {
    const settings = settingsFrom((key) => this.#config[key]);
    const region = args.region ?? this.association.cloud.region(settings, args.connection as Connection);
    const { inputs, failures } = await this.#provider.check(olds, {
      ...args,
      ...(region ? { region } : {}),
    });
    assert.deepEqual(failures, []);
    return inputs as Properties;
  }

  async create(args: Properties): Promise<State> {
    const inputs = await this.inputs(args);
    const { id, outs } = await this.#provider.create(inputs);
    return { id, inputs, outs: outs as Properties };
  }

  /** The outputs; undefined if the attachment is gone. */
  async refresh({ id, outs }: State): Promise<Properties | undefined> {
    const read = await this.#provider.read(id, outs);
    return read.id ? (read.props as Properties) : undefined;
  }

  async diff({ id, inputs: olds, outs }: State, args: Properties) {
    return this.#provider.diff(id, outs, await this.inputs(args, olds));
  }

  async update(state: State, args: Properties): Promise<State> {
    const inputs = await this.inputs(args, state.inputs);
    const { outs } = await this.#provider.update(state.id, state.outs, inputs);
    return { id: state.id, inputs, outs: outs as Properties };
  }

  /** A run of its own, for ownership only: one that has attached a pair would leave it. */
  async destroy({ id, outs }: State): Promise<void> {
    ownership.begin();
    await this.#provider.delete(id, outs);
  }
}
