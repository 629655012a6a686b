import type { dynamic } from "@pulumi/pulumi";
import { dispatcher } from "../batching/queue";
import { connect, nameOf, requireAccount } from "../cloud/sessions";
import type { CommonArgs, Finding } from "../contract/association";
import type { Session } from "../contract/cloud";
import { identityOf } from "../contract/fields";
import { type AnyAssociation, placeOf } from "../contract/kind";
import { DECLARED } from "../program/declared";
import { DEFAULT_TIMEOUT_SECONDS, type Timeouts } from "../program/timeouts";
import { look, persist } from "../reconcile/look";
import { LookAhead } from "../reconcile/look-ahead";
import { Operation } from "../reconcile/operation";
import { type Goal, reach } from "../reconcile/reach";
import { isAsDeclared, type Task } from "../reconcile/task";
import { canonical, isUnknown, same } from "../util/canonical";
import { tell } from "../util/engine";
import { type Settings, settingsFrom } from "../util/settings";
import { checkInputs, type Properties } from "./check";
import { diffInputs } from "./diff";
import { explain } from "./explain";
import { ownership } from "./ownership";

/** The layout of outputs that this version writes. */
const SCHEMA = 1;

/** Turns an association into the provider that the engine calls. */
export function handler(
  association: AnyAssociation,
): Required<Omit<dynamic.ResourceProvider, "configure">> & Pick<dynamic.ResourceProvider, "configure"> {
  return new Handler(association);
}

class Handler implements dynamic.ResourceProvider {
  #settings: Settings = settingsFrom(() => undefined);
  /** By region and connection. */
  readonly #aheads = new Map<string, LookAhead>();
  readonly #announced = new Set<string>();

  constructor(readonly association: AnyAssociation) {}

  // Everything is set before the first await: the SDK lets other calls in while a configure is still running.
  configure = async ({ config }: dynamic.ConfigureRequest): Promise<void> => {
    this.#settings = settingsFrom((key) => config.get(key));
  };

  check = async (olds: Properties, news: Properties): Promise<dynamic.CheckResult> => {
    this.#announce(news[DECLARED]);
    const { inputs, failures } = checkInputs(this.association, news);
    const names = identityOf(this.association);
    const isSame = names.every((name) => same(olds[name], inputs[name]) && !isUnknown(inputs[name]));
    if (isSame && failures.length === 0) {
      ownership.checked(this.#inputsKey(inputs));
      this.#aheadOf(inputs).forget(inputs);
    }
    return { inputs, failures };
  };

  diff = async (_id: string, olds: Properties, news: Properties): Promise<dynamic.DiffResult> => {
    return quietly(() => {
      this.#requireKnownSchema(olds);
      const difference = diffInputs(this.association, olds, news);
      if (!difference.replaces) {
        ownership.keepIfChecked(this.#inputsKey(news), this.#pairKey(olds as unknown as Recorded));
      }
      return Promise.resolve(difference);
    });
  };

  create = async (inputs: Properties): Promise<dynamic.CreateResult> => {
    const args = inputs as CommonArgs;
    return this.#run("attaching", "create", args, inputs, async (operation) => {
      const session = await this.#connect(operation, args, false);
      const pair = await this.#resolve(operation, session, args);
      const ahead = this.#aheadOf(args);
      const task: Task = { association: this.association, session, pair, operation, ahead };
      const outs = { ...pair, ...located(session) };
      const withdraw = this.#claim(outs);
      try {
        await this.#untilDetached(operation, outs);
        operation.doing("looking whether it is attached");
        const seen = (await operation.race(ahead.take(task))) ?? (await look(task));
        if (seen.state === "attached") this.#adopt(operation, task, seen);
        const finding = await this.#attach(task, seen);
        return {
          id: this.association.id(pair),
          outs: clean({ ...outs, ...observed(finding), confirmed: true }),
        };
      } catch (error) {
        if (!operation.pending) withdraw();
        throw this.#halfDone(operation, error, outs);
      }
    });
  };

