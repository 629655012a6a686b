import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { printable } from "pulumi-cloud-attachments/core";
import { LISTS_FROM } from "./adopt";
import { runAdopt } from "./commands/adopt";
import { runDiff } from "./commands/diff";
import { runDoctor } from "./commands/doctor";
import { runGraph } from "./commands/graph";
import { runMigrate } from "./commands/migrate";
import { runScan } from "./commands/scan";
import { runVerify } from "./commands/verify";
import { exit, type Io, UsageError } from "./io";

/** Runs one command. @returns its exit code; what went wrong is told on stderr, in one sentence. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code: number = exit.fine;
  const program = programFor(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    // What commander has told itself: help and version are no mistakes.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.fine : exit.failed;
    const message = error instanceof Error ? error.message : String(error);
    const lines = message.split("\n").map((line) => printable(line, 2_000));
    io.err(
      `${lines.join("\n")}\n${isExpected(error) || !(error instanceof Error) ? "" : `${error.stack}\n`}`,
    );
    return exit.failed;
  }
}

/** A mistake of ours keeps its stack: it is to be reported. */
function isExpected(error: unknown): boolean {
  return error instanceof UsageError || (error instanceof Error && error.constructor === Error);
}

/** `0.1.0`: one folder up from the sources, two from what is built of them. */
function version(): string {
  for (const up of ["package.json", "../package.json"]) {
    try {
      return (JSON.parse(readFileSync(join(__dirname, up), "utf8")) as { version: string }).version;
    } catch {
      // Not there: the next one.
    }
  }
  return "unknown";
}

const list = (value: string, before: string[] = []): string[] => [
  ...before,
  ...value.split(",").filter(Boolean),
];
const collect = (value: string, before: string[] = []): string[] => [...before, value];

function programFor(io: Io, done: (code: number) => void): Command {
  const program = new Command("cloud-attachments")
    .description(
      "What is attached in your clouds: to code, to a picture, and compared with what is declared.",
    )
    .version(version())
    .addHelpText(
      "after",
      "\nEvery command reads credentials as the resources do: the stack's config, the environment, the vendors' files.\n" +
        "Exit codes: 0 fine, 1 there is a difference (diff), a failure to come (verify) or a problem (doctor), 2 it could not be done.\n",
    );
  const command = (
    name: string,
    description: string,
    example: string,
    work: (io: Io, options: never) => Promise<number>,
  ) =>
    withClouds(program.command(name).description(description))
      .addHelpText("after", `\nExample:\n${example.replace(/^/gm, "  ")}\n`)
      .action(async (...given: unknown[]) => {
        const { cwd, ...options } = optionsIn(given);
        const at = cwd === undefined ? io : { ...io, cwd: resolve(io.cwd, cwd) };
        done(await work(at, options as never));
      });

  withFilters(
    command(
      "scan",
      "lists what is attached",
      "cloud-attachments scan --cloud alicloud --name 'web-*'",
      runScan,
    ),
  ).option("--json", "one JSON document, an attachment a line");

  withState(
    command(
      "diff",
      "compares what a stack declares with what is attached: 0 the same, 1 a difference, 2 it cannot be told",
      "cloud-attachments diff --stack prod\npulumi stack export | cloud-attachments diff -",
      runDiff,
    ).argument("[state]", "file of pulumi stack export, - for stdin (default: the project's stack)"),
  )
    .option("--json", "one JSON document")
    .option("--html", "the page of graph --html");

  withFilters(
    command(
      "adopt",
      "writes a program and an import file for what is attached and not declared",
      "cloud-attachments adopt --cloud alicloud --out attachments.ts\n" +
        "pulumi import --file attachments.ts.import.json --yes --protect=false --generate-code=false\npulumi up",
      runAdopt,
    ),
  )
    .option("--from <file>", "what scan --json or diff --json printed, - for stdin (default: scan now)")
    .option(
      "--state <file>",
      "file of pulumi stack export: what it declares is left out (default: the project's stack)",
    )
    .option("--by <end>", "group the program by parent or by group", "parent")
    .option(
      "--lists-from <number>",
      "so many attachments of one parent or group are one plural resource",
      String(LISTS_FROM),
    )
    .option("--out <file>", "the program; import file and record are written beside it", "attachments.ts");

  withState(
    withFilters(
      command(
        "graph",
        "draws who is attached to what",
        "cloud-attachments graph --format svg --out attachments.svg\ncloud-attachments graph --difference --format mermaid",
        runGraph,
      ),
    ),
  )
    .option(
      "--from <file>",
      "what scan --json, diff --json or pulumi stack export printed, - for stdin (default: scan now)",
    )
    .option("--difference", "draw the difference between the stack and the clouds")
    .option("--state <file>", "with --difference: file of pulumi stack export (default: the project's stack)")
    .option("--apart", "draw each parent by itself, however many have the same groups")
    .option("--format <format>", "svg, html, mermaid or dot", "svg")
    .option(
      "--html",
      "the same as --format html: one page with search, filter, zoom and details, which asks for nothing",
    )
    .option("--out <file>", "write a file (default: stdout)");

  command(
    "verify",
    "tells what pulumi up would meet: 0 it would succeed, 1 something would fail, 2 it cannot be told",
    "cloud-attachments verify --stack prod\npulumi preview --json | cloud-attachments verify -",
    runVerify,
  )
    .argument("[plan]", "file of pulumi preview --json, - for stdin (default: a preview of the project now)")
    .option("--json", "one JSON document");

  command(
    "migrate",
    "tells how to move from the vendors' own resources, without a moment of detachment: 0 all can be moved, 2 not all",
    "cloud-attachments migrate --stack prod\nterraform show -json | cloud-attachments migrate - --write",
    runMigrate,
  )
    .argument(
      "[state]",
      "file of pulumi stack export or terraform show -json, state file of Terraform, - for stdin (default: the project's stack)",
    )
    .option("--parent <ids>", "instances, network interfaces, scaling groups, servers, by comma", list)
    .option("--group <ids>", "groups as the vendor's resource names them, by comma", list)
    .option("--out <file>", "the program; import file and record are written beside it", "attachments.ts")
    .option("--write", "write the program and what adopt writes beside it (default: only print)")
    .option("--json", "one JSON document");

  command(
    "doctor",
    "examines what first-time users stumble over",
    "cloud-attachments doctor --cloud tencentcloud",
    runDoctor,
  ).option("--json", "one JSON document, without secrets, for support requests");

  for (const each of [program, ...program.commands]) {
    each
      .exitOverride()
      .configureOutput({ writeOut: (text) => void io.out(text), writeErr: (text) => io.err(text) });
  }
  return program;
}

