import Table from "cli-table3";
import { printable } from "pulumi-cloud-attachments/core";

/** No lines, no colours: what a pipe takes as well as a terminal. */
const style = {
  chars: Object.fromEntries(
    [
      "top",
      "top-mid",
      "top-left",
      "top-right",
      "bottom",
      "bottom-mid",
      "bottom-left",
      "bottom-right",
      "left",
      "left-mid",
      "mid",
      "mid-mid",
      "right",
      "right-mid",
    ].map((part) => [part, ""]),
  ),
  style: { head: [], border: [], "padding-left": 0, "padding-right": 1 },
};

/** Rows under a head, as wide as they need. Texts of others are made printable. */
export function table(head: readonly string[] | undefined, rows: readonly (readonly string[])[]): string {
  const made = new Table({
    ...style,
    ...(head ? { head: [...head] } : {}),
    chars: { ...style.chars, middle: " " },
  } as never);
  for (const row of rows) made.push(row.map((cell) => printable(cell, 80)) as never);
  return `${made
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}
