import { dispatcher } from "../batching/queue";
import { nameOf } from "../cloud/sessions";
import type { Batched, CommonArgs } from "../contract/association";
import type { Deadline, Session } from "../contract/cloud";
import { CloudError } from "../contract/errors";
import { requireEngine } from "../util/engine";
import { type Operation, together } from "./operation";
import { delayOf, laneOf, lockOf, type Task } from "./task";

/** A write that turned out not to be wanted any more, once it was its turn. */
export class Unneeded extends Error {}

/** What one write does to its pair. `change` rewrites a pair that is attached, but not as declared. */
export type Write = "attach" | "detach" | "change";

/** One pair's part of a write. */
interface Part {
  pair: CommonArgs;
  operation: Operation;
  unneeded(): boolean;
}

/**
 * Sends one write, when nobody else writes to the same parent, and in one call with others where the vendor takes that.
 *
 * @param unneeded - asked when it is the write's turn: true calls it off.
 * @throws Unneeded, or whatever the API answered.
 */
export async function write(task: Task, kind: Write, unneeded: () => boolean): Promise<void> {
  const { association, session, pair, operation } = task;
  const verb = verbOf(task, kind);
  operation.doing(`waiting for other writes to ${association.parent(pair)}`);
  await operation.race(
    dispatcher.submit<Part, undefined>({
      lane: laneOf(task, kind, verb.lane),
      shared: verb.lane !== undefined,
      crowd: nameOf(session),
      isFirst: operation.jobs++ === 0,
      delay: () => delayOf(task, verb.action),
      exclusive: lockOf(task),
      item: { pair, operation, unneeded },
      fits: (parts) => verb.lane !== undefined && (verb.fits?.(parts.map((part) => part.pair)) ?? true),
      run: (parts) => new Batch(task, kind, verb).send(parts),
      signal: operation.signal,
    }),
  );
}

function verbOf({ association }: Task, kind: Write): Batched<CommonArgs, Session, void> {
  if (kind !== "change") return association[kind];
  return {
    call: (session, [pair], deadline) => association.change?.(session, pair, deadline) ?? Promise.resolve(),
  };
}

/** One call for several pairs, taken apart if it fails until each failure has its own pair. */
class Batch {
  readonly #results = new Map<Part, Error | undefined>();

  constructor(
    readonly task: Task,
    readonly kind: Write,
    readonly verb: Batched<CommonArgs, Session, void>,
  ) {}

  async send(parts: readonly Part[]): Promise<(Error | undefined)[]> {
    await requireEngine();
    const wanted = parts.filter((part) => !part.unneeded());
    for (const part of wanted) {
      part.operation.attempts++;
      part.operation.pending = true;
      part.operation.doing("waiting for the answer");
    }
    if (wanted.length > 0) await this.#attempt(wanted);
    return parts.map((part) => (wanted.includes(part) ? this.#results.get(part) : new Unneeded()));
  }

  async #attempt(parts: readonly Part[]): Promise<void> {
    const pairs = parts.map((part) => part.pair);
    try {
      await within(parts, (deadline) => this.verb.call(this.task.session, pairs, deadline));
      this.#settle(parts, undefined);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (parts.length === 1 || this.#concernsAll(failure, parts)) this.#settle(parts, failure);
      else await this.#takeApart(parts, failure);
    }
  }

  #settle(parts: readonly Part[], result: Error | undefined): void {
    for (const part of parts) this.#results.set(part, result);
  }

  /** A failure of the whole call: each operation waits and looks for itself, and they meet again in the next batch. */
  #concernsAll(failure: Error, parts: readonly Part[]): boolean {
    if (!(failure instanceof CloudError)) return true;
    const { outcome } = this.task.association.cloud.classify(
      failure,
      this.kind === "detach" ? "detach" : "attach",
    );
    // One busy parent fails all of a batch. If nobody says which, wait with them all; from the third time on, find it.
    const isNew = parts.every((part) => part.operation.attempts < 3);
    if (outcome === "busy") return isNew && this.#named(failure, parts).length === 0;
    return outcome === "throttled" || outcome === "transient";
  }

  #named(failure: Error, parts: readonly Part[]): readonly Part[] {
    if (!(failure instanceof CloudError)) return [];
    const pairs =
      this.task.association.named?.(
        failure,
        parts.map((part) => part.pair),
      ) ?? [];
    return parts.filter((part) => pairs.includes(part.pair));
  }

  /** The named fail alone; the others are read back, since the vendor may have done part of it, and sent again, in halves if nobody is named. */
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
    const pairs = parts.map((part) => part.pair);
    const findings = await within(parts, (deadline) =>
      this.task.association.find.call(this.task.session, pairs, deadline),
    );
    const settled = parts.filter((_part, index) => {
      const finding = findings[index];
      if (finding === undefined || finding instanceof Error) return false;
      const isAttached = finding.state === "attached";
      return isAttached === (this.kind !== "detach");
    });
    this.#settle(settled, undefined);
    return parts.filter((part) => !settled.includes(part));
  }
}

function within<T>(parts: readonly Part[], work: (deadline: Deadline) => Promise<T>): Promise<T> {
  return together(
    parts.map((part) => part.operation),
    work,
  );
}
