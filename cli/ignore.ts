import { join } from "node:path";
import type { Attachment } from "./attachment";
import { readText, textIfThere } from "./files";
import { glob } from "./scan";

/** The ignore file of a project, unless `--ignore` names another. */
export const IGNORE_FILE = ".cloudattachmentsignore";

/**
 * What the ignore file leaves out. Each line is a pattern for `<type> <region> <id>` with `*` for any text, a line that begins with
 * `!` takes back what those before it left out, and `#` begins a comment.
 */
export function ignoredBy(folder: string, file: string | undefined): (attachment: Attachment) => boolean {
  const text = file === undefined ? textIfThere(join(folder, IGNORE_FILE)) : readText(file);
  const rules = (text ?? "")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) =>
      line.startsWith("!")
        ? { pattern: glob(line.slice(1)), ignored: false }
        : { pattern: glob(line), ignored: true },
    );
  return ({ type, region, id }) =>
    rules.reduce(
      (ignored, rule) => (rule.pattern.test(`${type} ${region} ${id}`) ? rule.ignored : ignored),
      false,
    );
}