/** Commander hands over the arguments, the options and the command; an argument is an option of its name. */
function optionsIn(given: readonly unknown[]): { cwd?: string } {
  const command = given.at(-1) as Command;
  const names = command.registeredArguments.map((argument) => argument.name());
  const values = names.map((name, place) => [name, given[place]] as const);
  return { ...command.opts(), ...Object.fromEntries(values.filter(([, value]) => value !== undefined)) };
}

function withClouds(command: Command): Command {
  return command
    .option("--cloud <names>", "clouds, by comma (default: those that are set up here)", list)
    .option("--region <names>", "regions, by comma (default: the configured one of each cloud)", list)
    .option(
      "--type <parts>",
      "types, by comma and by whole parts of their names, such as ecs or alicloud/ens",
      list,
    )
    .option("--profile <name>", "profile of the vendor's CLI, or cloud of clouds.yaml")
    .option("--stack <name>", "stack whose config counts (default: the one that is selected)")
    .option("--no-project", "leave the Pulumi project here alone: the environment counts")
    .option(
      "--config <key=value>",
      "config, as in a stack: alicloud:region=cn-hangzhou (repeatable)",
      collect,
    )
    .option("--cwd <folder>", "run as if started there")
    .option(
      "--timeout <seconds>",
      "how long one list may take, waits after throttling included (default: 600)",
    );
}

function withFilters(command: Command): Command {
  return command
    .option("--parent <ids>", "instances, network interfaces, scaling groups, servers, by comma", list)
    .option("--group <ids>", "groups, by comma", list)
    .option("--name <patterns>", "names of parents, by comma; * stands for any text", list)
    .option(
      "--tag <key=value>",
      "tag of the parent, or <key> alone; all that are given must match (repeatable)",
      collect,
    );
}

function withState(command: Command): Command {
  return command.option(
    "--ignore <file>",
    "patterns of what need not be declared (default: .cloudattachmentsignore)",
  );
}
