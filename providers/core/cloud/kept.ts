/**
 * Sessions, credentials, accounts and rate limiters of this copy of the package, by what they depend on: three resource
 * types of one cloud, configured alike, log in once and share one rate.
 */
const kept = new Map<string, unknown>();

/** What is kept under `key`, made at first use. */
export function keep<T>(key: string, make: () => T): T {
  if (!kept.has(key)) kept.set(key, make());
  return kept.get(key) as T;
}

/** What `ask` answers, asked once for all who want it at the same time or later. A failure is not kept. */
export function once<T>(key: string, ask: () => Promise<T>): Promise<T> {
  return keep(key, () => {
    const answer = ask();
    answer.catch(() => {
      if (kept.get(key) === answer) kept.delete(key);
    });
    return answer;
  });
}

/** Begins anew, as each provider process does. For tests, which stand for several processes. */
export function forgetAll(): void {
  kept.clear();
}
