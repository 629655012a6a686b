// Runs a plan, ours and the floor side by side, and counts the calls that the clouds got.
import { simulatorEnvironment, startSimulator } from "../demo/simulator.mjs";
import { cleanEnvironment, withPulumi } from "../environment.mjs";
import { createProject } from "./project.mjs";

const operations = ["up", "again", "refresh", "destroy"];

/**
 * Measures one plan. Every operation is timed for ours and for the floor, one right after the other, so that whatever else
 * the machine does meets both. Of several rounds each side's best time counts, since noise only ever adds, and the most calls.
 *
 * @param options - `latency` in milliseconds; `rules`: the simulator's faults; `parallel`: pulumi's; `env`: more environment
 *   for both, e.g. PULUMI_SKIP_CHECKPOINTS; `floor: false` leaves the floor out; `rounds`, default 1.
 * @returns by operation `{ ours, floor, ratio, calls, writes, refused, attached, failed, memory }`
 */
export async function measure(plan, { rounds = 1, ...options }, cli) {
  const measured = [];
  for (let count = 0; count < rounds; count++) measured.push(await round(plan, options, cli));
  return Object.fromEntries(
    operations.map((operation) => [operation, best(measured.map((results) => results[operation]))]),
  );
}

function best(results) {
  const least = (name) => Math.min(...results.map((result) => result[name]));
  const most = (name) => Math.max(...results.map((result) => result[name]));
  const [ours, floor] = [least("ours"), least("floor")];
  return {
    ours,
    floor,
    ratio: ours / floor,
    calls: most("calls"),
    writes: most("writes"),
    refused: most("refused"),
    attached: least("attached"),
    failed: results.map(({ failed }) => failed).join(""),
    memory: least("memory"),
  };
}

async function round({ plan, world, attached, writes }, options, cli) {
  const { latency, rules = [], parallel, env: more = {}, floor = true } = options;
  const simulator = await startSimulator();
  const { cvm, sts, region, secretId, secretKey } = simulator.endpoints.tencentcloud;
  const env = withPulumi(
    {
      ...cleanEnvironment({ ...process.env, REMOTE: "" }),
      ...simulatorEnvironment(simulator.endpoints),
      TENCENTCLOUD_REGION: region,
      TENCENTCLOUD_SECRET_ID: secretId,
      TENCENTCLOUD_SECRET_KEY: secretKey,
      ...more,
    },
    cli,
  );
  const config = { "tencentcloud:endpoints": { cvm, sts } };
  const projects = {};
  const results = {};
  try {
    await simulator.control("PUT", "/world", world);
    await simulator.control("PUT", "/faults", { latencyMs: latency, rules });
    projects.ours = await createProject("ours", { plan, latency, env, config });
    if (floor) projects.floor = await createProject("floor", { plan, latency, env, config });
    const flags = parallel ? ["--parallel", String(parallel)] : [];
    for (const operation of operations) {
      const command = operation === "again" ? "up" : operation;
      await simulator.control("DELETE", "/journal");
      const ours = await projects.ours.run(command, ...flags);
      const journal = await simulator.control("GET", "/journal");
      const reference = await projects.floor?.run(command, ...flags);
      if (reference && reference.code !== 0)
        throw new Error(`the floor's ${command} failed:\n${reference.printed}`);
      const calls = journal.filter(({ kind }) => kind !== "session");
      results[operation] = {
        ours: ours.seconds,
        floor: reference?.seconds,
        calls: calls.length,
        writes: calls.filter(({ action }) => writes.includes(action)).length,
        refused: calls.filter(({ outcome }) => outcome !== "ok").length,
        attached: attached(await simulator.control("GET", "/world")),
        failed: ours.code === 0 ? "" : ours.printed,
        memory: reference && ours.megabytes - reference.megabytes,
      };
    }
  } finally {
    for (const project of Object.values(projects)) project.remove();
    await simulator.stop();
  }
  return results;
}
