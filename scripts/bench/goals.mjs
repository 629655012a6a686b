// The goals, each measured beside the floor in the same run, and printed as a table.
import { loading } from "./loading.mjs";
import { measure } from "./measure.mjs";
import { plans, vserverGroups } from "./plans.mjs";

/** @type {(actions: string[], limit: number) => import("../../simulator/index.js").FaultRule[]} */
export const limited = (actions, limit) =>
  actions.map((action) => ({ kind: "rateLimit", action, limit, windowMs: 1000 }));

/** How often what is compared in seconds is measured. */
const ROUNDS = 3;

/**
 * Measures everything; prints a line a goal as soon as it is known. Where another checkout is measured, too, its figure stands
 * beside ours, and does not decide.
 *
 * @typedef {import("./measure.mjs").Measured} Measured
 * @typedef {import("./measure.mjs").Results} Results
 * @param {import("./measure.mjs").Bench} bench
 */
export async function goals(bench) {
  const { tencentcloud } = plans;
  /** @type {{ what: string, measured: string[], goal: string, met: boolean }[]} */
  const rows = [];
  /**
   * @template T
   * @param {string} what
   * @param {readonly T[]} all - what was measured, one for each checkout.
   * @param {(one: T) => { measured: string, met: boolean }} judge
   * @param {string} goal
   */
  const row = (what, all, judge, goal) => {
    const judged = all.map(judge);
    const met = judged[0]?.met ?? false;
    const measured = judged.map((each) => each.measured);
    rows.push({ what, measured, goal, met });
    const columns = measured.map((each) => each.padStart(20)).join("   against");
    console.log(`${met ? "met   " : "MISSED"}  ${what.padEnd(72)} ${columns}   goal ${goal}`);
  };
  /** @type {(what: string, all: readonly Results[], operation: keyof Results, goal: number) => void} */
  const ratio = (what, all, operation, goal) => {
    const judge = (/** @type {Results} */ { [operation]: { seconds, floor, ratio } }) => ({
      measured: `${ratio.toFixed(2)} (${seconds.toFixed(1)}/${floor.toFixed(1)} s)`,
      met: ratio <= goal,
    });
    row(what, all, judge, `<= ${goal}`);
  };
  /** @type {<T>(what: string, all: readonly T[], read: (one: T) => number, goal: number) => void} */
  const most = (what, all, read, goal) =>
    row(what, all, (one) => ({ measured: String(read(one)), met: read(one) <= goal }), `<= ${goal}`);

  const crowd = tencentcloud({ n: 200 });
  const fast = await measure(crowd, { latency: 20, rounds: ROUNDS }, bench);
  ratio("200 attachments, 20 ms: up / floor", fast, "up", 1.15);
  ratio("200 attachments, 20 ms: refresh / floor", fast, "refresh", 1.15);
  ratio("200 attachments, 20 ms: destroy / floor", fast, "destroy", 1.25);
  ratio("up with nothing to do / floor", fast, "again", 1.05);
  most("up with nothing to do: API calls", fast, ({ again }) => again.calls, 0);

  const slow = await measure(crowd, { latency: 200 }, bench);
  // A create waits for three answers, one after the other: is it there, attach it, is it there now. The floor waits for one.
  // Once the first question was asked ahead, for pairs that the program had announced: 10 to 25 % of the time of a first `up` of
  // hundreds, and nothing anywhere else, for code in every verb. The plural form asks for all of its pairs at once.
  ratio("200 attachments, 200 ms: up / floor", slow, "up", 2.5);
  const wide = await measure(crowd, { latency: 200, floor: false, parallel: 32 }, bench);
  // Batches cannot be larger than what the engine has under way, 8 on two cores unless --parallel says more: at least 75 calls of
  // up, 25 of refresh, 50 of destroy.
  for (const { operation, goal, wideGoal, peer } of /** @type {const} */ ([
    { operation: "up", goal: 90, wideGoal: 45, peer: 400 },
    { operation: "refresh", goal: 30, wideGoal: 10, peer: 200 },
    { operation: "destroy", goal: 60, wideGoal: 30, peer: 400 },
  ])) {
    const what = `200 attachments, 200 ms: calls of ${operation} (peer: ${peer})`;
    const calls = (/** @type {Results} */ { [operation]: { calls } }) => calls;
    most(what, slow, calls, goal);
    most(`${what}, --parallel 32`, wide, calls, wideGoal);
  }

  const hundred = tencentcloud({ n: 100 });
  const rules = limited(hundred.writes, 10);
  const capped = await measure(hundred, { latency: 20, rules, rounds: ROUNDS }, bench);
  most("100 attachments, 10 writes/s enforced: refused (peer: 276)", capped, ({ up }) => up.refused, 0);
  ratio("100 attachments, 10 writes/s enforced: up / floor", capped, "up", 1.5);

  const sixty = tencentcloud({ n: 60, parents: 20 });
  /** @type {import("../../simulator/index.js").FaultRule[]} */
  const busy = [{ kind: "busyAfterWrite", front: "tencentcloud.cvm", ms: 300 }];
  const contended = await measure(sixty, { latency: 20, rules: busy, floor: false }, bench);
  row(
    "20 instances x 3 groups, busy 300 ms after a write: attached (peer: 20)",
    contended,
    ({ up }) => ({
      measured: `${up.attached} of 60${up.failed ? ", with errors" : ""}`,
      met: up.attached === 60 && !up.failed,
    }),
    "60 of 60",
  );

  const five = await measure(vserverGroups, { latency: 200, floor: false }, bench);
  row(
    "five VServer groups of one scaling group: attach calls; refused",
    five,
    ({ up }) => ({
      measured: `${up.writes}; ${up.refused}`,
      met: up.writes <= 2 && up.refused === 0 && up.attached === 5,
    }),
    "<= 2; 0",
  );

  const cost = await loading(bench.checkouts);
  most("import of the package over @pulumi/pulumi, ms", cost, ({ program }) => Math.round(program), 25);
  most("runtime before its first call, ms", cost, ({ runtime }) => Math.round(runtime), 20);
  row(
    "registering 1,000 resources / plain dynamic resources",
    cost,
    ({ registering }) => ({ measured: registering.toFixed(2), met: registering < 1 }),
    "< 1",
  );

  const thousand = await measure(
    tencentcloud({ n: 1000 }),
    { latency: 20, parallel: 64, env: { PULUMI_SKIP_CHECKPOINTS: "true" } },
    bench,
  );
  most(
    "1,000 attachments: provider memory over the floor's, MB",
    thousand,
    ({ up }) => Math.round(up.memory),
    50,
  );
  ratio("1,000 attachments, --parallel 64, PULUMI_SKIP_CHECKPOINTS: up / floor", thousand, "up", 1.15);
  return { rows, fast, slow, wide, capped, contended, five, cost, thousand };
}
