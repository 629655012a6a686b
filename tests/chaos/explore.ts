import fc from "fast-check";
import { RealCli } from "./cli";
import { cliWalks, type Walk, walks } from "./plan";
import { Ground, type Stage } from "./walk";

/** Tries random walks, in this process or with the real CLI. What goes wrong is made as short as it gets. */
export async function explore({
  seed = Date.now() % 2 ** 31,
  runs,
  minutes,
  cli = false,
  shrink = false,
}: {
  seed?: number | undefined;
  runs: number;
  minutes?: number | undefined;
  cli?: boolean | undefined;
  /** Makes what goes wrong with the CLI short, too. */
  shrink?: boolean | undefined;
}): Promise<{ report: string; failed: boolean }> {
  const ground: Stage = cli ? new RealCli() : new Ground();
  const started = performance.now();
  const { write } = process.stderr;
  process.stderr.write = ((text: string) => ground.told.push(text) > 0) as typeof write;
  await ground.start();
  try {
    const result = await fc.check(
      fc.asyncProperty(cli ? cliWalks : walks, (walk) => ground.walk(walk)),
      {
        seed,
        numRuns: runs,
        // Each step of shrinking takes the CLI a minute.
        endOnFailure: cli && !shrink,
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
    const again = `npm run chaos -- ${cli ? "--cli " : ""}--seed ${seed} --runs ${result.numRuns}`;
    return {
      report: [
        figures,
        `${reason} (after ${result.numShrinks} steps of shrinking; ${again})`,
        say(walk),
      ].join("\n"),
      failed: true,
    };
  } finally {
    process.stderr.write = write;
    await ground.stop();
  }
}

/** A walk in as few words as say it: what is empty or usual is left out. */
function say(walk: Walk): string {
  const word = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value).filter(([, each]) => !(Array.isArray(each) && each.length === 0));
    return Object.fromEntries(entries.filter(([, each]) => each !== false && each !== 0));
  };
  const { runs, ...rest } = walk;
  const lines = runs.map(({ options, kill, ...run }) =>
    JSON.stringify({
      ...(word(run) as object),
      options: word(options),
      ...(kill.request > 0 ? { kill } : {}),
    }),
  );
  return [JSON.stringify(rest), ...lines].join("\n");
}
