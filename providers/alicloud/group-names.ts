import type { Deadline } from "../core/contract/cloud";
import { CloudError } from "../core/contract/errors";
import { alicloud } from "./cloud";

/**
 * Names of security groups, each asked for once. They cost a permission that attachments do not need: without it there are none, and the
 * list is complete all the same.
 */
export class GroupNames {
  readonly #names = new Map<string, string>();
  readonly #asked = new Set<string>();

  /** @param ask - the names of these groups, at most 100, and of others if that takes no more calls. */
  constructor(
    readonly ask: (ids: readonly string[], deadline: Deadline) => Promise<Iterable<[string, string]>>,
  ) {}

  /** What is known once these groups have been asked for. */
  async including(ids: readonly string[], deadline: Deadline): Promise<ReadonlyMap<string, string>> {
    const unknown = [...new Set(ids)].filter((id) => !this.#asked.has(id) && !this.#names.has(id));
    for (let from = 0; from < unknown.length; from += 100) {
      const some = unknown.slice(from, from + 100);
      for (const [id, name] of await this.#askFor(some, deadline)) this.#names.set(id, name);
      for (const id of some) this.#asked.add(id);
    }
    return this.#names;
  }

  async #askFor(ids: readonly string[], deadline: Deadline): Promise<Iterable<[string, string]>> {
    try {
      return await this.ask(ids, deadline);
    } catch (error) {
      const isFinal = error instanceof CloudError && alicloud.classify(error, "find").outcome === "permanent";
      if (isFinal) return [];
      throw error;
    }
  }
}
