const accounts = new Map<string, string>();

/**
 * The account that a key belongs to, asked once a process: that never changes.
 *
 * @param key - names the key and where it was asked for.
 * @param ask - what the vendor's GetCallerIdentity answers.
 * @throws Error if the answer names no account.
 */
export async function accountOf(key: string, ask: () => Promise<string | undefined>): Promise<string> {
  const known = accounts.get(key);
  if (known !== undefined) return known;
  const accountId = await ask();
  if (!accountId) throw new Error("GetCallerIdentity answered without an AccountId");
  accounts.set(key, accountId);
  return accountId;
}
