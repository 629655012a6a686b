/** How deep JSON of others may be nested. No answer of these APIs is deeper than 15. */
const DEEPEST = 100;

/**
 * What `text` is as JSON; undefined if it is none, or nested deeper than {@link DEEPEST}: what then walks the value would overflow
 * the stack, and 20 MB of `[` stopped the process for seconds. Never shows the text, which may hold secrets.
 */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The object that `text` is as JSON; undefined if it is none. See {@link parseJson}. */
export function parseObject<T extends object>(text: string): T | undefined {
  const value = parseJson(text);
  return typeof value === "object" && value !== null ? (value as T) : undefined;
}

/** One pass over the brackets outside of strings, before anything is built. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length && depth <= DEEPEST; at += 1) {
    const unit = text[at];
    if (unit === '"') isString = !isString;
    else if (isString && unit === "\\") at += 1;
    else if (!isString && (unit === "[" || unit === "{")) depth += 1;
    else if (!isString && (unit === "]" || unit === "}")) depth -= 1;
  }
  return depth > DEEPEST;
}
