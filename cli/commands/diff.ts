import { type Context, contextOf } from "../context";
import { compare, type Difference } from "../diff";
import { textOfInput, VERSION } from "../document";
import { html } from "../graph/html";
import { graphOf } from "../graph/model";
import { ignoredBy } from "../ignore";
import { exit, type Io, UsageError } from "../io";
import { projectOf, pulumi, stackArgs } from "../pulumi";
import { placesOf } from "../scan";
import { declaredIn, nameOf } from "../state";
import { table } from "../table";
import { HEAD, rowOf } from "./rows";
import type { ScanOptions } from "./scan";

export type DiffOptions = ScanOptions & { state?: string; ignore?: string; html?: boolean };

export async function runDiff(io: Io, options: DiffOptions): Promise<number> {
  const difference = await differenceOf(io, options);
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
  } else await io.out(options.html ? await html(graphOf(attachments)) : differenceText(difference));
  for (const { message } of failures) io.err(`${message}\n`);
  if (failures.length > 0) return exit.failed;
  return summary.changed + summary.gone + summary.undeclared > 0 ? exit.differs : exit.fine;
}

/** The difference between a stack and the clouds. */
export async function differenceOf(io: Io, options: DiffOptions): Promise<Difference> {
  const context = await contextOf(io, options);
  const [text, what] = await stateOf(context, options.state);
  const declared = declaredIn(text, what);
  const isChosen = options.cloud !== undefined || options.region !== undefined || declared.length === 0;
  const more = isChosen ? placesOf(context) : [];
  const isIgnored = ignoredBy(projectOf(context.io.cwd) ?? context.io.cwd, options.ignore);
  return compare(context, declared, more, isIgnored);
}

/** A stack's state: a file's, stdin's (`-`), or that of the project here. */
export async function stateOf({ io, options }: Context, file: string | undefined): Promise<[string, string]> {
  if (file !== undefined) return [await textOfInput(io, file), file];
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
