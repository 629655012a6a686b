import type { Attachment } from "../attachment";
import { type CloudOptions, contextOf } from "../context";
import { VERSION } from "../document";
import { exit, type Io } from "../io";
import { type FilterOptions, placesOf, scan } from "../scan";
import { table } from "../table";
import { HEAD, rowOf } from "./rows";

export type ScanOptions = CloudOptions & FilterOptions & { json?: boolean };

/** Rows of a table that are printed together. */
const ROWS = 1_000;

export async function runScan(io: Io, options: ScanOptions): Promise<number> {
  const context = await contextOf(io, options);
  const failures: string[] = [];
  const found = scan(context, placesOf(context), options, ({ message }) => failures.push(message));
  const count = await (options.json ? printJson(io, found, failures) : printTable(io, found));
  for (const failure of failures) io.err(`${failure}\n`);
  if (!options.json)
    io.err(`${count} attachment${count === 1 ? "" : "s"}${failures.length > 0 ? ", not all" : ""}\n`);
  return failures.length > 0 ? exit.failed : exit.fine;
}

/** One attachment a line, as they come: a program that reads lines need not hold all of them. */
async function printJson(
  io: Io,
  found: AsyncIterable<Attachment>,
  failures: readonly string[],
): Promise<number> {
  let count = 0;
  await io.out(`{"version":${VERSION},"attachments":[`);
  for await (const attachment of found) {
    await io.out(`${count++ === 0 ? "\n" : ",\n"}${JSON.stringify(attachment)}`);
  }
  await io.out(`\n],"complete":${failures.length === 0},"failures":${JSON.stringify(failures)}}\n`);
  return count;
}

async function printTable(io: Io, found: AsyncIterable<Attachment>): Promise<number> {
  let count = 0;
  let rows: string[][] = [];
  const flush = async () => {
    if (rows.length > 0) await io.out(table(count === rows.length ? HEAD : undefined, rows));
    rows = [];
  };
  for await (const attachment of found) {
    count++;
    rows.push(rowOf(attachment));
    if (rows.length === ROWS) await flush();
  }
  await flush();
  return count;
}
