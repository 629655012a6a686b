// `npm run chaos`: random programs against all simulated clouds, in whatever trouble; with --cli by the real CLI.
import { parseArgs } from "node:util";
import { explore } from "./explore";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string" },
    minutes: { type: "string" },
    cli: { type: "boolean" },
    shrink: { type: "boolean" },
  },
});

function number(name: "seed" | "runs" | "minutes"): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) throw new Error(`--${name} must be a whole number`);
  return Number(text);
}

async function main(): Promise<void> {
  const minutes = number("minutes");
  const runs = number("runs") ?? (minutes === undefined ? (values.cli ? 10 : 200) : Number.MAX_SAFE_INTEGER);
  const { report, failed } = await explore({
    seed: number("seed"),
    runs,
    minutes,
    cli: values.cli,
    shrink: values.shrink,
  });
  console.log(report);
  process.exit(failed ? 1 : 0);
}

void main();
