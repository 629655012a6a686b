import { resolve } from "node:path";
import type { Attachment, Compared } from "../attachment";
import { contextOf } from "../context";
import { documentIn, textOfInput } from "../document";
import { jsonObject, writeWhole } from "../files";
import { dot } from "../graph/dot";
import { html } from "../graph/html";
import { mermaid } from "../graph/mermaid";
import { type Drawn, graphOf } from "../graph/model";
import { svg } from "../graph/svg";
import { exit, type Io, UsageError } from "../io";
import { matcherOf, scanned } from "../scan";
import { attachmentOfRecorded, declaredIn } from "../state";
import { type DiffOptions, differenceOf } from "./diff";

type GraphOptions = DiffOptions & {
  from?: string;
  format: string;
  out?: string;
  apart?: boolean;
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
    const text = await textOfInput(io, options.from);
    const isState = "deployment" in jsonObject(text, options.from);
    const attachments: (Attachment | Compared)[] = isState
      ? declaredIn(text, options.from).map(({ association, id, recorded }) =>
          attachmentOfRecorded(association, id, recorded),
        )
      : documentIn(text, options.from).attachments;
    return { attachments: attachments.filter(matches), failures: [] };
  }
  if (options.difference) {
    const difference = await differenceOf(io, options);
    return {
      attachments: difference.attachments.filter(matches),
      failures: difference.failures.map(({ message }) => message),
    };
  }
  const { found, failures } = await scanned(await contextOf(io, options), options);
  return { attachments: found, failures };
}
