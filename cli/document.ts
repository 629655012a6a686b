import { resolve } from "node:path";
import { type Attachment, associationOf, type Compared } from "./attachment";
import { jsonObject, readText } from "./files";
import { type Io, UsageError } from "./io";

/** The layout of the JSON that scan and diff print. */
export const VERSION = 1;

/** Attachments as scan or diff printed them. */
export interface Document {
  version: number;
  /** False where a list could not be read. */
  complete: boolean;
  attachments: (Attachment | Compared)[];
}

/** What scan or diff printed. @throws UsageError for anything else. */
export function documentIn(text: string, what: string): Document {
  const value = jsonObject(text, what);
  const { version, attachments } = value;
  if (typeof version !== "number" || !Array.isArray(attachments)) {
    throw new UsageError(`${what} is not what scan --json or diff --json prints`);
  }
  if (version > VERSION) {
    throw new UsageError(`${what} was written by a newer version of this program; upgrade it`);
  }
  for (const each of attachments) requireAttachment(each as Partial<Attachment>, what);
  return value as unknown as Document;
}

function requireAttachment(each: Partial<Attachment>, what: string): void {
  const texts = [each?.type, each?.id, each?.cloud, each?.region, each?.accountId, each?.group];
  const isOne = texts.every((text) => typeof text === "string") && typeof each.parent?.id === "string";
  if (!isOne || typeof each.args !== "object") throw new UsageError(`${what} holds what is no attachment`);
  if (!associationOf(each.type ?? "")) {
    throw new UsageError(`${what} holds the type ${each.type}, which this version does not know`);
  }
}

/** A file's text, from where the command runs, or that of stdin for `-`. */
export async function textOfInput(io: Io, file: string): Promise<string> {
  return file === "-" ? io.stdin() : readText(resolve(io.cwd, file));
}
