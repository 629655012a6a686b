import type { dynamic } from "@pulumi/pulumi";
import { batchQueue } from "../batching/queue";
import { connect, requireAccount } from "../cloud/sessions";
import { type AnyAssociation, type CommonArgs, type Finding, identityOf } from "../contract/association";
import type { Session } from "../contract/cloud";
import { MissingError } from "../contract/errors";
import {
  DEFAULT_TIMEOUT_SECONDS,
  PROVIDER,
  type Properties,
  TIMEOUTS,
  type Timeouts,
} from "../contract/inputs";
import {
  declaredIn,
  inputsIn,
  isAsDeclared,
  outputsOf,
  type Recorded,
  recordedIn,
  refreshed,
  requireKnownLayout,
} from "../contract/outputs";
import { OperationDeadline } from "../reconcile/deadline";
import { look } from "../reconcile/look";
import { crowdOf, Fate, type PairTask } from "../reconcile/pair-task";
import { reconcile } from "../reconcile/reconcile";
import { retry } from "../reconcile/retry";
import { canonical, isUnknown, same } from "../util/canonical";
import { engineWatched } from "../util/engine";
import { printable } from "../util/printable";
import { type Settings, settingsFrom } from "../util/settings";
import { tell } from "../util/tell";
import { untilBorn } from "./birth";
import { checkInputs, Preflight } from "./check";
import {
  Claim,
  claimsOf,
  detachEnded,
  forgetDetach,
  isHeld,
  noteDetach,
  pairKeyOf,
  wasDetached,
} from "./claims";
import { diffInputs } from "./diff";
import { explain } from "./explain";

/** Turns an association into the provider that the engine calls. */
export function handler(association: AnyAssociation): Provider {
  return new Handler(association);
}

/** What the SDK's provider process calls; and `import`, which only the plugin can offer. */
export type Provider = Required<Omit<dynamic.ResourceProvider, "configure">> &
  Pick<dynamic.ResourceProvider, "configure"> & {
    /** Reads an attachment of which nothing but the id is known. @returns nothing if it is not attached. */
    import(id: string): Promise<dynamic.ReadResult>;
  };

/** An operation on one pair: how long it may take, and what became of it so far. */
interface Operation {
  readonly deadline: OperationDeadline;
  readonly fate: Fate;
}

class Handler implements Provider {
  #settings: Settings = settingsFrom(() => undefined);
  /** Inputs that check saw take the place of old ones with the same identity. */
  readonly #kept = new Set<string>();
  readonly #preflight = new Preflight();

  constructor(readonly association: AnyAssociation) {}

  // Everything is set before the first await: the SDK lets other calls in while a configure is still running.
  configure = async ({ config }: dynamic.ConfigureRequest): Promise<void> => {
    this.#settings = settingsFrom((key) => config.get(key));
  };

