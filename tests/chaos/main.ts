// `npm run chaos`: random programs against all simulated clouds, in whatever trouble.
import { parseArgs } from "node:util";
import { explore } from "./explore";

const { values } = parseArgs({
  options: { seed: { type: "string" }, runs: { type: "string" }, minutes: { type: "string" } },
});

function number(name: keyof typeof values): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) throw new Error(`--${name} must be a whole number`);
  return Number(text);
}

async function main(): Promise<void> {
  const minutes = number("minutes");
  const runs = number("runs") ?? (minutes === undefined ? 200 : Number.MAX_SAFE_INTEGER);
  const { report, failed } = await explore({ seed: number("seed"), runs, minutes });
  console.log(report);
  process.exit(failed ? 1 : 0);
}

void main();
