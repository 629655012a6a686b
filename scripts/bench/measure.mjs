// Runs a plan with this checkout, with another one to compare with, and as the floor, and counts the calls that the clouds got.
import { startSimulator } from "../demo/simulator.mjs";
import { cleanEnvironment, withPulumi } from "../environment.mjs";
import { root } from "../setup.mjs";
import { createProject } from "./project.mjs";

/**
 * What came of one operation: seconds, calls of the clouds (also by action), and memory over the floor's in MB. Without a
 * floor, `floor`, `ratio` and `memory` are NaN.
 *
 * @typedef {{ seconds: number, floor: number, calls: number, actions: Record<string, number>, writes: number, refused: number,
 *   attached: number, failed: string, memory: number }} Once
 * @typedef {Once & { ratio: number }} Measured
 * @typedef {"up" | "again" | "refresh" | "destroy"} Operation
 * @typedef {Record<Operation, Measured>} Results
 */

/**
 * How it is measured: `latency` in milliseconds; `rules`: the simulator's faults; `parallel`: pulumi's; `env`: more
 * environment for all, e.g. PULUMI_SKIP_CHECKPOINTS; `floor: false` leaves the floor out, `floorPlan` gives it other resources.
 *
 * @typedef {{ latency: number, rules?: import("../../simulator/index.js").FaultRule[], parallel?: number,
 *   env?: Record<string, string>, floor?: boolean, floorPlan?: import("./plans.mjs").Resource[] }} Conditions
 */

/**
 * What measures: the Pulumi CLI, and the checkouts whose packages are measured.
 *
 * @typedef {{ cli: import("../pulumi-cli.mjs").Cli, checkouts: readonly string[] }} Bench
 */

/**
 * Measures one plan. Every operation is timed for each checkout and for the floor, one right after the other, so that whatever
 * else the machine does meets all. Of several rounds each side's best time counts, since noise only ever adds, and the most calls.
 *
 * @param {import("./plans.mjs").Plan} plan
 * @param {Conditions & { rounds?: number }} conditions - `rounds`: default 1
 * @param {Bench} bench
 * @returns {Promise<Results[]>} one for each checkout
 */
export async function measure(plan, { rounds = 1, ...conditions }, bench) {
  /** @type {Record<Operation, Once[]>[]} */
  const measured = [];
  // In turns, so that no side is always the one that follows another's work.
  for (let count = 0; count < rounds; count++)
    measured.push(await round(plan, conditions, bench, count % 2 === 1));
  return bench.checkouts.map((_, index) => {
    const of = (/** @type {Operation} */ operation) =>
      best(measured.flatMap((all) => all[operation][index] ?? []));
    return { up: of("up"), again: of("again"), refresh: of("refresh"), destroy: of("destroy") };
  });
}

/**
 * @param {Once[]} results
 * @returns {Measured}
 */
function best(results) {
  /** @typedef {Exclude<keyof Once, "failed" | "actions">} Figure */
  const least = (/** @type {Figure} */ name) => Math.min(...results.map((result) => result[name]));
  const most = (/** @type {Figure} */ name) => Math.max(...results.map((result) => result[name]));
  const [seconds, floor] = [least("seconds"), least("floor")];
  const calls = most("calls");
  return {
    seconds,
    floor,
    ratio: seconds / floor,
    calls,
    actions: results.find((result) => result.calls === calls)?.actions ?? {},
    writes: most("writes"),
    refused: most("refused"),
    attached: least("attached"),
    failed: results.map(({ failed }) => failed).join(""),
    memory: least("memory"),
  };
}

/**
 * @param {import("./plans.mjs").Plan} plan
 * @param {Conditions} conditions
 * @param {Bench} bench
 * @param {boolean} isReversed - the last side goes first.
 * @returns {Promise<Record<Operation, Once[]>>} in the order of the checkouts
 */
async function round(plan, conditions, { cli, checkouts }, isReversed) {
  const { parallel, floor = true, floorPlan = plan.plan } = conditions;
  /** @type {Awaited<ReturnType<typeof createSide>>[]} */
  const sides = [];
  const flags = parallel ? ["--parallel", String(parallel)] : [];
  const measured = async (/** @type {"up" | "refresh" | "destroy"} */ command) => {
    /** @type {Omit<Once, "floor">[]} */
    const results = [];
    const order = [...sides.entries()];
    for (const [index, side] of isReversed ? order.reverse() : order) {
      results[index] = await side.run(command, ...flags);
    }
    const reference = floor ? results.pop() : undefined;
    if (reference?.failed) throw new Error(`the floor's ${command} failed:\n${reference.failed}`);
    return results.map((result) => ({
      ...result,
      floor: reference?.seconds ?? Number.NaN,
      memory: result.memory - (reference?.memory ?? Number.NaN),
    }));
  };
  try {
    for (const checkout of checkouts) sides.push(await createSide("ours", checkout, plan, conditions, cli));
    if (floor) sides.push(await createSide("floor", root, { ...plan, plan: floorPlan }, conditions, cli));
    return {
      up: await measured("up"),
      again: await measured("up"),
      refresh: await measured("refresh"),
      destroy: await measured("destroy"),
    };
  } finally {
    for (const side of sides) await side.end();
  }
}

/**
 * One program beside others, with simulated clouds of its own.
 *
 * @param {"ours" | "floor"} program
 * @param {string} checkout - whose package it uses; the simulator is always this checkout's.
 * @param {import("./plans.mjs").Plan} plan
 * @param {Conditions} conditions
 * @param {import("../pulumi-cli.mjs").Cli} cli
 */
async function createSide(program, checkout, { plan, world, attached, writes }, conditions, cli) {
  const { latency, rules = [], env: more = {} } = conditions;
  const simulator = await startSimulator();
  const { cvm, sts, region, secretId, secretKey } = simulator.endpoints.tencentcloud;
  const env = withPulumi(
    {
      ...cleanEnvironment({ ...process.env, REMOTE: "" }),
      ...simulator.env,
      TENCENTCLOUD_REGION: region,
      TENCENTCLOUD_SECRET_ID: secretId,
      TENCENTCLOUD_SECRET_KEY: secretKey,
      ...more,
    },
    cli,
  );
  const config = { "tencentcloud:endpoints": { cvm, sts } };
  await simulator.control("PUT", "/world", world);
  await simulator.control("PUT", "/faults", { latencyMs: latency, rules });
  const project = await createProject(program, { checkout, plan, latency, env, config });

  return {
    async end() {
      project.remove();
      await simulator.stop();
    },

    /** @type {(command: "up" | "refresh" | "destroy", ...flags: string[]) => Promise<Omit<Once, "floor">>} */
    async run(command, ...flags) {
      await simulator.control("DELETE", "/journal");
      const { code, printed, seconds, megabytes } = await project.run(command, ...flags);
      /** @type {import("../../simulator/index.js").JournalEntry[]} */
      const journal = await simulator.control("GET", "/journal");
      const calls = journal.filter(({ kind }) => kind !== "session");
      /** @type {Record<string, number>} */
      const actions = {};
      for (const { action } of calls) actions[action] = (actions[action] ?? 0) + 1;
      return {
        seconds,
        calls: calls.length,
        actions,
        writes: calls.filter(({ action }) => writes.includes(action)).length,
        refused: calls.filter(({ outcome }) => outcome !== "ok").length,
        attached: attached(await simulator.control("GET", "/world")),
        failed: code === 0 ? "" : printed,
        memory: megabytes,
      };
    },
  };
}