  check = async (olds: Properties, news: Properties): Promise<dynamic.CheckResult> => {
    const { association } = this;
    const { inputs, failures: wrong } = checkInputs(association, news);
    const { region, connection } = inputs as CommonArgs;
    // The engine checks what is not in state yet, and what replaces it, without old inputs.
    const recorded = olds !== undefined && Object.keys(olds).length > 0;
    const where = { ...(region ? { region } : {}), ...(connection ? { connection } : {}), recorded };
    const failures = [...wrong, ...this.#preflight.failures(association, where, this.#settings, wrong)];
    const isSame = identityOf(association).every(
      (name) => same(olds[name], inputs[name]) && !isUnknown(inputs[name]),
    );
    if (isSame && failures.length === 0) this.#kept.add(inputsKey(inputs));
    return { inputs, failures };
  };

  diff = async (_id: string, olds: Properties, news: Properties): Promise<dynamic.DiffResult> => {
    return quietly(async () => {
      requireKnownLayout(olds);
      // State that the plugin wrote lacks the text without which Pulumi could not refresh or delete it here: an update, without a
      // write to the cloud, puts it there.
      const isPlugins = PROVIDER in news && olds[PROVIDER] === undefined;
      const difference = diffInputs(this.association, isPlugins ? { ...olds, confirmed: false } : olds, news);
      if (difference.replaces || !this.#kept.has(inputsKey(news))) return difference;
      const recorded = olds as Recorded;
      new Claim(this.association, recorded).end(true);
      // The replacement of another resource that had the same pair in state has taken it off.
      return wasDetached(pairKeyOf(this.association, recorded)) ? { changes: true } : difference;
    });
  };

  create = (inputs: Properties): Promise<dynamic.CreateResult> => {
    const claim = new Claim(this.association, inputs);
    const result = this.#operate("attaching", "create", inputs, (operation) =>
      this.#create(operation, inputs, claim),
    );
    // A create that fails with an id is in state all the same.
    result.then(
      () => claim.end(true),
      (error: object) => claim.end("id" in error),
    );
    return result;
  };

  async #create(operation: Operation, inputs: Properties, claim: Claim): Promise<dynamic.CreateResult> {
    const { association } = this;
    const args = inputs as CommonArgs;
    const session = await this.#connect(operation, args, false);
    const pair = await untilBorn(operation, () => this.#resolve(operation, session, args));
    const half = outputsOf(association, pair, inputs, session, { confirmed: false });
    claim.resolved(half);
    const task: PairTask = { association, session, pair, ...operation };
    try {
      await this.#untilDetached(operation, half);
      const seen = await untilBorn(operation, async () => {
        const first = await this.#look(task);
        if (first.state === "attached") adopt(task, first);
        return (await reconcile(task, "attached", first)) ?? first;
      });
      const outs = outputsOf(association, pair, inputs, session, { confirmed: true, seen });
      return { id: association.id(pair), outs };
    } catch (error) {
      throw this.#halfDone(operation, error, half);
    }
  }

  read = async (id: string, props?: Properties): Promise<dynamic.ReadResult> => {
    const recorded = this.#recorded(props, id);
    return this.#operate("reading", "update", recorded, async (operation) => {
      const session = await this.#connectRecorded(operation, recorded);
      const task: PairTask = { association: this.association, session, pair: recorded, ...operation };
      operation.fate.step = "looking whether it is attached";
      const seen = await look(task);
      if (seen.state !== "attached") return {};
      const confirmed = isAsDeclared(this.association, declaredIn(recorded), seen);
      const outputs = refreshed(recorded, seen, confirmed);
      const inputs = inputsIn(outputs);
      return { id, props: outputs, ...(inputs ? { inputs } : {}) };
    });
  };

  import = async (id: string): Promise<dynamic.ReadResult> => {
    const { association } = this;
    const parsed = parsedId(association, id);
    return this.#operate("importing", "create", parsed, async (operation) => {
      const session = await this.#connect(operation, parsed, false);
      const task: PairTask = { association, session, pair: parsed, ...operation };
      operation.fate.step = "looking whether it is attached";
      const seen = await look(task);
      if (seen.state !== "attached") return {};
      // What the cloud shows of it is what is declared from now on.
      const found = { ...parsed, ...seen.observed };
      const declared = checkInputs(association, found).inputs;
      const confirmed = isAsDeclared(association, declared, seen);
      const props = outputsOf(association, declared, declared, session, { confirmed, seen });
      return { id, props, inputs: found };
    });
  };

  update = async (id: string, olds: Properties, news: Properties): Promise<dynamic.UpdateResult> => {
    const { association } = this;
    const recorded = this.#recorded(olds, id);
    const kept = Object.fromEntries(identityOf(association).map((name) => [name, olds[name]]));
    const pair: CommonArgs = { ...news, ...kept };
    // It is in state whatever becomes of the update.
    new Claim(association, recorded).end(true);
    return this.#operate("updating", "update", { ...news, ...kept }, async (operation) => {
      const session = await this.#connect(operation, { ...news, region: recorded.region }, false);
      requireAccount(association.cloud, session, recorded.accountId);
      const task: PairTask = { association, session, pair, ...operation };
      try {
        await this.#untilDetached(operation, recorded);
        const first = await this.#look(task);
        if (first.state === "attached" && first.incomplete)
          tell(`${operation.fate.sentence}: ${first.incomplete}`);
        const seen = (await reconcile(task, "attached", first)) ?? first;
        return { outs: outputsOf(association, pair, news, session, { confirmed: true, seen }) };
      } catch (error) {
        // Pulumi keeps the old inputs, too: with new outputs, a program that went back would show no difference.
        throw this.#halfDone(operation, error, { ...recorded, confirmed: false });
      }
    });
  };

  delete = async (id: string, props: Properties): Promise<void> => {
    const { association } = this;
    const recorded = this.#recorded(props, id);
    const claims = () => claimsOf(association, recorded);
    await this.#operate("detaching", "delete", recorded, async (operation) => {
      if (claims().length === 0) {
        const session = await this.#connectRecorded(operation, recorded);
        const task: PairTask = { association, session, pair: recorded, ...operation };
        if (await this.#detach(task, recorded, () => claims().length > 0)) return;
      }
      operation.fate.step = "waiting for its create under another name";
      if (await operation.deadline.race(isHeld(claims()))) return;
      throw new Error(
        "another resource of this program declares the same attachment, and its create failed: the attachment is left as it is, and " +
          "stays in state under this name (hint: mend what made that create fail, and run pulumi up again)",
      );
    });
  };

  /** One operation from start to end: its deadline, its sentence for errors, no stack trace. */
  async #operate<T>(
    participle: string,
    timeout: keyof Timeouts,
    pair: CommonArgs & Properties,
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const { what, where } = this.association.describe(pair);
    const joint = participle === "detaching" ? "from" : participle === "attaching" ? "to" : "at";
    const seconds = (pair[TIMEOUTS] as Timeouts | undefined)?.[timeout] ?? DEFAULT_TIMEOUT_SECONDS;
    const fate = new Fate(`${participle} ${what} ${joint} ${where}`);
    if (pair.region) fate.sentence += ` (${pair.region})`;
    const deadline = new OperationDeadline(seconds, timeout, () => `${fate.sentence}: ${fate.step}`);
    try {
      return await quietly(
        async () => {
          await engineWatched();
          return await work({ deadline, fate });
        },
        (error) => {
          const sentence = explain(fate, deadline, error);
          const mayBeGone = timeout === "delete" && fate.mayBeChanged;
          return mayBeGone
            ? `${sentence}; it may be detached already: pulumi up --refresh finds out`
            : sentence;
        },
      );
    } finally {
      deadline.end();
    }
  }

  async #connect(operation: Operation, where: CommonArgs, recorded: boolean): Promise<Session> {
    const { deadline, fate } = operation;
    const { association } = this;
    fate.step = `logging in to ${association.cloud.title}`;
    const { region, connection } = where;
    const at = { ...(region ? { region } : {}), ...(connection ? { connection } : {}), recorded };
    const session = await retry({ association, ...operation }, "find", () =>
      deadline.race(connect(association.cloud, at, this.#settings)),
    );
    if (!region) fate.sentence += ` (${session.region})`;
    deadline.onEnd(batchQueue.enter(crowdOf(association, session)));
    return session;
  }

  async #connectRecorded(operation: Operation, recorded: Recorded): Promise<Session> {
    const session = await this.#connect(operation, recorded, true);
    requireAccount(this.association.cloud, session, recorded.accountId);
    return session;
  }

  async #resolve(operation: Operation, session: Session, args: CommonArgs): Promise<CommonArgs> {
    const { association } = this;
    const { deadline } = operation;
    if (!association.resolve) return args;
    return retry({ association, ...operation }, "find", async () =>
      deadline.race(association.resolve?.(session, args, deadline) as Promise<CommonArgs>),
    );
  }

  /** @throws MissingError if the parent does not exist. */
  async #look(task: PairTask): Promise<Finding<CommonArgs>> {
    task.fate.step = "looking whether it is attached";
    const seen = await look(task);
    if (seen.state !== "missing") return seen;
    const { accountId, region } = task.session;
    const { title, tenant } = this.association.cloud;
    throw new MissingError(
      seen.what,
      `${seen.what} does not exist in ${region} of ${title} ${tenant} ${accountId} ` +
        "(hint: check the id, the region and the credentials)",
    );
  }

  /** Waits for the end of a detach of the pair that was already under way when it was claimed. */
  async #untilDetached({ deadline, fate }: Operation, outputs: Recorded): Promise<void> {
    fate.step = "waiting for a detach under way";
    await deadline.race(detachEnded(pairKeyOf(this.association, outputs)));
  }

  /** @returns false if the detach was called off. */
  async #detach(task: PairTask, recorded: Recorded, isCalledOff: () => boolean): Promise<boolean> {
    const key = pairKeyOf(this.association, recorded);
    const detach = reconcile(task, "detached", undefined, isCalledOff);
    noteDetach(key, detach);
    const isDone = (await detach) !== undefined;
    if (!isDone) forgetDetach(key);
    return isDone;
  }

  /** A write went out: the id must stay in state whatever happened, so that nothing attached is ever forgotten. */
  #halfDone({ deadline, fate }: Operation, error: unknown, outputs: Recorded): unknown {
    if (!fate.mayBeChanged) return error;
    const sentence = `${explain(fate, deadline, error)}; the next pulumi up looks again and does what is missing`;
    const id = this.association.id(outputs);
    return Object.assign(new Error(sentence), {
      id,
      properties: outputs,
      reasons: [sentence],
      isWhole: true,
    });
  }

  #recorded(props: Properties | undefined, id: string): Recorded {
    try {
      return recordedIn(props, id);
    } catch (error) {
      throw silent((error as Error).message);
    }
  }
}

