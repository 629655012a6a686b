import type { dynamic } from "@pulumi/pulumi";
import { requireAccount } from "../cloud/sessions";
import { type AnyAssociation, type CommonArgs, type Finding, identityOf } from "../contract/association";
import type { Session } from "../contract/cloud";
import { PROVIDER, type Properties } from "../contract/inputs";
import {
  declaredIn,
  inputsIn,
  isAsDeclared,
  outputsOf,
  type Recorded,
  refreshed,
  requireKnownLayout,
} from "../contract/outputs";
import { look } from "../reconcile/look";
import type { PairTask } from "../reconcile/pair-task";
import { reconcile } from "../reconcile/reconcile";
import { retry } from "../reconcile/retry";
import { canonical, isUnknown, same } from "../util/canonical";
import { printable } from "../util/printable";
import { tell } from "../util/tell";
import { untilBorn } from "./birth";
import { checkInputs, Preflight } from "./check";
import { Claim, claimsOf, isHeld, pairKeyOf, wasDetached } from "./claims";
import { diffInputs } from "./diff";
import { explain } from "./explain";
import { type Operation, Operations, quietly, silent } from "./operations";

/** Turns an association into the provider that the engine calls. */
export function handler(association: AnyAssociation): Provider & Importer {
  return new Handler(association);
}

/** What the SDK's provider process calls. */
export type Provider = Required<Omit<dynamic.ResourceProvider, "configure">> &
  Pick<dynamic.ResourceProvider, "configure">;

/** What only the plugin can offer. */
export interface Importer {
  /**
   * Reads an attachment of which nothing but the id is known.
   * @param where - if not where the configuration says.
   * @returns nothing if it is not attached.
   */
  import(id: string, where?: CommonArgs): Promise<dynamic.ReadResult>;
}

class Handler extends Operations implements Provider, Importer {
  /** Inputs that check saw take the place of old ones with the same identity. */
  readonly #kept = new Set<string>();
  readonly #preflight = new Preflight();

  check = async (olds: Properties, news: Properties): Promise<dynamic.CheckResult> => {
    const { association } = this;
    const { inputs, failures: wrong } = checkInputs(association, news);
    const { region, connection } = inputs as CommonArgs;
    // The engine checks what is not in state yet, and what replaces it, without old inputs.
    const recorded = olds !== undefined && Object.keys(olds).length > 0;
    const where = { ...(region ? { region } : {}), ...(connection ? { connection } : {}), recorded };
    const failures = [...wrong, ...this.#preflight.failures(association, where, this.settings, wrong)];
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
    const result = this.operate(this.fateOf("attaching", inputs), "create", inputs, (operation) =>
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
    const session = await this.connect(operation, args, false);
    const pair = await untilBorn(operation, () => this.#resolve(operation, session, args));
    const half = outputsOf(association, pair, inputs, session, { confirmed: false });
    claim.resolved(half);
    const task: PairTask = { association, session, pair, ...operation };
    try {
      await this.untilDetached(operation, half);
      const seen = await untilBorn(operation, async () => {
        const first = await this.look(task);
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
    const recorded = this.recorded(props, id);
    return this.operate(this.fateOf("reading", recorded), "update", recorded, async (operation) => {
      const session = await this.connectRecorded(operation, recorded);
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

  import = async (id: string, { region, connection }: CommonArgs = {}): Promise<dynamic.ReadResult> => {
    const { association } = this;
    const where = { ...(region ? { region } : {}), ...(connection ? { connection } : {}) };
    const parsed = { ...parsedId(association, id), ...where };
    return this.operate(this.fateOf("importing", parsed), "create", parsed, async (operation) => {
      const session = await this.connect(operation, parsed, false);
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
    const recorded = this.recorded(olds, id);
    const kept = Object.fromEntries(identityOf(association).map((name) => [name, olds[name]]));
    const pair: CommonArgs = { ...news, ...kept };
    // It is in state whatever becomes of the update.
    new Claim(association, recorded).end(true);
    return this.operate(this.fateOf("updating", pair), "update", news, async (operation) => {
      const session = await this.connect(operation, { ...news, region: recorded.region }, false);
      requireAccount(association.cloud, session, recorded.accountId);
      const task: PairTask = { association, session, pair, ...operation };
      try {
        await this.untilDetached(operation, recorded);
        const first = await this.look(task);
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
    const recorded = this.recorded(props, id);
    const claims = () => claimsOf(association, recorded);
    await this.operate(this.fateOf("detaching", recorded), "delete", recorded, async (operation) => {
      if (claims().length === 0) {
        const session = await this.connectRecorded(operation, recorded);
        const task: PairTask = { association, session, pair: recorded, ...operation };
        if (await this.detach(task, recorded, () => claims().length > 0)) return;
      }
      operation.fate.step = "waiting for its create under another name";
      if (await operation.deadline.race(isHeld(claims()))) return;
      throw new Error(
        "another resource of this program declares the same attachment, and its create failed: the attachment is left as it is, and " +
          "stays in state under this name (hint: mend what made that create fail, and run pulumi up again)",
      );
    });
  };

  async #resolve(operation: Operation, session: Session, args: CommonArgs): Promise<CommonArgs> {
    const { association } = this;
    const { deadline } = operation;
    if (!association.resolve) return args;
    return retry({ association, ...operation }, "find", async () =>
      deadline.race(association.resolve?.(session, args, deadline) as Promise<CommonArgs>),
    );
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
