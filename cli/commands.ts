import { resolve } from "node:path";
import { adopt, adoptedIn, type Grouping, type ImportedResource, importsFor } from "./adopt";
import type { Attachment, Compared } from "./attachment";
import { type CloudOptions, type Context, contextOf } from "./context";
import { compare, type Difference } from "./diff";
import { examine, type Finding } from "./doctor";
import { type Document, documentIn, textOfInput, VERSION } from "./document";
import { jsonObject, textIfThere, writeWhole } from "./files";
import { dot } from "./graph/dot";
import { html } from "./graph/html";
import { mermaid } from "./graph/mermaid";
import { type Drawn, graphOf } from "./graph/model";
import { svg } from "./graph/svg";
import { ignoredBy } from "./ignore";
import { exit, type Io, UsageError } from "./io";
import { projectOf, pulumi, stackArgs } from "./pulumi";
import { type FilterOptions, matcherOf, placesOf, scan } from "./scan";
import { associationOfType, attachmentOfRecorded, declaredIn, nameOf } from "./state";
import { table } from "./table";
import { type Prospect, plannedIn, sentenceOf, verify } from "./verify";

type ScanOptions = CloudOptions & FilterOptions & { json?: boolean };

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

const HEAD = ["CLOUD", "REGION", "PARENT", "NAME", "GROUP", "DETAILS"];

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

function rowOf({ cloud, type, region, parent, group, args, incomplete }: Attachment): string[] {
  const service = `${cloud} ${type.split(/[/:]/)[1]}`;
  const ess = args.port === undefined ? [] : [`port ${args.port}`, `weight ${args.weight}`];
  const details = [...ess, ...(incomplete ? [incomplete] : [])].join(", ");
  return [service, region, parent.id, parent.name ?? "", group, details];
}

// ---------------------------------------------------------------- diff

type DiffOptions = ScanOptions & { state?: string; ignore?: string };

export async function runDiff(io: Io, options: DiffOptions): Promise<number> {
  const { difference } = await differenceOf(io, options);
  const { summary, attachments, failures } = difference;
  if (options.json) {
    const told = {
      version: VERSION,
      complete: failures.length === 0,
      summary,
      attachments,
      failures: failures.map(({ message }) => message),
    };
    await io.out(`${JSON.stringify(told, null, 1)}\n`);
  } else await io.out(differenceText(difference));
  for (const { message } of failures) io.err(`${message}\n`);
  if (failures.length > 0) return exit.failed;
  return summary.changed + summary.gone + summary.undeclared > 0 ? exit.differs : exit.fine;
}

async function differenceOf(
  io: Io,
  options: DiffOptions,
): Promise<{ context: Context; difference: Difference }> {
  const context = await contextOf(io, options);
  const [text, what] = await stateOf(context, options.state);
  const declared = declaredIn(text, what);
  const isChosen = options.cloud !== undefined || options.region !== undefined || declared.length === 0;
  const more = isChosen ? placesOf(context) : [];
  const isIgnored = ignoredBy(projectOf(context.io.cwd) ?? context.io.cwd, options.ignore);
  return { context, difference: await compare(context, declared, more, isIgnored) };
}

/** A stack's state: a file's, stdin's (`-`), or that of the project here. */
async function stateOf({ io, options }: Context, file: string | undefined): Promise<[string, string]> {
  if (file !== undefined) return [await textOfInput(io, resolveInput(io, file)), file];
  if (!projectOf(io.cwd)) {
    throw new UsageError(
      "there is no Pulumi project here: give a file of pulumi stack export, or - for stdin",
    );
  }
  return [
    await pulumi(io, ["stack", "export", "--show-secrets", ...stackArgs(options.stack)]),
    "the stack's state",
  ];
}

function differenceText({ summary, attachments }: Difference): string {
  const { managed, changed, gone, undeclared, ignored, coverage } = summary;
  const shown = attachments.filter(({ status }) => status !== "managed");
  const rows = shown.map((each) => [each.status, ...rowOf(each), each.urn ? nameOf(each.urn) : ""]);
  const counts = [
    `${managed} declared and attached`,
    `${changed} attached otherwise`,
    `${gone} declared, but gone`,
    `${undeclared} not declared`,
    ...(ignored > 0 ? [`${ignored} ignored`] : []),
  ];
  const head = ["STATUS", ...HEAD, "RESOURCE"];
  return `${rows.length > 0 ? `${table(head, rows)}\n` : ""}${counts.join(", ")}; coverage ${coverage} %\n`;
}

// ---------------------------------------------------------------- adopt

