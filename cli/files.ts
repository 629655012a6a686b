import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "./io";

/** Writes a file whole or not at all, whatever stops this process: under another name first. */
export function writeWhole(file: string, text: string): void {
  const half = join(dirname(file), `.${process.pid}.half`);
  try {
    writeFileSync(half, text);
    renameSync(half, file);
  } catch (error) {
    rmSync(half, { force: true });
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`);
  }
}

/** A file's text. @throws UsageError if there is none. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** A file's text; undefined where there is none. */
export function textIfThere(file: string): string | undefined {
  return existsSync(file) ? readText(file) : undefined;
}

/** @throws UsageError for what is no JSON object. */
export function jsonObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${what} is not JSON`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as never;
  throw new UsageError(`${what} is not a JSON object`);
}
