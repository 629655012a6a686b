// Runs a plan, ours and the floor side by side, and counts the calls that the clouds got.
import { startSimulator } from "../demo/simulator.mjs";
import { cleanEnvironment, withPulumi } from "../environment.mjs";
import { createProject } from "./project.mjs";

/**
 * What came of one operation: seconds of ours and of the floor, calls of the clouds, and memory over the floor's in MB. Without
 * a floor, `floor`, `ratio` and `memory` are NaN.
 *
 * @typedef {{ ours: number, floor: number, calls: number, writes: number, refused: number, attached: number,
 *   failed: string, memory: number }} Once
 * @typedef {Once & { ratio: number }} Measured
 * @typedef {"up" | "again" | "refresh" | "destroy"} Operation
 */

/**
 * How it is measured: `latency` in milliseconds; `rules`: the simulator's faults; `parallel`: pulumi's; `env`: more
 * environment for both, e.g. PULUMI_SKIP_CHECKPOINTS; `floor: false` leaves the floor out.
 *
 * @typedef {{ latency: number, rules?: import("../../simulator/index.js").FaultRule[], parallel?: number,
 *   env?: Record<string, string>, floor?: boolean }} Conditions
 */

/**
 * Measures one plan. Every operation is timed for ours and for the floor, one right after the other, so that whatever else
 * the machine does meets both. Of several rounds each side's best time counts, since noise only ever adds, and the most calls.
 *
 * @param {import("./plans.mjs").Plan} plan
 * @param {Conditions & { rounds?: number }} conditions - `rounds`: default 1
 * @param {import("../pulumi-cli.mjs").Cli} cli
 * @returns {Promise<Record<Operation, Measured>>}
 */
export async function measure(plan, { rounds = 1, ...conditions }, cli) {
  /** @type {Record<Operation, Once>[]} */
  const measured = [];
  for (let count = 0; count < rounds; count++) measured.push(await round(plan, conditions, cli));
  /** @param {Operation} operation */
  const of = (operation) => best(measured.map((results) => results[operation]));
  return { up: of("up"), again: of("again"), refresh: of("refresh"), destroy: of("destroy") };
}

/**
 * @param {Once[]} results
 * @returns {Measured}
 */
function best(results) {
  /** @typedef {Exclude<keyof Once, "failed">} Figure */
  const least = (/** @type {Figure} */ name) => Math.min(...results.map((result) => result[name]));
  const most = (/** @type {Figure} */ name) => Math.max(...results.map((result) => result[name]));
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

/**
 * @param {import("./plans.mjs").Plan} plan
 * @param {Conditions} conditions
 * @param {import("../pulumi-cli.mjs").Cli} cli
 * @returns {Promise<Record<Operation, Once>>}
 */
async function round({ plan, world, attached, writes }, conditions, cli) {
  const { latency, rules = [], parallel, env: more = {}, floor = true } = conditions;
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
  /** @type {import("./project.mjs").Project[]} */
  const projects = [];
  const create = async (/** @type {"ours" | "floor"} */ program) => {
    const project = await createProject(program, { plan, latency, env, config });
    projects.push(project);
    return project;
  };
  try {
    await simulator.control("PUT", "/world", world);
    await simulator.control("PUT", "/faults", { latencyMs: latency, rules });
    const project = await create("ours");
    const reference = floor ? await create("floor") : undefined;
    const flags = parallel ? ["--parallel", String(parallel)] : [];
    const measured = async (/** @type {"up" | "refresh" | "destroy"} */ command) => {
      await simulator.control("DELETE", "/journal");
      const ours = await project.run(command, ...flags);
      /** @type {import("../../simulator/index.js").JournalEntry[]} */
      const journal = await simulator.control("GET", "/journal");
      const other = await reference?.run(command, ...flags);
      if (other && other.code !== 0) throw new Error(`the floor's ${command} failed:\n${other.printed}`);
      const calls = journal.filter(({ kind }) => kind !== "session");
      return {
        ours: ours.seconds,
        floor: other?.seconds ?? Number.NaN,
        calls: calls.length,
        writes: calls.filter(({ action }) => writes.includes(action)).length,
        refused: calls.filter(({ outcome }) => outcome !== "ok").length,
        attached: attached(await simulator.control("GET", "/world")),
        failed: ours.code === 0 ? "" : ours.printed,
        memory: ours.megabytes - (other?.megabytes ?? Number.NaN),
      };
    };
    return {
      up: await measured("up"),
      again: await measured("up"),
      refresh: await measured("refresh"),
      destroy: await measured("destroy"),
    };
  } finally {
    for (const project of projects) project.remove();
    await simulator.stop();
  }
}
