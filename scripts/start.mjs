// `npm start`: the life of an attachment, with the real Pulumi CLI against simulated clouds on this machine.
import { attachmentsIn } from "./demo/attachments.mjs";
import { simulatorEnvironment, startSimulator } from "./demo/simulator.mjs";
import { createWorkspace } from "./demo/workspace.mjs";
import { cleanEnvironment, withPulumi } from "./environment.mjs";
import { since } from "./lib/progress.mjs";
import { main, setup } from "./setup.mjs";

/**
 * @typedef {import("./demo/attachments.mjs").Attached} Attached
 * @typedef {{ kind: string, action: string }} Call
 */

/**
 * @param {import("./demo/simulator.mjs").Simulator} simulator
 * @param {import("./demo/workspace.mjs").Workspace} workspace
 */
async function story(simulator, workspace) {
  const { control } = simulator;
  const attached = async () => attachmentsIn(await control("GET", "/world"));
  const before = await attached();

  console.log("The real Pulumi CLI against simulated clouds: nothing leaves this machine.");
  console.log("The program is examples/quickstart/index.ts. In brackets: what somebody else attached.");
  await workspace.pulumi("stack", "init", "demo");

  const step = async (/** @type {string} */ title, /** @type {string[]} */ ...commands) => {
    console.log(`\n${title}`);
    await control("DELETE", "/journal");
    for (const command of commands) {
      const started = Date.now();
      const printed = await workspace.pulumi(command, ...workspace.quiet);
      console.log(`  $ pulumi ${command.padEnd(10)}${resourcesIn(printed)}  (${since(started)})`);
    }
    /** @type {Call[]} */
    const calls = await control("GET", "/journal");
    const writes = calls.filter((call) => call.kind === "write").map((call) => call.action);
    console.log(`  Calls that write: ${writes.join(", ") || "none"}`);
    return { writes, now: await attached() };
  };

  const up = await step("1. Attach", "up");
  const ours = without(up.now, before);
  // What is shown from here on: whatever is attached to the parents that the program touches.
  const parents = new Set(ours.map(({ parent }) => parent));
  const show = (/** @type {Attached[]} */ now) => {
    for (const parent of parents) {
      const members = now.filter((one) => one.parent === parent);
      const names = members.map((one) => (has(before, one) ? `(${one.member})` : one.member));
      console.log(`  ${parent}: ${names.join(", ") || "nothing"}`);
    }
  };
  show(up.now);
  const declared = JSON.parse(await workspace.pulumi("stack", "output", "attachments", "--json"));
  expect(ours.length === declared.length, `all ${declared.length} attachments must be there`);
  expect(without(before, up.now).length === 0, "what others attached must stay");

  const again = await step("2. Run it again: there is nothing to do", "up");
  expect(again.writes.length === 0, "nothing may be written");
  expect(same(again.now, up.now), "the attachments must be the same");

  const [lost] = ours;
  expect(lost !== undefined, "there must be one to lose");
  console.log("\n3. Somebody detaches one by hand");
  await control("PATCH", "/world", lost.detached);
  const drifted = await attached();
  show(drifted);
  expect(same(drifted, without(up.now, [lost])), "the simulator must have lost just one");

  const healed = await step("4. Find the drift and repair it", "refresh", "up");
  show(healed.now);
  expect(healed.writes.length === 1, "one call must be enough");
  expect(same(healed.now, up.now), "just that one must be back");

  const destroyed = await step("5. Detach", "destroy");
  show(destroyed.now);
  expect(same(destroyed.now, before), "the clouds must be as they were before");

  console.log(
    "\nAll steps went as told. Next: README.md, and one runnable project per resource in examples/.",
  );
}

/** @param {Attached} attached */
const nameOf = ({ parent, member }) => `${member} of ${parent}`;
/** @type {(list: Attached[], one: Attached) => boolean} */
const has = (list, one) => list.some((other) => nameOf(other) === nameOf(one));
/** @type {(list: Attached[], taken: Attached[]) => Attached[]} */
const without = (list, taken) => list.filter((one) => !has(taken, one));
/** @type {(a: Attached[], b: Attached[]) => boolean} */
const same = (a, b) => a.length === b.length && without(a, b).length === 0;

/** @type {(truth: boolean, sentence: string) => asserts truth} */
function expect(truth, sentence) {
  if (!truth) throw new Error(`This step did not go as told: ${sentence}.`);
}

/**
 * The engine's own summary: "    + 2 created", "    2 unchanged".
 *
 * @param {string} printed
 */
function resourcesIn(printed) {
  const lines = printed.matchAll(/^ {4}(?:[-+~] )?(\d+ (?:created|deleted|updated|unchanged))$/gm);
  return [...lines].map(([, text]) => text).join(", ");
}

await main(async () => {
  const cli = await setup();
  const simulator = await startSimulator();
  try {
    const env = {
      ...cleanEnvironment({ ...process.env, REMOTE: "" }),
      ...simulatorEnvironment(simulator.endpoints),
    };
    const workspace = createWorkspace(withPulumi(env, cli));
    try {
      await story(simulator, workspace);
    } finally {
      workspace.remove();
    }
  } finally {
    await simulator.stop();
  }
});
