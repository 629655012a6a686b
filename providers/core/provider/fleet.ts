import type { dynamic } from "@pulumi/pulumi";
import { requireAccount } from "../cloud/sessions";
import { type AnyAssociation, type CommonArgs, type Finding, identityOf } from "../contract/association";
import type { Session } from "../contract/cloud";
import { CloudError, MissingError } from "../contract/errors";
import { PROVIDER, type Properties, type Timeouts } from "../contract/inputs";
import {
  fleetOutputs,
  heldIn,
  isAsDeclared,
  type Recorded,
  type RecordedFleet,
  requireKnownLayout,
} from "../contract/outputs";
import {
  fleetId,
  inOldOrder,
  listIn,
  memberOf,
  membersIn,
  type PluralAssociation,
  pairsIn,
  pluralOf,
} from "../contract/plural";
import { DeadlineError, type OperationDeadline } from "../reconcile/deadline";
import { look } from "../reconcile/look";
import { Failure, Fate, type PairTask } from "../reconcile/pair-task";
import { reconcile } from "../reconcile/reconcile";
import { canonical, isUnknown } from "../util/canonical";
import { tell } from "../util/tell";
import { untilBorn } from "./birth";
import { checkInputs, Preflight } from "./check";
import { Claim, claimsOf, detachEnded, isClaimed, isHeld, pairKeyOf, wasDetached } from "./claims";
import { diffFleet } from "./diff";
import { explain } from "./explain";
import type { Provider } from "./handler";
import { type Operation, Operations, quietly } from "./operations";

/** Names in one message; the rest is counted. */
const MOST_NAMES = 10;

/** Turns an association into the provider of its plural form. */
export function fleetHandler(single: AnyAssociation): Provider {
  return new FleetHandler(pluralOf(single));
}

/** One pair of a list in an operation: the task that drives it, and how that ended. */
interface Member {
  readonly task: PairTask;
  readonly recorded: Recorded;
  seen?: Finding<CommonArgs>;
  error?: unknown;
}

/**
 * One operation on many pairs: each has its own fate, all go through the queue that single pairs go through, and what one of them
 * meets stops none of the others.
 */
class FleetHandler extends Operations implements Provider {
  /** Inputs that check saw take the place of old ones with the same identity. */
  readonly #kept = new Set<string>();
  /** The order that check gave a list, by what is in it: it checks a replacement once more without the old inputs. */
  readonly #orders = new Map<string, unknown[]>();
  /** Pairs of resources that are being replaced, by key: their replacement takes them over in silence. */
  readonly #replaced = new Set<string>();
  readonly #preflight = new Preflight();

  constructor(readonly plural: PluralAssociation) {
    super(plural, plural.single);
  }