/** The pair of an id that a user wrote. @throws Error if it is no id of this association. */
function parsedId(association: AnyAssociation, id: string): Properties & CommonArgs {
  const parts = association.parseId(id);
  const known = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  const { inputs, failures } = checkInputs(association, known);
  const [failure] = failures;
  if (failure) throw silent(`${printable(id)} is not an id of ${association.token}: ${failure.reason}`);
  if (association.id(inputs) !== id) throw silent(`${printable(id)} is not an id of ${association.token}`);
  return known;
}

function adopt({ association, pair, fate }: PairTask, seen: Finding<CommonArgs>): void {
  // What an earlier write of this create attached is ours.
  if (fate.attempts > 0) return;
  if (pair.ifAttached === "fail") {
    throw new Error(
      'it is attached already, and ifAttached is "fail" (hint: "adopt" takes it over as it is; use it for one pulumi up if an ' +
        "interrupted one attached it; a renamed resource needs the option aliases)",
    );
  }
  const mended = isAsDeclared(association, pair, seen) ? "" : "; brought to its declared settings";
  tell(
    `${fate.sentence}: attached already, adopted${mended}; pulumi destroy will detach it (the option retainOnDelete keeps it)`,
  );
}

function inputsKey({ [PROVIDER]: _, ...inputs }: Properties): string {
  return canonical(inputs);
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