type AdoptOptions = ScanOptions & { from?: string; out: string; by: string; state?: string };

export async function runAdopt(io: Io, options: AdoptOptions): Promise<number> {
  if (options.by !== "parent" && options.by !== "group") throw new UsageError("--by takes parent or group");
  const context = await contextOf(io, options);
  const { attachments, inState } = await toAdopt(context, options);
  const program = resolve(context.io.cwd, options.out);
  const [importFile, recordFile] = [`${program}.import.json`, `${program}.adopted.json`];
  const before = textIfThere(program);
  const record = textIfThere(recordFile);
  if (before !== undefined && record === undefined) {
    throw new UsageError(
      `${program} is there, but not ${recordFile}, which tells what was adopted: nothing was written (hint: --out names another program)`,
    );
  }
  const known = { ...(record === undefined ? {} : adoptedIn(record, recordFile)) };
  const fresh = attachments.filter((each) => !inState.ids.has(`${each.type} ${each.id}`));
  const made = adopt(fresh, known, options.by as Grouping, inState.names);
  if (made.added === 0) {
    io.err("nothing to adopt: all of it is declared already\n");
    return exit.fine;
  }
  // The record last: what it names is written.
  const added = importsFor(made.program, before ?? "") + made.program;
  writeWhole(program, before === undefined ? added : `${before.replace(/\n*$/, "\n")}\n${added}`);
  const waiting = inState.isKnown ? notImported(textIfThere(importFile), importFile, inState.ids) : [];
  const imports = { resources: [...waiting, ...made.imports.resources] };
  writeWhole(importFile, `${JSON.stringify(imports, null, 1)}\n`);
  writeWhole(recordFile, `${JSON.stringify({ version: VERSION, adopted: made.adopted }, null, 1)}\n`);
  await io.out(nextSteps(options.out, made.added, before === undefined));
  return exit.fine;
}

/** What an earlier run wrote for an import that has not been done. */
function notImported(
  text: string | undefined,
  file: string,
  inState: ReadonlySet<string>,
): ImportedResource[] {
  const { resources = [] } = text === undefined ? {} : jsonObject(text, file);
  return (resources as ImportedResource[]).filter(({ type, id }) => {
    const association = associationOfType(type);
    return association !== undefined && !inState.has(`${association.token} ${id}`);
  });
}

function nextSteps(out: string, added: number, isNew: boolean): string {
  const module = out.replace(/\.ts$/, "");
  return [
    `${added} attachments ${isNew ? "in" : "added to"} ${out}. Next:`,
    ...(isNew ? [`  import "./${module}"; in the project's index.ts, once`] : []),
    `  pulumi import --file ${out}.import.json --yes --protect=false --generate-code=false   (CLI 3.254 or newer; an older one's up adopts by itself)`,
    "  pulumi up   has nothing to do",
    "",
  ].join("\n");
}

/** What is attached and chosen, and what the project's stack declares already. */
async function toAdopt(
  context: Context,
  options: AdoptOptions,
): Promise<{ attachments: Attachment[]; inState: { ids: Set<string>; names: string[]; isKnown: boolean } }> {
  const { io } = context;
  const attachments: Attachment[] = [];
  if (options.from !== undefined) {
    const { attachments: given, complete } = await documentOf(io, options.from);
    if (!complete) io.err(`${options.from} does not tell all: what its scan could not read is not adopted\n`);
    const matches = matcherOf(options);
    attachments.push(
      ...given.filter((each) => matches(each) && (!("status" in each) || each.status === "undeclared")),
    );
  } else {
    const failures: string[] = [];
    const found = scan(context, placesOf(context), options, ({ message }) => failures.push(message));
    for await (const attachment of found) attachments.push(attachment);
    if (failures.length > 0)
      throw new UsageError(
        `${failures.join("\n")}\nnothing was written (hint: --type leaves out what cannot be listed)`,
      );
  }
  const hasState =
    options.state !== undefined ||
    (projectOf(io.cwd) !== undefined && context.withoutProject === undefined && options.project !== false);
  const declared = hasState ? declaredIn(...(await stateOf(context, options.state))) : [];
  const ids = new Set(declared.map(({ association, id }) => `${association.token} ${id}`));
  return { attachments, inState: { ids, names: declared.map(({ urn }) => nameOf(urn)), isKnown: hasState } };
}

async function documentOf(io: Io, file: string): Promise<Document> {
  return documentIn(await textOfInput(io, resolveInput(io, file)), file);
}

