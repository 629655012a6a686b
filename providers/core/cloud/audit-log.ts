import { closeSync, constants, fstatSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { printable } from "../util/printable";
import { stackName, tell } from "../util/tell";

/** The environment variable that names the audit log's file. */
export const AUDIT_LOG = "PULUMI_CLOUD_ATTACHMENTS_LOG";

/** Longest line in bytes: one write, which the system appends whole. A hundred ids of 100 characters fit. */
const LONGEST_LINE = 16_384;
/** Longest single text in a line, in characters. */
const LONGEST_TEXT = 200;

/** What is known of a request to a cloud before it is sent. */
export interface Request {
  cloud: string;
  /** The vendor's service, as its endpoints are named: `ecs`, `sts`, `compute`. */
  product: string;
  accountId: string;
  region: string;
  action: string;
  /** Ids the request is about, never a secret. */
  ids: readonly string[];
}

/** How a request ended. */
export interface Ending {
  /** When it was sent. */
  time: Date;
  milliseconds: number;
  /** `ok`, the vendor's code, or `error`. */
  outcome: string;
  requestId: string | undefined;
}

/**
 * Appends one JSON line about a request to the file that PULUMI_CLOUD_ATTACHMENTS_LOG names, if it names one. A line that
 * cannot be written breaks no operation; the first one of each reason is told to the user.
 */
export function logRequest(request: Request, ending: Ending): void {
  const file = process.env[AUDIT_LOG];
  if (!file) return;
  try {
    append(file, lineOf(request, ending));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    complain(file, reasons[code ?? ""] ?? message);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  // What opening a FIFO without a reader, or a socket, ends with.
  ENXIO: "it is not a regular file",
};

const told = new Set<string>();

function complain(file: string, reason: string): void {
  const sentence = `the audit log ${file} (${AUDIT_LOG}) is not written: ${reason}`;
  if (told.has(sentence)) return;
  told.add(sentence);
  tell(sentence);
}

/** What the engine says. */
let knownStack: string | undefined;

/** Asks for the stack, if it is not known yet. Called before a request is sent, so that the answer is there when it ends. */
export function prepareLog(): void {
  if (!process.env[AUDIT_LOG] || process.env.PULUMI_STACK || knownStack) return;
  void stackName().then((name) => {
    knownStack ??= name;
  });
}

function lineOf(request: Request, { time, milliseconds, outcome, requestId }: Ending): string {
  const { PULUMI_PROJECT: project, PULUMI_STACK: stack = knownStack } = process.env;
  const short = (text: string) => printable(text, LONGEST_TEXT);
  const facts = {
    time: time.toISOString(),
    ...(project ? { project: short(project) } : {}),
    ...(stack ? { stack: short(stack) } : {}),
    cloud: request.cloud,
    product: short(request.product),
    accountId: short(request.accountId),
    region: short(request.region),
    action: short(request.action),
    ids: request.ids.map(short),
    ...(requestId ? { requestId: short(requestId) } : {}),
    milliseconds,
    outcome: short(outcome),
  };
  let line = `${JSON.stringify(facts)}\n`;
  for (let kept = facts.ids.length; Buffer.byteLength(line) > LONGEST_LINE; ) {
    kept = Math.floor(kept / 2);
    const ids = facts.ids.slice(0, kept);
    line = `${JSON.stringify({ ...facts, ids, idsLeftOut: facts.ids.length - kept })}\n`;
  }
  return line;
}

/** The last line stands there without its end: a disk that gets full takes a part. */
let isTorn = false;

/** Opened anew for each line, so that the file can be moved away; never waits, whatever the path names. */
function append(file: string, line: string): void {
  const descriptor = open(file);
  try {
    if (!fstatSync(descriptor).isFile()) throw new Error("it is not a regular file");
    const bytes = Buffer.from(isTorn ? `\n${line}` : line);
    isTorn = writeSync(descriptor, bytes) < bytes.length;
    if (isTorn) throw new Error("the disk is full");
  } finally {
    closeSync(descriptor);
  }
}

function open(file: string): number {
  const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;
  // Windows knows no O_NONBLOCK, and has no FIFO under a file's name.
  const flags = O_APPEND | O_CREAT | O_WRONLY | (O_NONBLOCK ?? 0);
  try {
    return openSync(file, flags, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return openSync(file, flags, 0o600);
  }
}
