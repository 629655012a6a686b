import type { Job } from "../../../../providers/core/batching/queue";

const never = new AbortController().signal;

/** A job that shares its lane with any others and answers in capitals. */
export function job(own: Partial<Job<string, string>> = {}): Job<string, string> {
  return {
    lane: "lane",
    shared: true,
    crowd: "session",
    isFirst: true,
    item: "item",
    delay: () => 0,
    fits: () => true,
    run: async (items) => items.map((item) => item.toUpperCase()),
    signal: never,
    ...own,
  };
}
