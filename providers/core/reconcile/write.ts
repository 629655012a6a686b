import { batchQueue } from "../batching/queue";
import type { Batched, CommonArgs, Verb } from "../contract/association";
import type { Deadline, Session } from "../contract/cloud";
import { CloudError } from "../contract/errors";
import { together } from "./deadline";
import { findAll } from "./look";
import { batchKeyOf, crowdOf, failureOf, lockKeyOf, type PairTask } from "./pair-task";

/** What one write does to its pair. `change` rewrites a pair that is attached, but not as declared. */
export type Write = "attach" | "detach" | "change";

type WriteVerb = Verb<CommonArgs, Session, void, void>;

/** A task, and whether its write is still wanted when it is its turn. */
interface Part {
  task: PairTask;
  isCalledOff(): boolean;
}

/** A write that was no longer wanted when it was its turn. */
class CalledOff extends Error {}

/**
 * Sends one write while no other write of this process touches the same parent, in one call with others where the API takes that.
 *
 * @param isCalledOff - asked when it is the write's turn.
 * @returns false if it was called off.
 * @throws Failure, or what ended the operation.
 */
export async function write(task: PairTask, kind: Write, isCalledOff: () => boolean): Promise<boolean> {
  const { association, session, pair, deadline, fate } = task;
  const verb = verbOf(task, kind);
  fate.step = `waiting for other writes to ${association.parent(pair)}`;
  try {
    await deadline.race(
      batchQueue.submit<Part, undefined>({
        batchKey: "batch" in verb ? batchKeyOf(task, kind, verb.common(pair)) : undefined,
        lockKey: lockKeyOf(task),
        crowd: crowdOf(association, session),
        item: { task, isCalledOff },
        fits: (parts) => !("batch" in verb) || verb.fits(parts.map((part) => part.task.pair)),
        run: (parts) => new Batch(task, kind, verb).send(parts),
        signal: deadline.signal,
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof CalledOff) return false;
    if (deadline.signal.aborted) throw error;
    throw failureOf(association, error, kind === "detach" ? "detach" : "attach");
  }
}

function verbOf({ association }: PairTask, kind: Write): WriteVerb {
  if (kind !== "change") return association[kind];
  return { each: async (session, pair, deadline) => association.change?.(session, pair, deadline) };
}

/** One call for several pairs, taken apart if it fails until each failure has its own pair. */
class Batch {
  readonly #results = new Map<Part, Error | undefined>();

  constructor(
    readonly task: PairTask,
    readonly kind: Write,
    readonly verb: WriteVerb,
  ) {}

  async send(parts: readonly Part[]): Promise<(Error | undefined)[]> {
    const wanted = parts.filter((part) => !part.isCalledOff());
    for (const { task } of wanted) {
      task.fate.attempts++;
      if (task.fate.effect !== "accepted") task.fate.effect = "unknown";
      task.fate.wasTakenOff ||= this.kind === "change";
      task.fate.step = "waiting for the answer";
    }
    if (wanted.length > 0) await this.#attempt(wanted);
    return parts.map((part) => (wanted.includes(part) ? this.#results.get(part) : new CalledOff()));
  }

  async #attempt(parts: readonly Part[]): Promise<void> {
    const { verb } = this;
    try {
      if ("each" in verb) {
        await within(parts, (deadline) => verb.each(this.task.session, pairOf(parts), deadline));
      } else {
        await within(parts, (deadline) => this.#call(verb, parts, deadline));
      }
      this.#settle(parts, undefined);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (parts.length === 1 || this.#concernsAll(failure, parts)) this.#settle(parts, failure);
      else await this.#takeApart(parts, failure);
    }
  }

  #call(verb: Batched<CommonArgs, Session, void>, parts: readonly Part[], deadline: Deadline) {
    deadline.signal.throwIfAborted();
    const common = verb.common(pairOf(parts)) as never;
    return verb.batch(
      this.task.session,
      parts.map((part) => part.task.pair),
      deadline,
      common,
    );
  }

  #settle(parts: readonly Part[], result: Error | undefined): void {
    for (const part of parts) this.#results.set(part, result);
  }

  /** A failure of the whole call: each operation waits and looks for itself, and they meet again in the next batch. */
  #concernsAll(failure: Error, parts: readonly Part[]): boolean {
    if (!(failure instanceof CloudError)) return true;
    const verb = this.kind === "detach" ? "detach" : "attach";
    const { outcome } = this.task.association.cloud.classify(failure, verb);
    // One busy parent fails all of a batch. If nothing says which, wait with them all; from the third time on, find it.
    const isNew = parts.every(({ task }) => task.fate.attempts < 3);
    if (outcome === "busy") return isNew && this.#named(failure, parts).length === 0;
    return outcome === "throttled" || outcome === "transient";
  }

  #named(failure: Error, parts: readonly Part[]): readonly Part[] {
    const { named } = this.task.association;
    if (!(failure instanceof CloudError) || !named) return [];
    const pairs = named(
      failure,
      parts.map(({ task }) => task.pair),
    );
    return parts.filter(({ task }) => pairs.includes(task.pair));
  }

  /** The named fail alone; the others are read back, since the vendor may have done part of it, and sent again, in halves if none is named. */
  async #takeApart(parts: readonly Part[], failure: Error): Promise<void> {
    const culprits = this.#named(failure, parts);
    this.#settle(culprits, failure);
    const rest = await this.#unsettled(parts.filter((part) => !culprits.includes(part)));
    const half = culprits.length > 0 ? rest.length : Math.ceil(rest.length / 2);
    for (const group of [rest.slice(0, half), rest.slice(half)]) {
      if (group.length > 0) await this.#attempt(group);
    }
  }

  async #unsettled(parts: readonly Part[]): Promise<Part[]> {
    if (parts.length === 0) return [];
    const pairs = parts.map(({ task }) => task.pair);
    const findings = await within(parts, (deadline) => findAll(this.task, pairs, deadline));
    const settled = parts.filter((_part, index) => {
      const finding = findings[index];
      if (finding === undefined || finding instanceof Error) return false;
      return (finding.state === "attached") === (this.kind !== "detach");
    });
    this.#settle(settled, undefined);
    return parts.filter((part) => !settled.includes(part));
  }
}

function pairOf(parts: readonly Part[]): CommonArgs {
  return (parts[0] as Part).task.pair;
}

function within<T>(parts: readonly Part[], work: (deadline: Deadline) => Promise<T>): Promise<T> {
  return together(
    parts.map(({ task }) => task.deadline),
    work,
  );
}
