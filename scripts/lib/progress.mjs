// Tells on stderr what takes longer than a second: in place on a terminal, a line every ten seconds elsewhere.

const inPlace = Boolean(process.stderr.isTTY);

/**
 * Runs `work` and reports it under `title`. Quick work leaves no trace.
 *
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 */
export async function withProgress(title, work) {
  const started = Date.now();
  let shown = false;
  const show = (/** @type {string} */ text, last = false) => {
    shown = true;
    process.stderr.write(inPlace ? `\r\x1b[K${text}${last ? "\n" : ""}` : `${text}\n`);
  };
  const first = setTimeout(() => show(`${title} ...`), 1000);
  const every = setInterval(() => show(`${title} ... ${since(started)}`), inPlace ? 1000 : 10_000);
  try {
    const result = await work();
    if (shown) show(`${title}: done in ${since(started)}`, true);
    return result;
  } catch (error) {
    if (shown) show(`${title}: failed after ${since(started)}`, true);
    throw error;
  } finally {
    clearTimeout(first);
    clearInterval(every);
  }
}

/**
 * One line on stderr.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * `8 s` or `2 min 5 s`.
 *
 * @param {number} started - milliseconds since 1970
 */
export function since(started) {
  const seconds = Math.round((Date.now() - started) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
