// `npm run bench`: how fast we are beside what the engine itself takes, and what the clouds get to do.
//   npm run bench                                   the table of goals
//   npm run bench -- --cloud alicloud --n 1000      one measurement: --latency ms, --limit writes a second, --parallel n,
//                                                   --skip-checkpoints, --rounds n (the best counts)
//   npm run bench -- --json FILE                    also writes the figures
import fs from "node:fs";
import { parseArgs } from "node:util";
import { goals } from "./bench/goals.mjs";
import { measure } from "./bench/measure.mjs";
import { plans } from "./bench/plans.mjs";
import { main, setup } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    cloud: { type: "string" },
    n: { type: "string", default: "200" },
    latency: { type: "string", default: "20" },
    limit: { type: "string" },
    parallel: { type: "string" },
    rounds: { type: "string", default: "1" },
    json: { type: "string" },
    "skip-checkpoints": { type: "boolean", default: false },
  },
});

/** @param {"n" | "latency" | "limit" | "parallel" | "rounds"} name */
function count(name) {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} must be a whole number`);
  return number;
}

/** @param {import("./pulumi-cli.mjs").Cli} cli */
async function single(cli) {
  /** @type {Record<string, import("./bench/plans.mjs").Plans>} */
  const known = plans;
  const plan = known[values.cloud ?? ""];
  if (!plan) throw new Error(`--cloud must be one of ${Object.keys(plans).join(", ")}`);
  const described = plan({ n: count("n") });
  const results = await measure(
    described,
    {
      latency: count("latency"),
      rounds: count("rounds"),
      ...(values.parallel ? { parallel: count("parallel") } : {}),
      rules: values.limit
        ? described.writes.map((action) => ({
            kind: "rateLimit",
            action,
            limit: count("limit"),
            windowMs: 1000,
          }))
        : [],
      env: values["skip-checkpoints"] ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {},
    },
    cli,
  );
  for (const [operation, result] of Object.entries(results)) {
    if (result.failed) console.log(result.failed);
    console.log(
      `${operation.padEnd(8)} ${result.ours.toFixed(1)} s, floor ${result.floor.toFixed(1)} s, ratio ` +
        `${result.ratio.toFixed(2)}; ${result.calls} calls (${result.writes} writes, ${result.refused} refused); ` +
        `${result.attached} attached; memory over the floor ${result.memory.toFixed(0)} MB`,
    );
  }
  return results;
}

await main(async () => {
  const cli = await setup();
  const figures = values.cloud ? await single(cli) : await goals(cli);
  if (values.json) fs.writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
});
