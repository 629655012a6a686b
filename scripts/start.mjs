// `npm start`: the life of an attachment, with the real Pulumi CLI against simulated clouds on this machine.
import path from "node:path";
import { attachmentsIn } from "./demo/attachments.mjs";
import { startSimulator } from "./demo/simulator.mjs";
import { createWorkspace } from "./demo/workspace.mjs";
import { since } from "./lib/progress.mjs";
import { which } from "./lib/run.mjs";
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
  console.log("The program is examples/quickstart/index.ts. In brackets: what others attached.");
  await workspace.pulumi("stack", "init", "demo");

  const step = async (/** @type {string} */ title, /** @type {string[]} */ ...commands) => {
    console.log(`\n${title}`);
    await control("DELETE", "/journal");
    for (const command of commands) {
      const started = Date.now();
      const printed = await workspace.pulumi(command, ...workspace.quiet);
      console.log(`  $ pulumi ${command.padEnd(10)}${summaryOf(printed)}  (${since(started)})`);
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
  expect(
    ours.length === declared.length && without(before, up.now).length === 0,
    `all ${declared.length} attachments of the program are there, beside those of others`,
  );

  const again = await step("2. Run it again", "up");
  expect(
    again.writes.length === 0 && same(again.now, up.now),
    "there was nothing to do, and nothing was written",
  );

  const [lost] = ours;
  if (lost === undefined) throw new Error("The program attached nothing.");
  console.log("\n3. Somebody detaches one by hand");
  await control("PATCH", "/world", lost.detached);
  const drifted = await attached();
  show(drifted);
  expect(same(drifted, without(up.now, [lost])), `${lost.member} is gone, and Pulumi does not know it yet`);

  const healed = await step("4. Find the drift and repair it", "refresh", "up");
  show(healed.now);
  expect(
    healed.writes.length === 1 && same(healed.now, up.now),
    "refresh noticed it, and one call has attached just that one again",
  );

  const destroyed = await step("5. Detach", "destroy");
  show(destroyed.now);
  expect(
    same(destroyed.now, before),
    "the clouds are as they were before: what others attached is untouched",
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

/** @type {(truth: boolean, sentence: string) => void} */
function expect(truth, sentence) {
  if (!truth) throw new Error(`Not as expected. It should be so: ${sentence}.`);
  console.log(`  As expected: ${sentence}.`);
}

/**
 * The engine's own summary ("    + 4 created", "    2 unchanged") without the stack, which it counts as a resource.
 *
 * @param {string} printed
 */
function summaryOf(printed) {
  const [, stack = "unchanged"] =
    /^ [-+] {2}pulumi:pulumi:Stack \S+ (created|deleted)\b/m.exec(printed) ?? [];
  const counts = [...printed.matchAll(/^ {4}(?:[-+~] )?(\d+) (created|deleted|updated|unchanged)$/gm)]
    .map(([, count, what]) => ({ what, count: Number(count) - (what === stack ? 1 : 0) }))
    .filter(({ count }) => count > 0);
  return counts.map(({ count, what }) => `${count} ${what}`).join(", ");
}

await main(async () => {
  const cli = await setup();
  const simulator = await startSimulator();
  try {
    const workspace = createWorkspace(cli, simulator.env);
    try {
      await story(simulator, workspace);
    } finally {
      workspace.remove();
    }
  } finally {
    await simulator.stop();
  }
  console.log(`
All went as expected, and nothing of it is left. To go on:
  npm run pulumi -- version    the same Pulumi CLI (in ${cli.folder ?? path.dirname(which("pulumi") ?? "")}),
                               with a state of this checkout: no login, no passphrase
  examples/README.md           one project per resource, to run with it
  README.md                    how to use the package`);
});
