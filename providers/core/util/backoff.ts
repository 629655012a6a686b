/** Milliseconds before try number `attempt` (1, 2, ...): doubling from `first` up to `most`, half of it by chance. */
export function backoff(attempt: number, first: number, most: number): number {
  const full = Math.min(most, first * 2 ** (attempt - 1));
  return full * (0.5 + Math.random() / 2);
}
