import type { JournalEntry, Simulator } from "../../simulator/index";

/** The calls that `work` caused. */
export async function during<T>(
  simulator: Pick<Simulator, "journal">,
  work: () => Promise<T>,
): Promise<{ result: T; calls: JournalEntry[]; writes: JournalEntry[] }> {
  const mark = simulator.journal.length;
  const result = await work();
  const calls = simulator.journal.slice(mark);
  return { result, calls, writes: calls.filter(({ kind }) => kind === "write") };
}

/** The actions of `calls` that name `id`, in their order. */
export function actionsOn(calls: readonly JournalEntry[], id: string): string[] {
  return calls.filter(({ ids }) => ids.includes(id)).map(({ action }) => action);
}
