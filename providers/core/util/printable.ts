/** Longest text of others that is shown, in UTF-16 units. */
const LONGEST = 1_000;

/**
 * What is not a character to look at: C0 and C1 controls with ESC, BEL and DEL (Cc), bidi controls and other formats (Cf), line
 * and paragraph separators (Zl, Zp), and what has no width (Default_Ignorable_Code_Point).
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * `text`, which others wrote, fit for a terminal, a log, the state and gRPC: well-formed Unicode, one line, nothing that is not
 * to be seen (a blank in its place), Pulumi's colour markup `<{%...%}>` shown instead of obeyed, and no longer than `longest`.
 *
 * What is too long loses its middle and says so: vendors name the thing first and the cause last, and our own sentences end with
 * the hint. The work does not grow with the text beyond that: only its ends are looked at. What is printable is not changed.
 *
 * Why: half a surrogate pair makes gRPC throw, which Pulumi waits for without end; an unclosed `<{%` swallows the rest of
 * a diagnostic; control characters steer the terminal.
 *
 * @param longest - UTF-16 units, at least 100. Default: 1000.
 */
export function printable(text: string, longest = LONGEST): string {
  // A character of two units becomes a blank of one: twice as much as fits at either end is enough.
  const reach = 2 * longest;
  const ends = text.length > 2 * reach ? text.slice(0, reach) + text.slice(-reach) : text;
  const clean = ends.toWellFormed().replace(UNSEEN, " ").replaceAll("<{%", "<{ %");
  if (clean.length <= longest) return clean;
  const leftOut = ` [... ${text.length - longest} more characters ...] `;
  const room = longest - leftOut.length - 1;
  const tail = Math.floor(room * 0.4);
  return wholeEnd(clean.slice(0, room - tail)) + leftOut + wholeStart(clean.slice(-tail));
}

/** How far to look for a blank to cut at, in UTF-16 units: half an id must not look like a whole one. */
const NEAR = 40;

/** Without the word, or the character, that was cut off at the end. */
function wholeEnd(text: string): string {
  const blank = text.lastIndexOf(" ");
  if (blank >= text.length - NEAR && blank > 0) return text.slice(0, blank);
  return isHigh(text.charCodeAt(text.length - 1)) ? text.slice(0, -1) : text;
}

/** Without the word, or the character, that was cut off at the start. */
function wholeStart(text: string): string {
  const blank = text.slice(0, NEAR).indexOf(" ");
  if (blank >= 0) return text.slice(blank + 1);
  return isLow(text.charCodeAt(0)) ? text.slice(1) : text;
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
