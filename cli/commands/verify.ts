import { type CloudOptions, type Context, contextOf } from "../context";
import { textOfInput, VERSION } from "../document";
import { exit, type Io, UsageError } from "../io";
import { projectOf, pulumi, stackArgs } from "../pulumi";
import { type Prospect, plannedIn, sentenceOf, verify } from "../verify";

export async function runVerify(
  io: Io,
  options: CloudOptions & { plan?: string; json?: boolean },
): Promise<number> {
  const context = await contextOf(io, options);
  const planned = plannedIn(...(await planOf(context, options.plan)));
  const prospects = await verify(context, planned);
  if (options.json) await io.out(`${JSON.stringify({ version: VERSION, prospects }, null, 1)}\n`);
  else await io.out(prospectText(prospects));
  if (prospects.some(({ outcome }) => outcome === "unasked")) return exit.failed;
  return prospects.some(({ outcome }) => outcome === "fails") ? exit.differs : exit.fine;
}

async function planOf({ io, options }: Context, file: string | undefined): Promise<[string, string]> {
  if (file !== undefined) return [await textOfInput(io, file), file];
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
  const told = prospects.filter(({ reason }) => reason !== undefined);
  const lines = told.map(({ name, id, outcome, reason }) => {
    const what = outcome === "fails" ? "would fail" : "cannot be told";
    return `${name} (${id}) ${what}: ${reason}\n`;
  });
  return `${lines.join("")}${sentenceOf(prospects)}\n`;
}
