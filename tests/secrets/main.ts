// `npm run secrets`: canaries in every setting of every cloud, searched for in all that the real CLI leaves and prints.
import { parseArgs } from "node:util";
import { Trial } from "./trial";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { from: { type: "string", default: "0" }, rounds: { type: "string" } },
  });
  const from = Number(values.from);
  const trial = await Trial.start();
  try {
    await trial.everyVerb();
    const rounds = trial.rounds();
    const count = Number(values.rounds ?? rounds.length);
    for (const round of rounds.slice(from, from + count)) await trial.round(round);
    console.log(
      `${trial.canaries} canaries, ${trial.commands} commands of the CLI, ${trial.texts} texts searched`,
    );
    for (const found of trial.found) console.log(`FOUND: ${found}`);
    if (trial.found.size > 0) process.exitCode = 1;
  } finally {
    await trial.stop();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
