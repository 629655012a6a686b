// The goals, each measured beside the floor in the same run, and printed as a table.
import { loading } from "./loading.mjs";
import { measure } from "./measure.mjs";
import { plans, vserverGroups } from "./plans.mjs";

/** @type {(actions: string[], limit: number) => import("../../simulator/index.js").FaultRule[]} */
const limited = (actions, limit) =>
  actions.map((action) => ({ kind: "rateLimit", action, limit, windowMs: 1000 }));

/** How often what is compared in seconds is measured. */
const ROUNDS = 3;

/**
 * Measures everything; prints a line a goal as soon as it is known.
 *
 * @typedef {import("./measure.mjs").Measured} Measured
 * @param {import("../pulumi-cli.mjs").Cli} cli
 */
export async function goals(cli) {
  const { tencentcloud } = plans;
  /** @type {{ what: string, measured: string, goal: string, met: boolean }[]} */
  const rows = [];
  /** @type {(what: string, measured: string, goal: string, met: boolean) => void} */
  const row = (what, measured, goal, met) => {
    rows.push({ what, measured, goal, met });
    console.log(`${met ? "met   " : "MISSED"}  ${what.padEnd(66)} ${measured.padStart(20)}   goal ${goal}`);
  };
  /** @type {(what: string, measured: Measured, goal: number) => void} */
  const ratio = (what, { ours, floor, ratio: value }, goal) =>
    row(what, `${value.toFixed(2)} (${ours.toFixed(1)}/${floor.toFixed(1)} s)`, `<= ${goal}`, value <= goal);
  /** @type {(what: string, value: number, goal: number) => void} */
  const most = (what, value, goal) => row(what, String(value), `<= ${goal}`, value <= goal);

  const fast = await measure(tencentcloud({ n: 200 }), { latency: 20, rounds: ROUNDS }, cli);
  ratio("200 attachments, 20 ms: up / floor", fast.up, 1.15);
  ratio("200 attachments, 20 ms: refresh / floor", fast.refresh, 1.15);
  ratio("200 attachments, 20 ms: destroy / floor", fast.destroy, 1.25);
  ratio("up with nothing to do / floor", fast.again, 1.05);
  most("up with nothing to do: API calls", fast.again.calls, 0);

  const crowd = tencentcloud({ n: 200 });
  const slow = await measure(crowd, { latency: 200, floor: false }, cli);
  const wide = await measure(crowd, { latency: 200, floor: false, parallel: 32 }, cli);
  // Batches cannot be larger than what the engine has under way: 8 on two cores, unless --parallel says more.
  for (const { operation, goal, peer } of /** @type {const} */ ([
    { operation: "up", goal: 60, peer: 400 },
    { operation: "refresh", goal: 30, peer: 200 },
    { operation: "destroy", goal: 60, peer: 400 },
  ])) {
    const what = `200 attachments, 200 ms: calls of ${operation} (peer: ${peer})`;
    most(what, slow[operation].calls, goal);
    most(`${what}, --parallel 32`, wide[operation].calls, goal);
  }

  const hundred = tencentcloud({ n: 100 });
  const capped = await measure(
    hundred,
    { latency: 20, rules: limited(hundred.writes, 10), rounds: ROUNDS },
    cli,
  );
  most("100 attachments, 10 writes/s enforced: refused calls (peer: 276)", capped.up.refused, 0);
  ratio("100 attachments, 10 writes/s enforced: up / floor", capped.up, 1.5);

  const sixty = tencentcloud({ n: 60, parents: 20 });
  /** @type {import("../../simulator/index.js").FaultRule[]} */
  const busy = [{ kind: "busyAfterWrite", front: "tencentcloud.cvm", ms: 300 }];
  const contended = await measure(sixty, { latency: 20, rules: busy, floor: false }, cli);
  row(
    "20 instances x 3 groups, busy 300 ms after a write: attached (peer: 20)",
    `${contended.up.attached} of 60${contended.up.failed ? ", with errors" : ""}`,
    "60 of 60",
    contended.up.attached === 60 && !contended.up.failed,
  );

  const five = await measure(vserverGroups, { latency: 200, floor: false }, cli);
  row(
    "five VServer groups of one scaling group: attach calls; refused",
    `${five.up.writes}; ${five.up.refused}`,
    "<= 2; 0",
    five.up.writes <= 2 && five.up.refused === 0 && five.up.attached === 5,
  );

  const cost = await loading();
  most("import of the package in a program, over @pulumi/pulumi, ms", Math.round(cost.program), 25);
  most("runtime before its first call, ms", Math.round(cost.runtime), 20);
  row(
    "registering 1,000 resources / plain dynamic resources",
    cost.registering.toFixed(2),
    "< 1",
    cost.registering < 1,
  );

  const thousand = await measure(
    tencentcloud({ n: 1000 }),
    { latency: 20, parallel: 64, env: { PULUMI_SKIP_CHECKPOINTS: "true" } },
    cli,
  );
  most("provider memory with 1,000 attachments over the floor's, MB", Math.round(thousand.up.memory), 50);
  ratio("1,000 attachments, --parallel 64, PULUMI_SKIP_CHECKPOINTS: up / floor", thousand.up, 1.15);
  return { rows, fast, slow, wide, capped, contended, five, cost, thousand };
}
