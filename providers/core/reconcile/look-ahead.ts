import { dispatcher } from "../batching/queue";
import type { CommonArgs, Finding } from "../contract/association";
import { CloudError } from "../contract/errors";
import type { AnyAssociation } from "../contract/kind";
import { checkInputs, type Properties } from "../provider/check";
import { lockOf, PASSING, type Task } from "./task";

/** How long a pair may have been seen detached before its create, in milliseconds: after that it looks for itself. */
const FRESH = 30_000;

type Findings = (Finding<CommonArgs> | Error)[];

interface Seen {
  at: number;
  finding: Promise<Finding<CommonArgs> | undefined>;
}

/**
 * Pairs of one type and place that the program declares: the first create's look asks for others, too, whose creates then
 * need none of their own. What is believed of such a look is only that a pair was not attached, which costs nothing where it
 * is no longer true: its create writes, and looks after that.
 */
export class LookAhead {
  /** Announced or created before. */
  readonly #known = new Set<string>();
  readonly #expected = new Map<string, CommonArgs>();
  readonly #seen = new Map<string, Seen>();

  constructor(readonly association: AnyAssociation) {}

  /** The program declares this pair, too. */
  announce(pair: Properties): void {
    const id = this.association.id(pair);
    if (this.#known.has(id)) return;
    this.#known.add(id);
    if (checkInputs(this.association, pair).failures.length === 0) this.#expected.set(id, pair as CommonArgs);
  }

  /** Nobody will create this pair: it is in state. */
  forget(pair: CommonArgs): void {
    const id = this.association.id(pair);
    this.#known.add(id);
    this.#expected.delete(id);
  }

  /** What was seen of a pair that is about to be created: detached, or undefined. */
  async take(task: Task): Promise<Finding<CommonArgs> | undefined> {
    const id = this.association.id(task.pair);
    this.forget(task.pair);
    const seen = this.#seen.get(id);
    this.#seen.delete(id);
    if (!seen || task.pair.ifAttached === "fail") return undefined;
    const finding = await seen.finding;
    const isStale = performance.now() - seen.at > FRESH || dispatcher.usedSince(lockOf(task), seen.at);
    return finding?.state === "detached" && !finding.busy && !isStale ? finding : undefined;
  }

  /** Looks at `pairs` in one call with as many of the expected ones of their lane as fit. */
  async look(
    pairs: readonly CommonArgs[],
    find: (pairs: readonly CommonArgs[]) => Promise<Findings>,
  ): Promise<Findings> {
    const others = this.#fitting(pairs);
    if (others.length === 0) return find(pairs);
    const at = performance.now();
    const findings = find([...pairs, ...others]);
    for (const [index, pair] of others.entries()) {
      const finding = findings.then((all) => sound(all[pairs.length + index]), nothing);
      this.#seen.set(this.association.id(pair), { at, finding });
    }
    try {
      return (await findings).slice(0, pairs.length);
    } catch (error) {
      // It may be the fault of one that nobody has asked for yet.
      if (!(error instanceof CloudError)) throw error;
      if (PASSING.has(this.association.cloud.classify(error, "find").outcome)) throw error;
      return find(pairs);
    }
  }

  #fitting(pairs: readonly CommonArgs[]): CommonArgs[] {
    const { lane, fits } = this.association.find;
    const others: CommonArgs[] = [];
    for (const [id, pair] of this.#expected) {
      if (lane?.(pair) !== lane?.(pairs[0])) continue;
      if (fits?.([...pairs, ...others, pair]) === false) break;
      others.push(pair);
      this.#expected.delete(id);
    }
    return others;
  }
}

const nothing = () => undefined;

function sound(finding: Finding<CommonArgs> | Error | undefined): Finding<CommonArgs> | undefined {
  return finding instanceof Error ? undefined : finding;
}