/** A file is meant from where the command runs; `-` is stdin. */
const resolveInput = ({ cwd }: Io, file: string): string => (file === "-" ? file : resolve(cwd, file));

// ---------------------------------------------------------------- graph

type GraphOptions = DiffOptions & {
  from?: string;
  format: string;
  out?: string;
  apart?: boolean;
  html?: boolean;
  difference?: boolean;
};

export async function runGraph(io: Io, options: GraphOptions): Promise<number> {
  const drawn = await toDraw(io, options);
  const graph = graphOf(drawn.attachments, options.apart ? { apart: true } : {});
  const text = await draw(graph, options.html ? "html" : options.format);
  if (options.out === undefined) await io.out(text);
  else writeWhole(resolve(io.cwd, options.out), text);
  for (const failure of drawn.failures) io.err(`${failure}\n`);
  return drawn.failures.length > 0 ? exit.failed : exit.fine;
}

function draw(graph: ReturnType<typeof graphOf>, format: string): Promise<string> | string {
  if (format === "dot") return dot(graph);
  if (format === "mermaid") return mermaid(graph);
  if (format === "svg") return svg(dot(graph));
  if (format === "html") return html(graph);
  throw new UsageError(`--format takes svg, html, mermaid or dot, not ${format}`);
}

async function toDraw(io: Io, options: GraphOptions): Promise<{ attachments: Drawn[]; failures: string[] }> {
  const matches = matcherOf(options);
  if (options.from !== undefined) {
    const text = await textOfInput(io, resolveInput(io, options.from));
    const isState = "deployment" in jsonObject(text, options.from);
    const attachments: (Attachment | Compared)[] = isState
      ? declaredIn(text, options.from).map(({ association, id, recorded }) =>
          attachmentOfRecorded(association, id, recorded),
        )
      : documentIn(text, options.from).attachments;
    return { attachments: attachments.filter(matches), failures: [] };
  }
  if (options.difference) {
    const { difference } = await differenceOf(io, options);
    return {
      attachments: difference.attachments.filter(matches),
      failures: difference.failures.map(({ message }) => message),
    };
  }
  const context = await contextOf(io, options);
  const failures: string[] = [];
  const attachments: Attachment[] = [];
  const found = scan(context, placesOf(context), options, ({ message }) => failures.push(message));
  for await (const attachment of found) attachments.push(attachment);
  return { attachments, failures };
}

// ---------------------------------------------------------------- verify

export async function runVerify(
  io: Io,
  options: CloudOptions & { plan?: string; json?: boolean },
): Promise<number> {
  const context = await contextOf(io, options);
  const planned = plannedIn(...(await planOf(context, options.plan)));
  const prospects = await verify(context, planned);
  if (options.json) await io.out(`${JSON.stringify({ version: VERSION, prospects }, null, 1)}\n`);
  else await io.out(prospectText(prospects));
  return prospects.some(({ outcome }) => outcome === "fails") ? exit.differs : exit.fine;
}

async function planOf({ io, options }: Context, file: string | undefined): Promise<[string, string]> {
  if (file !== undefined) return [await textOfInput(io, resolveInput(io, file)), file];
  if (!projectOf(io.cwd)) {
    throw new UsageError(
      "there is no Pulumi project here: give a file of pulumi preview --json, or - for stdin",
    );
  }
  return [
    await pulumi(io, ["preview", "--json", "--non-interactive", ...stackArgs(options.stack)]),
    "the preview",
  ];
}

function prospectText(prospects: readonly Prospect[]): string {
  const told = prospects.filter(({ outcome }) => outcome === "fails" || outcome === "unknown");
  const lines = told.map(({ name, id, outcome, reason }) => {
    const what = outcome === "fails" ? "would fail" : "cannot be told";
    return `${name} (${id}) ${what}: ${reason}\n`;
  });
  return `${lines.join("")}${sentenceOf(prospects)}\n`;
}

// ---------------------------------------------------------------- doctor

export async function runDoctor(io: Io, options: CloudOptions & { json?: boolean }): Promise<number> {
  const context = await contextOf(io, options);
  const findings: Finding[] = [];
  for await (const finding of examine(context)) {
    findings.push(finding);
    if (!options.json) await io.out(findingText(finding));
  }
  if (options.json) await io.out(`${JSON.stringify({ version: VERSION, findings }, null, 1)}\n`);
  return findings.some(({ status }) => status === "problem") ? exit.differs : exit.fine;
}

function findingText({ check, status, message, remedy }: Finding): string {
  return `${status.padEnd(8)}${check}: ${message}\n${remedy ? `        -> ${remedy}\n` : ""}`;
}
