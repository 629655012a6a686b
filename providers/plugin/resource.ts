import type { dynamic } from "@pulumi/pulumi";
import { type AnyAssociation, type CommonArgs, identityOf } from "../core/contract/association";
import type { Connection } from "../core/contract/cloud";
import { DUPLICATE_OF, PROVIDER, type Properties, TIMEOUTS, type Timeouts } from "../core/contract/inputs";
import { handler, type Importer, type Provider } from "../core/provider/handler";
import { canonical, isUnknown } from "../core/util/canonical";
import type { Configuration } from "./configuration";

/** What the engine calls for one resource type: the handler, with what a constructor does in the dynamic form. */
export class PluginResource {
  readonly #handler: Provider & Importer;
  /** The URN that declared each pair first. */
  readonly #declared = new Map<string, string>();

  constructor(
    readonly association: AnyAssociation,
    readonly configuration: Configuration,
  ) {
    this.#handler = handler(association);
    const get = (key: string) => configuration.get(key);
    void this.#handler.configure?.({ config: { get, require: (key) => get(key) ?? "" } });
  }

  check(urn: string, olds: Properties, news: Properties): Promise<dynamic.CheckResult> {
    const args = this.#withDefaults(news);
    const other = this.#declaredBy(urn, args);
    return this.#handler.check(olds, other === undefined ? args : { ...args, [DUPLICATE_OF]: other });
  }

  diff(id: string, olds: Properties, news: Properties): Promise<dynamic.DiffResult> {
    return this.#handler.diff(id, visible(olds), news);
  }

  async create(inputs: Properties, seconds: number): Promise<dynamic.CreateResult> {
    const { id, outs } = await shown(this.#handler.create(timed(inputs, "create", seconds)));
    return { id, outs: visible(outs as Properties) };
  }

  async read(id: string, props: Properties): Promise<dynamic.ReadResult> {
    // `Type.get(name, id, { region })` says where to look, but has no state.
    const isRecorded = "__schema" in props;
    const read = await (isRecorded
      ? this.#handler.read(id, visible(props))
      : this.#handler.import(id, props as CommonArgs));
    return read.props ? { ...read, props: visible(read.props as Properties) } : read;
  }

  async update(
    id: string,
    olds: Properties,
    news: Properties,
    seconds: number,
  ): Promise<dynamic.UpdateResult> {
    const { outs } = await shown(this.#handler.update(id, visible(olds), timed(news, "update", seconds)));
    return { outs: visible(outs as Properties) };
  }

  delete(id: string, props: Properties, seconds: number): Promise<void> {
    return this.#handler.delete(id, timed(visible(props), "delete", seconds));
  }

  /** The defaults that depend on the configuration. The dynamic form's constructor gives the same. */
  #withDefaults(news: Properties): Properties {
    const { cloud } = this.association;
    const connection = isUnknown(news.connection) ? undefined : (news.connection as Connection | undefined);
    const region = news.region ?? cloud.region(this.configuration.settings, connection);
    const ifAttached = news.ifAttached ?? this.configuration.ifAttached;
    return { ...news, ...(region ? { region } : {}), ...(ifAttached ? { ifAttached } : {}) };
  }

  /** The name of another resource that has declared this pair before. */
  #declaredBy(urn: string, args: Properties): string | undefined {
    const names = identityOf(this.association).filter(
      (name) => name !== "region" || !this.association.isGlobal,
    );
    const identity = Object.fromEntries(names.map((name) => [name, args[name]]));
    if (isUnknown(identity)) return undefined;
    const pair = canonical(identity);
    const first = this.#declared.get(pair) ?? urn;
    this.#declared.set(pair, first);
    return first === urn ? undefined : first.slice(first.lastIndexOf("::") + 2);
  }
}

/** The engine's timeout where the handler looks for it. @param seconds - 0: none was given. */
function timed(values: Properties, operation: keyof Timeouts, seconds: number): Properties {
  return seconds > 0 ? { ...values, [TIMEOUTS]: { [operation]: seconds } } : values;
}

/** Outputs without what only the dynamic form has in state. */
function visible({ [PROVIDER]: _provider, [TIMEOUTS]: _timeouts, ...outputs }: Properties): Properties {
  const declared = outputs.__declared as { settings: Properties; inputs: string[] } | undefined;
  if (!declared) return outputs;
  const inputs = declared.inputs.filter((name) => name !== TIMEOUTS);
  return { ...outputs, __declared: { ...declared, inputs } };
}

/** The same for what stays in state of a create or update that failed. */
async function shown<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "properties" in error) {
      error.properties = visible(error.properties as Properties);
    }
    throw error;
  }
}
