// `npm run bench -- --fleets`: the plural form beside a single resource that waits, and beside as many single resources.
import { limited } from "./goals.mjs";
import { measure } from "./measure.mjs";
import { plans } from "./plans.mjs";

/**
 * The same pairs in plural resources, one for each value of `shared`.
 *
 * @param {import("./plans.mjs").Plan} plan
 * @param {"instanceId" | "securityGroupId"} shared
 * @returns {import("./plans.mjs").Plan}
 */
function together(plan, shared) {
  const listed = shared === "instanceId" ? "securityGroupId" : "instanceId";
  /** @type {Map<unknown, import("./plans.mjs").Resource[]>} */
  const groups = new Map();
  for (const pair of plan.plan)
    groups.set(pair.args[shared], [...(groups.get(pair.args[shared]) ?? []), pair]);
  const resources = [...groups].map(([value, pairs]) => ({
    name: String(value),
    type: `${pairs[0]?.type}s`,
    args: { [shared]: value, [`${listed}s`]: pairs.map(({ args }) => args[listed]) },
  }));
  return { ...plan, plan: resources };
}

/** The floor: one resource that waits a round trip. An empty stack does not even start a provider process. */
const ONE = [{ name: "one", type: "", args: {} }];

/** @param {import("./measure.mjs").Bench} bench */
export async function fleets(bench) {
  /** @type {{ what: string, measured: string, goal: string, met: boolean }[]} */
  const rows = [];
  const row = (/** @type {string} */ what, /** @type {string} */ measured, goal = "", met = true) => {
    rows.push({ what, measured, goal, met });
    const verdict = goal === "" ? "" : met ? "met" : "MISSED";
    console.log(
      `${verdict.padEnd(7)} ${what.padEnd(70)} ${measured.padStart(24)}   ${goal && `goal ${goal}`}`,
    );
  };
  /** @type {(what: string, value: number, most: number) => void} */
  const most = (what, value, most) => row(what, String(Math.round(value)), `<= ${most}`, value <= most);
  /** @type {(what: string, all: import("./measure.mjs").Measured, goal: number) => void} */
  const ratio = (what, { ratio, seconds, floor }, goal) =>
    row(
      what,
      `${ratio.toFixed(2)} (${seconds.toFixed(1)}/${floor.toFixed(1)} s)`,
      `<= ${goal}`,
      ratio <= goal,
    );
  const only = async (
    /** @type {import("./plans.mjs").Plan} */ plan,
    /** @type {Parameters<typeof measure>[1]} */ conditions,
  ) => {
    const [results] = await measure(plan, { floorPlan: ONE, ...conditions }, bench);
    if (!results) throw new Error("nothing was measured");
    return results;
  };

  const thousand = plans.tencentcloud({ n: 1000, groups: 10 });
  const ours = await only(together(thousand, "securityGroupId"), { latency: 20 });
  if (ours.up.failed) throw new Error(ours.up.failed);
  const title = "1,000 pairs, 10 groups x 100 instances, 20 ms:";
  ratio(`${title} up / one that waits`, ours.up, 3);
  most(`${title} writes of up`, ours.up.writes, 25);
  most(`${title} reads of up`, ours.up.calls - ours.up.writes, 25);
  ratio(`${title} refresh / one that waits`, ours.refresh, 2);
  most(`${title} calls of refresh`, ours.refresh.calls, 12);
  ratio(`${title} destroy / one that waits`, ours.destroy, 3);
  most(`${title} calls of destroy`, ours.destroy.calls, 45);
  ratio(`${title} up with nothing to do / one that waits`, ours.again, 1.1);
  most(`${title} calls of up with nothing to do`, ours.again.calls, 0);

  const rules = limited(thousand.writes, 10);
  const capped = await only(together(thousand, "securityGroupId"), { latency: 20, rules });
  most("the same, 10 writes/s enforced: refused", capped.up.refused, 0);
  row("the same, 10 writes/s enforced: up", `${capped.up.seconds.toFixed(1)} s, ${capped.up.calls} calls`);

  const slow = { latency: 50, floor: false };
  for (const [cloud, plan] of /** @type {const} */ ([
    ["ECS: 200 pairs of 50 instances", plans.alicloud({ n: 200, parents: 50 })],
    ["OpenStack: 200 pairs of 20 servers", plans.openstack({ n: 200, parents: 20 })],
  ])) {
    const { up } = await only(together(plan, "instanceId"), slow);
    row(`${cloud}, 50 ms: up`, `${up.seconds.toFixed(1)} s, ${up.attached} attached`);
  }

  const two = plans.tencentcloud({ n: 2000, parents: 2000 });
  const large = await only(together(two, "securityGroupId"), { latency: 20 });
  most("2,000 pairs of one group: provider memory over the floor's, MB", large.up.memory, 60);
  row("2,000 pairs of one group: up", `${large.up.seconds.toFixed(1)} s, ${large.up.attached} attached`);

  const singles = await only(thousand, { latency: 20, floor: false });
  for (const operation of /** @type {const} */ (["up", "again", "refresh", "destroy"])) {
    const { seconds, calls } = singles[operation];
    row(`1,000 single resources: ${operation}`, `${seconds.toFixed(1)} s, ${calls} calls`);
  }
  return { rows, ours, capped, large, singles };
}
