// `npm run bench`: how fast we are beside what the engine itself takes, and what the clouds get to do.
//   npm run bench                                   the table of goals
//   npm run bench -- --fleets                       the plural form, beside as many single resources
//   npm run bench -- --cloud alicloud --n 1000      one measurement: --latency ms, --limit writes a second, --parallel n,
//                                                   --skip-checkpoints, --rounds n (the best counts)
//   npm run bench -- --json FILE                    also writes the figures
//   npm run bench -- --against FOLDER               measures another checkout's package in the same run, and prints it beside ours;
//                                                   `npm run setup` has to have run there
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { fleets } from "./bench/fleets.mjs";
import { goals, limited } from "./bench/goals.mjs";
import { measure } from "./bench/measure.mjs";
import { plans } from "./bench/plans.mjs";
import { main, root, setup } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    cloud: { type: "string" },
    fleets: { type: "boolean", default: false },
    n: { type: "string", default: "200" },
    latency: { type: "string", default: "20" },
    limit: { type: "string" },
    parallel: { type: "string" },
    rounds: { type: "string", default: "1" },
    json: { type: "string" },
    against: { type: "string" },
    "skip-checkpoints": { type: "boolean", default: false },
  },
});

/** @param {"n" | "latency" | "limit" | "parallel" | "rounds"} name */
function count(name) {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} must be a whole number`);
  return number;
}

/** @param {import("./bench/measure.mjs").Bench} bench */
async function single(bench) {
  /** @type {Record<string, import("./bench/plans.mjs").Plans>} */
  const known = plans;
  const plan = known[values.cloud ?? ""];
  if (!plan) throw new Error(`--cloud must be one of ${Object.keys(plans).join(", ")}`);
  const described = plan({ n: count("n") });
  const all = await measure(
    described,
    {
      latency: count("latency"),
      rounds: count("rounds"),
      ...(values.parallel ? { parallel: count("parallel") } : {}),
      rules: values.limit ? limited(described.writes, count("limit")) : [],
      env: values["skip-checkpoints"] ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {},
    },
    bench,
  );
  for (const operation of /** @type {const} */ (["up", "again", "refresh", "destroy"])) {
    for (const [index, { [operation]: result }] of all.entries()) {
      if (result.failed) console.log(result.failed);
      const actions = Object.entries(result.actions).map(([action, times]) => `${times} ${action}`);
      console.log(
        `${index === 0 ? operation.padEnd(8) : " against"} ${result.seconds.toFixed(1)} s, floor ${result.floor.toFixed(1)} s, ` +
          `ratio ${result.ratio.toFixed(2)}; ${result.calls} calls (${actions.join(", ") || "none"}; ${result.refused} refused); ` +
          `${result.attached} attached; memory over the floor ${result.memory.toFixed(0)} MB`,
      );
    }
  }
  return all;
}

function checkouts() {
  if (!values.against) return [root];
  const other = path.resolve(values.against);
  if (!fs.existsSync(path.join(other, "node_modules", "pulumi-cloud-attachments", "dist")))
    throw new Error(`${other} is no checkout in which \`npm run setup\` has run.`);
  return [root, other];
}

await main(async () => {
  const bench = { checkouts: checkouts(), cli: await setup() };
  const figures = values.fleets
    ? await fleets(bench)
    : values.cloud
      ? await single(bench)
      : await goals(bench);
  if (values.json) fs.writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
});
