/** The object that `text` is as JSON; undefined if it is none. Never shows the text, which may hold secrets. */
export function parseObject<T extends object>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
