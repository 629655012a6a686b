import { type CloudOptions, contextOf } from "../context";
import { examine, type Finding } from "../doctor";
import { VERSION } from "../document";
import { exit, type Io } from "../io";

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
