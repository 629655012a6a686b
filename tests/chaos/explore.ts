import fc from "fast-check";
import { walks } from "./plan";
import { Ground } from "./walk";

/** Tries random walks. What goes wrong is made as short as it gets. */
export async function explore({
  seed = Date.now() % 2 ** 31,
  runs,
  minutes,
}: {
  seed?: number | undefined;
  runs: number;
  minutes?: number | undefined;
}): Promise<{ report: string; failed: boolean }> {
  const ground = new Ground();
  const started = performance.now();
  const told: string[] = [];
  const { write } = process.stderr;
  process.stderr.write = ((text: string) => told.push(text) > 0) as typeof write;
  await ground.start();
  try {
    const result = await fc.check(
      fc.asyncProperty(walks, (walk) => ground.walk(walk)),
      {
        seed,
        numRuns: runs,
        ...(minutes === undefined ? {} : { interruptAfterTimeLimit: minutes * 60_000 }),
      },
    );
    const { tried } = ground;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const figures =
      `seed ${seed}: ${result.numRuns} programs, ${tried.runs} runs of the CLI, ${tried.operations} operations, ` +
      `${tried.calls} calls, ${tried.kills} kills, ${tried.failures} failed operations, in ${seconds} s`;
    if (result.counterexample === null) return { report: figures, failed: false };
    const [walk] = result.counterexample;
    const reason = (result.errorInstance as Error | undefined)?.message ?? "";
    const again = `npm run chaos -- --seed ${seed} --runs ${result.numRuns}`;
    return {
      report: [figures, `${reason} (after ${result.numShrinks} steps of shrinking; ${again})`, say(walk)].join("\n"),
      failed: true,
    };
  } finally {
    process.stderr.write = write;
    await ground.stop();
  }
}

function say(walk: unknown): string {
  return JSON.stringify(walk, undefined, 1).replace(/\n\s+/g, " ");
}