  read = async (id: string, props?: Properties): Promise<dynamic.ReadResult> => {
    const recorded = this.#recorded(props, id);
    return this.#run("reading", "update", recorded, recorded, async (operation) => {
      const session = await this.#connectRecorded(operation, recorded);
      const task: Task = { association: this.association, session, pair: recorded, operation };
      const seen = await look(task);
      if (seen.state !== "attached") return {};
      // A parent at work for somebody else is no drift of ours.
      const { busy: _busy, ...attached } = seen;
      const confirmed = isAsDeclared(this.association, recorded, attached);
      return { id, props: clean({ ...recorded, ...observed(seen), confirmed }) };
    });
  };

  update = async (id: string, olds: Properties, news: Properties): Promise<dynamic.UpdateResult> => {
    const recorded = this.#recorded(olds, id);
    const kept = Object.fromEntries(identityOf(this.association).map((name) => [name, olds[name]]));
    const pair: CommonArgs = { ...news, ...kept };
    return this.#run("updating", "update", pair, news, async (operation) => {
      const session = await this.#connect(operation, { ...news, region: recorded.region }, false);
      requireAccount(this.association.cloud, session, recorded.accountId);
      const task: Task = { association: this.association, session, pair, operation };
      const outs = { ...pair, ...located(session) };
      this.#claim(outs);
      try {
        await this.#untilDetached(operation, outs);
        const finding = await this.#attach(task, await look(task));
        return { outs: clean({ ...outs, ...observed(finding), confirmed: true }) };
      } catch (error) {
        // Pulumi keeps the old inputs, too: with new outputs, a program that went back would show no difference.
        throw this.#halfDone(operation, error, recorded);
      }
    });
  };

  delete = async (id: string, props: Properties): Promise<void> => {
    const recorded = this.#recorded(props, id);
    const key = this.#pairKey(recorded);
    if (ownership.owns(key)) return;
    await this.#run("detaching", "delete", recorded, recorded, async (operation) => {
      const session = await this.#connectRecorded(operation, recorded);
      const task: Task = { association: this.association, session, pair: recorded, operation };
      const goal: Goal = {
        verb: "detach",
        reached: (finding) => finding.state !== "attached",
        unneeded: () => ownership.owns(key),
      };
      await ownership.whileDetaching(key, () => reach(task, goal, undefined));
    });
  };

  /** One operation from start to end: its deadline, its sentence for errors, no stack trace. */
  async #run<T>(
    participle: string,
    timeout: keyof Timeouts,
    pair: CommonArgs,
    inputs: Properties,
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const { what, where } = this.association.describe(pair);
    const joint = participle === "detaching" ? "from" : participle === "attaching" ? "to" : "at";
    const seconds = (inputs.__timeouts as Timeouts | undefined)?.[timeout] ?? DEFAULT_TIMEOUT_SECONDS;
    const operation = new Operation(`${participle} ${what} ${joint} ${where}`, seconds, timeout);
    operation.region = pair.region;
    try {
      return await quietly(
        () => work(operation),
        (error) => explain(operation, error),
      );
    } finally {
      operation.end();
    }
  }

  async #connect(operation: Operation, where: CommonArgs, recorded: boolean): Promise<Session> {
    operation.doing(`logging in to ${this.association.cloud.title}`);
    const { region, connection } = where;
    // Without a connection there is nothing recorded to give way: one login serves old pairs and new ones.
    const credentials = connection ? { connection, recorded } : { recorded: false };
    const at = { ...(region ? { region } : {}), ...credentials };
    const session = await persist({ association: this.association, operation }, "find", () =>
      operation.race(connect(this.association.cloud, at, this.#settings)),
    );
    operation.region = session.region;
    operation.leaves(dispatcher.enter(nameOf(session)));
    return session;
  }

  async #connectRecorded(operation: Operation, recorded: Recorded): Promise<Session> {
    const session = await this.#connect(operation, recorded, true);
    requireAccount(this.association.cloud, session, recorded.accountId);
    return session;
  }

  async #resolve(operation: Operation, session: Session, args: CommonArgs): Promise<CommonArgs> {
    const { resolve } = this.association;
    if (!resolve) return args;
    return persist({ association: this.association, operation }, "find", () =>
      operation.race(resolve(session, args, operation)),
    );
  }

  /** Many resources carry the same text. */
  #announce(declared: unknown): void {
    if (typeof declared !== "string" || isUnknown(declared) || this.#announced.has(declared)) return;
    this.#announced.add(declared);
    for (const pair of JSON.parse(declared) as Properties[]) this.#aheadOf(pair).announce(pair);
  }

  #aheadOf({ region, connection }: CommonArgs): LookAhead {
    const where = canonical({ region, connection });
    const ahead = this.#aheads.get(where) ?? new LookAhead(this.association);
    this.#aheads.set(where, ahead);
    return ahead;
  }

  #claim(outs: Properties): () => void {
    return ownership.claim(this.#pairKey(outs as unknown as Recorded));
  }

  /** Waits for the end of a detach of the pair that was already under way when it was claimed. */
  async #untilDetached(operation: Operation, outs: Properties): Promise<void> {
    operation.doing("waiting for a detach under way");
    await operation.race(ownership.detached(this.#pairKey(outs as unknown as Recorded)));
  }

  #adopt(operation: Operation, { pair }: Task, seen: Finding<CommonArgs>): void {
    if (pair.ifAttached === "fail") {
      throw new Error(
        'it is attached already, and ifAttached is "fail" (hint: "adopt" takes it over as it is)',
      );
    }
    const asDeclared = isAsDeclared(this.association, pair, seen);
    tell(
      `${operation.sentence}: attached already, adopted${asDeclared ? "" : "; brought to its declared settings"}`,
    );
  }

  async #attach(task: Task, seen: Finding<CommonArgs>): Promise<Finding<CommonArgs>> {
    if (seen.state === "missing") throw new Error(notThere(this.association, seen.what, task.session));
    const goal: Goal = {
      verb: "attach",
      reached: (finding) => isAsDeclared(this.association, task.pair, finding),
      unneeded: () => false,
    };
    return (await reach(task, goal, seen)) ?? seen;
  }

  /** A write went out: the id must stay in state whatever happened, so that nothing attached is ever forgotten. */
  #halfDone(operation: Operation, error: unknown, outs: Properties): unknown {
    if (!operation.pending) return error;
    const sentence = `${explain(operation, error)}; the next pulumi up looks again and does what is missing`;
    return Object.assign(new Error(sentence), {
      id: this.association.id(outs),
      properties: clean({ ...outs, confirmed: false }),
      reasons: [sentence],
      isWhole: true,
    });
  }

  #recorded(props: Properties | undefined, id: string): Recorded {
    if (props?.accountId === undefined || props.region === undefined) {
      throw silent(
        `${id}: an attachment cannot be imported or read by id, since Pulumi does not tell a dynamic resource what to read; ` +
          "declare it and run pulumi up: what is attached already is adopted",
      );
    }
    this.#requireKnownSchema(props);
    return props as unknown as Recorded;
  }

  #requireKnownSchema(props: Properties): void {
    const schema = Number(props.__schema ?? SCHEMA);
    if (schema <= SCHEMA) return;
    throw silent(
      `the state of this attachment was written by a newer pulumi-cloud-attachments (layout ${schema}, this one knows ${SCHEMA}); ` +
        "upgrade the package: npm install pulumi-cloud-attachments@latest",
    );
  }

  #inputsKey(inputs: Properties): string {
    const { __provider, ...own } = inputs;
    return `${this.association.token} ${canonical(own)}`;
  }

  #pairKey(outs: Recorded): string {
    return [this.association.token, placeOf(this.association, outs), this.association.id(outs)].join(" ");
  }
}

/** Outputs as saved: everything that delete and read have to go by. */
interface Recorded extends CommonArgs, Properties {
  accountId: string;
  region: string;
}

function located(session: Session): Properties {
  return { region: session.region, accountId: session.accountId, __schema: SCHEMA };
}

function observed(finding: Finding<CommonArgs>): Properties {
  return finding.state === "attached" ? { ...finding.observed } : {};
}

function notThere(association: AnyAssociation, what: string, session: Session): string {
  return (
    `${what} does not exist in ${session.region} of ${association.cloud.title} account ${session.accountId} ` +
    "(hint: check the id, the region and the credentials)"
  );
}

/** Only what JSON can hold: anything else makes Pulumi's serialiser fail after the attach, and nothing would be saved. */
function clean(properties: Properties): Properties {
  return JSON.parse(JSON.stringify(properties)) as Properties;
}

function silent(message: string): Error {
  const error = new Error(message);
  error.stack = "";
  return error;
}

/** Errors without a stack trace, which Pulumi would show to the user. */
async function quietly<T>(
  work: () => Promise<T>,
  word = (error: unknown) => (error as Error).message,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && "isWhole" in error) throw Object.assign(error, { stack: "" });
    throw silent(word(error));
  }
}
