import { processWide } from "../util/shared";

/**
 * Which pairs this deployment wants attached. A rename, a re-parenting or a replacement of the same pair reaches us as a
 * create of the new and, last, a delete of the old, in one process: that delete must leave the pair alone.
 *
 * The rule, as tried on engine v3.259.0: create and update *claim* before they write; `check` with the same known
 * identity in old and new inputs *keeps*, once `diff` has told which pair that is; diff and read alone do not count, since
 * `up --refresh` calls both for every old resource, doomed ones too; a delete of a pair that is claimed or kept does nothing.
 */
export class Ownership {
  readonly #claims = new Map<string, number>();
  readonly #kept = new Set<string>();
  readonly #checked = new Set<string>();
  readonly #detaching = new Map<string, Promise<unknown>>();

  /** Forgets everything: a new deployment. A process serves one; only tests run several. */
  begin(): void {
    this.#claims.clear();
    this.#kept.clear();
    this.#checked.clear();
  }

  /** Claims a pair; the result withdraws it, for a call that fails without leaving an id in state. */
  claim(pair: string): () => void {
    this.#claims.set(pair, (this.#claims.get(pair) ?? 0) + 1);
    return () => this.#claims.set(pair, (this.#claims.get(pair) ?? 1) - 1);
  }

  /** `check` saw these inputs replace old ones of the same identity. */
  checked(inputs: string): void {
    this.#checked.add(inputs);
  }

  /** `diff` compares these inputs with the pair in state; it is kept if `check` announced them. */
  keepIfChecked(inputs: string, pair: string): void {
    if (this.#checked.has(inputs)) this.#kept.add(pair);
  }

  /** Whether this deployment wants the pair attached. */
  owns(pair: string): boolean {
    return this.#kept.has(pair) || (this.#claims.get(pair) ?? 0) > 0;
  }

  /** Runs a detach, so that whoever claims the pair meanwhile can wait for its end. */
  async whileDetaching<T>(pair: string, detach: () => Promise<T>): Promise<T> {
    const running = detach();
    this.#detaching.set(pair, running);
    try {
      return await running;
    } finally {
      if (this.#detaching.get(pair) === running) this.#detaching.delete(pair);
    }
  }

  /** Resolves once no detach of the pair is under way: a look before that would see what is about to go. */
  async detached(pair: string): Promise<void> {
    await this.#detaching.get(pair)?.catch(() => {});
  }
}

/** The one of this process, and so of this deployment: preview and update run in processes of their own. */
export const ownership = processWide("ownership/1", () => new Ownership());
