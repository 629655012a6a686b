import { resolve } from "node:path";
import { isPlural, pairsIn } from "pulumi-cloud-attachments/core";
import { type Adoption, adopt, adoptedIn, type ImportedResource, importsFor, type Layout } from "../adopt";
import { type Attachment, keyOf } from "../attachment";
import { type Context, contextOf } from "../context";
import { documentIn, textOfInput, VERSION } from "../document";
import { jsonObject, textIfThere, writeWhole } from "../files";
import { exit, type Io, UsageError } from "../io";
import { projectOf } from "../pulumi";
import { matcherOf, scanned } from "../scan";
import { associationOfType, declaredIn, nameOf } from "../state";
import { stateOf } from "./diff";
import type { ScanOptions } from "./scan";

type AdoptOptions = ScanOptions & {
  from?: string;
  out: string;
  by: string;
  listsFrom: string;
  state?: string;
};

export async function runAdopt(io: Io, options: AdoptOptions): Promise<number> {
  const layout = layoutOf(options);
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
  const made = adopt(fresh, known, layout, inState.names);
  if (made.added === 0) {
    const hint = `${options.out}.adopted.json names what earlier runs wrote: what is taken out there is written again`;
    io.err(`nothing to adopt: all of it is declared or written already (hint: ${hint})\n`);
    return exit.fine;
  }
  // The record last: what it names is written.
  const added = importsFor(made.program, before ?? "") + made.program;
  writeWhole(program, before === undefined ? added : `${before.replace(/\n*$/, "\n")}\n${added}`);
  const waiting = inState.isKnown ? notImported(textIfThere(importFile), importFile, inState.ids) : [];
  const imports = { resources: [...waiting, ...made.imports.resources] };
  writeWhole(importFile, `${JSON.stringify(imports, null, 1)}\n`);
  writeWhole(recordFile, `${JSON.stringify({ version: VERSION, adopted: made.adopted }, null, 1)}\n`);
  await io.out(nextSteps(options.out, made, before === undefined));
  const incomplete = fresh.filter(
    (each) => each.incomplete !== undefined && !Object.hasOwn(known, keyOf(each)),
  );
  for (const { id, incomplete: what } of incomplete) io.err(`${id}: ${what}; up puts it on all\n`);
  return exit.fine;
}

/** @throws UsageError for an option that makes no sense. */
function layoutOf({ by, listsFrom, profile }: AdoptOptions): Layout {
  if (by !== "parent" && by !== "group") throw new UsageError("--by takes parent or group");
  const least = Number(listsFrom);
  if (!Number.isInteger(least) || least < 2) throw new UsageError("--lists-from takes a number from 2 on");
  return { by, listsFrom: least, ...(profile ? { connection: { profile } } : {}) };
}

/** What an earlier run wrote for an import that has not been done. */
function notImported(
  text: string | undefined,
  file: string,
  inState: ReadonlySet<string>,
): ImportedResource[] {
  const { resources = [] } = text === undefined ? {} : jsonObject(text, file);
  return (resources as ImportedResource[]).filter(({ type, id, inputs }) => {
    const association = associationOfType(type);
    if (!association) return false;
    if (!isPlural(association)) return !inState.has(`${association.token} ${id}`);
    const { single } = association;
    return !pairsIn(association, inputs).some((pair) => inState.has(`${single.token} ${single.id(pair)}`));
  });
}

function nextSteps(out: string, { added, imports, listable }: Adoption, isNew: boolean): string {
  const module = out.replace(/\.ts$/, "");
  const resources = imports.resources.length;
  const lists = [...listable].map(
    ([name, count]) =>
      `${count} would fit into the list of "${name}", which is left alone: moved there by hand, they stay attached`,
  );
  return [
    `${counted(added, "attachment")} as ${counted(resources, "resource")} ${isNew ? "in" : "added to"} ${out}. Next:`,
    ...(isNew
      ? [
          `  import "./${module}"; in the project's index.ts, once: without it, up would detach what is imported`,
        ]
      : []),
    `  pulumi import --file ${out}.import.json --yes --protect=false --generate-code=false   (CLI 3.254 or newer; an older one's up adopts by itself)`,
    "  pulumi up   has nothing to do",
    ...lists,
    "",
  ].join("\n");
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** What is attached and chosen, and what the project's stack declares already. */
async function toAdopt(
  context: Context,
  options: AdoptOptions,
): Promise<{ attachments: Attachment[]; inState: { ids: Set<string>; names: string[]; isKnown: boolean } }> {
  const { io } = context;
  const attachments: Attachment[] = [];
  if (options.from !== undefined) {
    const { attachments: given, complete } = documentIn(await textOfInput(io, options.from), options.from);
    if (!complete) io.err(`${options.from} does not tell all: what its scan could not read is not adopted\n`);
    const matches = matcherOf(options);
    attachments.push(
      ...given.filter((each) => matches(each) && (!("status" in each) || each.status === "undeclared")),
    );
  } else {
    const { found, failures } = await scanned(context, options);
    attachments.push(...found);
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