  check = async (olds: Properties, news: Properties): Promise<dynamic.CheckResult> => {
    const { inputs, failures: found } = checkInputs(this.plural, news);
    const wrong = found.map((failure) => ({ ...failure, ...this.#leftToSingle(failure.property) }));
    const [list, members] = listIn(this.single, inputs) ?? [];
    if (list !== undefined && wrong.length === 0) {
      inputs[list] = this.#ordered(list, olds, inputs);
      wrong.push(...this.#contradictions(list, inputs));
    }
    const { region, connection } = inputs as CommonArgs;
    const recorded = olds !== undefined && Object.keys(olds).length > 0;
    const where = { ...(region ? { region } : {}), ...(connection ? { connection } : {}), recorded };
    const failures = [...wrong, ...this.#preflight.failures(this.single, where, this.settings, wrong)];
    if (recorded && members && failures.length === 0 && !isUnknown(inputs))
      this.#kept.add(canonical(plain(inputs)));
    return { inputs, failures };
  };

  diff = async (_id: string, olds: Properties, news: Properties): Promise<dynamic.DiffResult> => {
    return quietly(async () => {
      requireKnownLayout(olds);
      const recorded = olds as RecordedFleet;
      const difference = diffFleet(this.plural, recorded, news);
      const held = heldIn(this.plural, recorded);
      if (difference.replaces) {
        for (const pair of held) this.#replaced.add(pairKeyOf(this.single, pair));
        return difference;
      }
      if (!this.#kept.has(canonical(plain(news)))) return difference;
      const { confirmed, missing = [] } = recorded;
      this.#tellMissing(recorded, missing, []);
      if (confirmed !== true && missing.length === 0)
        tell(
          `${this.#name(recorded)}: some pairs were not as declared, or not confirmed, when last looked at`,
        );
      for (const pair of held) new Claim(this.single, pair).end(true);
      // The replacement of another resource that had the same pair in state has taken it off.
      const isShort = held.some((pair) => wasDetached(pairKeyOf(this.single, pair)));
      return isShort ? { changes: true } : difference;
    });
  };

  create = async (inputs: Properties): Promise<dynamic.CreateResult> => {
    const id = fleetId(this.plural, inputs);
    const outs = await this.#attach("attaching", "create", inputs, { id, held: new Set() });
    return { id, outs };
  };

  update = async (id: string, olds: Properties, news: Properties): Promise<dynamic.UpdateResult> => {
    const recorded = this.recorded(olds, id) as RecordedFleet;
    const kept = Object.fromEntries(identityOf(this.plural).map((name) => [name, olds[name]]));
    const held = new Set(heldIn(this.plural, recorded).map(this.single.id));
    const outs = await this.#attach("updating", "update", { ...news, ...kept }, { id, held, recorded });
    return { outs };
  };

  read = async (id: string, props?: Properties): Promise<dynamic.ReadResult> => {
    const recorded = this.recorded(props, id) as RecordedFleet;
    return this.#operateAll("reading", "update", recorded, async (operation) => {
      const session = await this.connectRecorded(operation, recorded);
      const members = this.#members(operation, session, "reading", recorded);
      await this.#each(operation, members, async (member) => {
        member.seen = await look(member.task);
      });
      if (members.some(({ error }) => error !== undefined)) throw this.#failed(operation, members);
      const missing = members.filter(({ seen }) => seen?.state !== "attached");
      if (members.length > 0 && missing.length === members.length) return {};
      const changed = members.filter(({ seen, task }) => {
        return seen?.state === "attached" && !isAsDeclared(this.single, task.pair, seen);
      });
      const listed = this.#listed(recorded, missing);
      this.#tellMissing(recorded, listed, this.#listed(recorded, changed));
      const confirmed = missing.length + changed.length === 0;
      return { id, props: fleetOutputs(recorded, recorded, { missing: listed, confirmed }) };
    });
  };

  delete = async (id: string, props: Properties): Promise<void> => {
    const recorded = this.recorded(props, id) as RecordedFleet;
    await this.#operateAll("detaching", "delete", recorded, async (operation) => {
      const pairs = heldIn(this.plural, recorded);
      const isFree = (pair: Recorded) => !isClaimed(this.single, pair);
      const free = pairs.filter(isFree);
      const unclaimed = new Set(free);
      const claimed = pairs.filter((pair) => !unclaimed.has(pair));
      if (claimed.length > 0) {
        const left = number(claimed.length);
        tell(
          `${operation.fate.sentence}: detaching ${number(free.length)}, leaving ${left} that other resources declare`,
        );
      }
      let members: Member[] = [];
      if (free.length > 0) {
        const session = await this.connectRecorded(operation, recorded);
        members = free.map((pair) => this.#member(operation, session, "detaching", pair));
        await this.#each(operation, members, async (member) => {
          const { task, recorded: pair } = member;
          if (!(await this.detach(task, pair, () => !isFree(pair)))) await this.#leave(operation, member);
        });
      }
      const left = claimed.map((pair) => this.#member(operation, undefined, "detaching", pair));
      await this.#each(operation, left, (member) => this.#leave(operation, member));
      const all = [...members, ...left];
      if (all.every(({ error }) => error === undefined)) return;
      const mayBeGone = all.some(({ task }) => task.fate.mayBeChanged)
        ? "some may be detached already: pulumi up --refresh finds out"
        : "";
      throw this.#failed(operation, all, mayBeGone);
    });
  };

