import { adopt, importsFor, LISTS_FROM } from "../adopt";
import type { Attachment } from "../attachment";
import { type CloudOptions, contextOf, typesOf } from "../context";
import { VERSION } from "../document";
import { exit, type Io, UsageError } from "../io";
import { chosen, type Move, movesOf, type Step, stepsOf } from "../migrate";
import { stackArgs } from "../pulumi";
import type { FilterOptions } from "../scan";
import { declaredIn, nameOf } from "../state";
import { table } from "../table";
import { type VendorState, vendorStateIn } from "../vendors";
import { runAdopt } from "./adopt";
import { stateOf } from "./diff";
import { HEAD, rowOf } from "./rows";

type MigrateOptions = CloudOptions &
  Pick<FilterOptions, "parent" | "group"> & { state?: string; out: string; write?: boolean; json?: boolean };

export async function runMigrate(io: Io, options: MigrateOptions): Promise<number> {
  const context = await contextOf(io, options);
  const [region, ...more] = options.region ?? [];
  if (more.length > 0) throw new UsageError("--region takes one region here: that of what tells none");
  const [text, what] = await stateOf(context, options.state);
  const { tool, resources } = vendorStateIn(text, what);
  const types = typesOf(options);
  const wanted = chosen(resources, options).filter(
    ({ association }) =>
      types.includes(association) && (options.cloud?.includes(association.cloud.name) ?? true),
  );
  const moves = await movesOf(context, wanted, {
    ...(region ? { region } : {}),
    ...(options.profile ? { connection: { profile: options.profile } } : {}),
  });
  const moved = moves.filter(({ obstacle }) => obstacle === undefined);
  const declared = tool === "pulumi" && moved.length > 0 ? declaredIn(text, what) : [];
  const ours = new Set(declared.map(({ association, id }) => `${association.token} ${id}`));
  const attachments = moved
    .flatMap((move) => move.attachments)
    .filter(({ type, id }) => !ours.has(`${type} ${id}`));

  if (options.write && attachments.length > 0) await writeProgram(io, options, attachments);
  const module = attachments.length > 0 ? `./${options.out.replace(/\.ts$/, "")}` : undefined;
  const steps = moved.length > 0 ? stepsOf(tool, moved, { module, stack: stackArgs(options.stack) }) : [];
  const { program } = adopt(attachments, {}, { by: "parent", listsFrom: LISTS_FROM });
  const whole = importsFor(program, "") + program;
  if (options.json) await io.out(jsonText(moves, steps, whole));
  else {
    if (moved.length > 0) await io.out(movesText(tool, moved) + stepsText(steps));
    if (module && !options.write) await io.out(`\n${options.out}, which --write writes:\n\n${whole}`);
    if (module && options.write) await io.out(`\n${attachments.length} attachments are in ${options.out}\n`);
    if (moves.length === 0) io.err(`${what} holds no resource of a vendor that could be moved\n`);
  }
  for (const { resource, obstacle } of moves) {
    if (obstacle !== undefined) io.err(`${resource.address} stays as it is: ${obstacle}\n`);
  }
  return moved.length < moves.length ? exit.failed : exit.fine;
}

/** The same files that adopt writes, under its rules: what is there stays as it is. */
async function writeProgram(
  io: Io,
  { parent: _, group: __, state: ___, ...options }: MigrateOptions,
  attachments: readonly Attachment[],
): Promise<void> {
  const document = JSON.stringify({ version: VERSION, complete: true, attachments });
  const silent: Io = { ...io, out: async () => {}, stdin: async () => document };
  await runAdopt(silent, { ...options, from: "-", by: "parent", listsFrom: String(LISTS_FROM) });
}

function jsonText(moves: readonly Move[], steps: readonly Step[], program: string): string {
  const resources = moves.map(({ resource: { address, lists }, attachments, obstacle }) => ({
    address,
    ...(lists ? { lists } : {}),
    ...(obstacle === undefined ? {} : { obstacle }),
    attachments,
  }));
  const complete = moves.every(({ obstacle }) => obstacle === undefined);
  return `${JSON.stringify({ version: VERSION, complete, resources, steps, program }, null, 1)}\n`;
}

function movesText(tool: VendorState["tool"], moves: readonly Move[]): string {
  const rows = moves.flatMap(({ resource: { address }, attachments }) =>
    attachments.map((each) => [tool === "pulumi" ? nameOf(address) : address, ...rowOf(each)]),
  );
  return table(["RESOURCE", ...HEAD], rows);
}

function stepsText(steps: readonly Step[]): string {
  return steps
    .map(({ step, edits, commands }, at) => {
      const lines = [...edits, ...commands.map((command) => command.map(quoted).join(" "))].join("\n");
      return `\n${at + 1}. ${step}:\n${lines.replace(/^/gm, "     ")}\n`;
    })
    .join("");
}

/** An argument as a POSIX shell takes it. */
const quoted = (text: string): string =>
  /^[\w./=-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