  /** Waits until another resource has the pair in state. */
  async #leave({ deadline }: Operation, { task, recorded: pair }: Member): Promise<void> {
    task.fate.step = "waiting for its create in another resource";
    if (await deadline.race(isHeld(claimsOf(this.single, pair)))) return;
    throw new Error(
      "another resource of this program declares the same attachment, and its create failed: the attachment is left as it is, and " +
        "stays in state here (hint: mend what made that create fail, and run pulumi up again)",
    );
  }

  /** Brings all pairs of these inputs to what is declared. @returns the outputs. @throws with an id what stays in state. */
  #attach(
    participle: "attaching" | "updating",
    timeout: keyof Timeouts,
    inputs: Properties,
    { id, held, recorded }: { id: string; held: ReadonlySet<string>; recorded?: Recorded },
  ): Promise<RecordedFleet> {
    const claims = new Map(
      pairsIn(this.plural, inputs).map((pair) => [this.single.id(pair), new Claim(this.single, pair)]),
    );
    const isHeldNow = ({ task: { pair, fate }, seen }: Member) => {
      if (seen?.state === "attached" || fate.mayBeChanged) return true;
      return seen === undefined && held.has(this.single.id(pair));
    };
    const result = this.#operateAll(participle, timeout, inputs, async (operation) => {
      const where = recorded ? { ...inputs, region: recorded.region } : inputs;
      const session = await this.connect(operation, where as CommonArgs, false);
      if (recorded) requireAccount(this.single.cloud, session, recorded.accountId);
      const members = this.#members(operation, session, "attaching", inputs);
      for (const { recorded: pair } of members) claims.get(this.single.id(pair))?.resolved(pair);
      await this.#each(operation, members, async (member) => {
        await operation.deadline.race(detachEnded(pairKeyOf(this.single, member.recorded)));
        member.seen = await look(member.task);
      });
      const isOurs = ({ task, recorded: pair }: Member) =>
        held.has(this.single.id(task.pair)) || this.#replaced.has(pairKeyOf(this.single, pair));
      if (inputs.ifAttached === "fail") this.#refuseAttached(members, isOurs);
      this.#tellPlan(operation, members, isOurs);
      const seen = members.filter(({ error }) => error === undefined);
      await this.#each(operation, seen, (member) => this.#reach(member));
      const failed = members.filter(({ error }) => error !== undefined);
      const missing = this.#listed(
        inputs,
        members.filter((member) => !isHeldNow(member)),
      );
      const outs = fleetOutputs(inputs, session, { missing, confirmed: failed.length === 0 });
      for (const member of members) claims.get(this.single.id(member.task.pair))?.end(isHeldNow(member));
      if (failed.length === 0) return outs;
      if (!recorded && missing.length === members.length) throw this.#failed(operation, members);
      const again = "the next pulumi up looks again and does what is missing";
      const error = this.#failed(operation, members, again);
      throw Object.assign(error, { id, properties: outs, reasons: [error.message], isWhole: true });
    });
    result.catch(() => {
      // It failed before any pair was looked at. A claim that has ended stays as it is.
      for (const [pair, claim] of claims) claim.end(held.has(pair));
    });
    return result;
  }

  async #reach(member: Member): Promise<void> {
    const { task } = member;
    let first = member.seen;
    await untilBorn(
      task,
      async () => {
        const seen = first?.state === "missing" || first === undefined ? await this.look(task) : first;
        first = undefined;
        member.seen = seen;
        member.seen = (await reconcile(task, "attached", seen)) ?? seen;
      },
      () => {},
    );
  }

  /** Does the same for each, whatever happens to the others. */
  async #each(
    { fate }: Operation,
    members: readonly Member[],
    work: (member: Member) => Promise<void>,
  ): Promise<void> {
    let done = 0;
    const step = () => {
      fate.step = `${number(done)} of ${number(members.length)}`;
    };
    step();
    await Promise.all(
      members.map(async (member) => {
        try {
          await work(member);
        } catch (error) {
          member.error = error ?? new Error("it failed");
        }
        done += 1;
        step();
      }),
    );
  }

  #operateAll<T>(
    participle: string,
    timeout: keyof Timeouts,
    values: Properties,
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const fate = new Fate(`${participle} ${this.#name(values)}`);
    return this.operate(fate, timeout, values, work);
  }

  #name(values: Properties): string {
    const type = this.plural.token.split(":")[1];
    return `${type} ${fleetId(this.plural, values)}${values.region ? ` (${values.region})` : ""}`;
  }

  #members(operation: Operation, session: Session, participle: string, values: Properties): Member[] {
    return pairsIn(this.plural, values).map((pair) => {
      const { accountId, region } = session;
      return this.#member(operation, session, participle, { ...pair, accountId, region } as Recorded);
    });
  }

  #member(
    { deadline }: Operation,
    session: Session | undefined,
    participle: string,
    recorded: Recorded,
  ): Member {
    const fate = this.fateOf(participle, recorded);
    const task = { association: this.single, session: session as Session, pair: recorded, deadline, fate };
    return { task, recorded };
  }

  /** The list, each pair once, with the defaults of its settings, in the order that shows least difference. */
  #ordered(list: string, olds: Properties, inputs: Properties): unknown[] {
    if (isUnknown(inputs[list])) return inputs[list] as unknown[];
    const members = membersIn(this.plural, list, inputs);
    const key = canonical(members.map(canonical).sort());
    const before = listIn(this.single, olds ?? {});
    const isNew = before === undefined || before[0] !== list;
    const known = isNew ? this.#orders.get(key) : undefined;
    const ordered = known ?? inOldOrder(isNew ? [] : before[1], members);
    this.#orders.set(key, ordered);
    return ordered;
  }

  /** What is said of an argument that only the single form has. */
  #leftToSingle(name: string): { reason: string } | undefined {
    if (name in this.plural.fields || !(name in this.single.fields)) return undefined;
    const [list] = listed(this.single).find(([, of]) => of.includes(name)) ?? [];
    if (list !== undefined) return { reason: `${name} belongs to each of ${list}, not beside it` };
    const type = this.single.token.split(":")[1];
    return { reason: `${name} has no plural form: declare one ${type} for each` };
  }

  /** A pair that is listed twice, with different settings. */
  #contradictions(list: string, inputs: Properties): { property: string; reason: string }[] {
    if (isUnknown(inputs[list])) return [];
    const ids = pairsIn(this.plural, inputs).map(this.single.id);
    const once = new Set<string>();
    const twice = ids.filter((id) => once.size === once.add(id).size);
    if (twice.length === 0) return [];
    return [
      { property: list, reason: `${list} holds ${some(twice)} more than once, with different settings` },
    ];
  }

  #refuseAttached(members: readonly Member[], isOurs: (member: Member) => boolean): void {
    const taken = members.filter((member) => member.seen?.state === "attached" && !isOurs(member));
    if (taken.length === 0) return;
    const names = some(taken.map(({ task }) => this.single.id(task.pair)));
    throw new Error(
      `${number(taken.length)} of ${number(members.length)} attached already (${names}), and ifAttached is "fail": nothing was ` +
        'attached (hint: "adopt" takes them over as they are; use it for one pulumi up if an interrupted one attached them)',
    );
  }

  #tellPlan({ fate }: Operation, members: readonly Member[], isOurs: (member: Member) => boolean): void {
    const count = (test: (member: Member) => boolean) => members.filter(test).length;
    const isThere = ({ seen }: Member) => seen?.state === "attached";
    const asDeclared = ({ seen, task }: Member) =>
      seen !== undefined && isAsDeclared(this.single, task.pair, seen);
    const there = members.filter(isThere);
    const adopted = there.filter((member) => !isOurs(member)).length;
    const parts = [
      [count(({ seen }) => seen?.state === "detached"), "attaching", ""],
      [there.filter((member) => !asDeclared(member)).length, "bringing", " to the declared settings"],
      [there.filter((member) => isOurs(member) && asDeclared(member)).length, "keeping", ""],
      [adopted, "adopting", " attached already (pulumi destroy will detach them)"],
      [
        count(({ seen }) => seen?.state === "missing"),
        "looking again for",
        " of which one end does not exist yet",
      ],
    ] as const;
    const plan = parts
      .filter(([many]) => many > 0)
      .map(([many, verb, rest]) => `${verb} ${number(many)}${rest}`);
    if (plan.length > 0) tell(`${fate.sentence}: ${plan.join(", ")}`);
  }

  #tellMissing(values: Properties, missing: readonly unknown[], changed: readonly unknown[]): void {
    const total = number(pairsIn(this.plural, values).length);
    const say = (what: string, members: readonly unknown[]) => {
      if (members.length === 0) return;
      const names = members.map((member) => (typeof member === "string" ? member : canonical(member)));
      tell(`${this.#name(values)}: ${number(members.length)} of ${total} ${what}: ${some(names)}`);
    };
    say("missing", missing);
    say("not as declared", changed);
  }

  #listed(values: Properties, members: readonly Member[]): unknown[] {
    const [list] = listIn(this.single, values) ?? [];
    return members.map(({ task }) => memberOf(this.plural, list as string, task.pair as Properties));
  }

  /** One sentence for all failures: at most ten are named, the others counted, by reason. */
  #failed({ fate, deadline }: Operation, members: readonly Member[], ending = ""): Error {
    const failed = members.filter(({ error }) => error !== undefined);
    const groups = new Map<string, Member[]>();
    for (const member of failed) {
      const reason = reasonOf(member);
      const others = groups.get(reason);
      if (others) others.push(member);
      else groups.set(reason, [member]);
    }
    let names = MOST_NAMES;
    const told = [...groups].map(([reason, [first, ...more]]) => {
      if (names <= 0 || !first) return `${number(more.length + 1)} times ${reason}`;
      const named = more.slice(0, names - 1).map(({ task }) => this.single.id(task.pair));
      names -= named.length + 1;
      const others = more.length - named.length;
      const rest = [...named, ...(others > 0 ? [`${number(others)} more`] : [])];
      return this.#sentence(first, deadline) + (rest.length > 0 ? `; the same for ${rest.join(", ")}` : "");
    });
    const end = ending ? `; ${ending}` : "";
    const text = `${fate.sentence}: ${number(failed.length)} of ${number(members.length)} failed: ${told.join("; ")}${end}`;
    return Object.assign(new Error(text), { isWhole: true });
  }

  #sentence({ task, error }: Member, deadline: OperationDeadline): string {
    return explain(task.fate, deadline, error);
  }
}

function reasonOf({ task, error }: Member): string {
  const isDeadline = error instanceof DeadlineError;
  const failure = error instanceof Failure ? error : isDeadline ? task.fate.failure : undefined;
  const cause = failure?.cause ?? error;
  if (cause instanceof CloudError) return cause.code;
  if (cause instanceof MissingError) return "does not exist";
  return isDeadline ? "the deadline passed" : (cause as Error).message;
}

function listed({ plural }: AnyAssociation): [string, readonly string[]][] {
  return Object.entries(plural).map(([list, of]) => [list, [of].flat()]);
}

function plain({ [PROVIDER]: _, ...inputs }: Properties): Properties {
  return inputs;
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function some(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (rest > 0 ? ` and ${number(rest)} more` : "");
}
