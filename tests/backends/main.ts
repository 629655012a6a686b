// `npm run backends`: one stack of a team on each backend that runs here. With --sizes 200,1000 it measures large stacks.
import { parseArgs } from "node:util";
import { defaultWorld, startSimulator } from "../../simulator/index";
import { type Backend, backends } from "./servers";
import { measure, projectAt, trials, twoStacks } from "./trial";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { sizes: { type: "string" }, only: { type: "string" }, stacks: { type: "boolean" } },
  });
  const sizes = (values.sizes ?? "").split(",").filter(Boolean).map(Number);
  let tried = 0;
  let skipped = 0;
  for (const [name, start] of Object.entries(backends)) {
    if (values.stacks || (values.only !== undefined && values.only !== name)) continue;
    const backend = await start();
    if ("skipped" in backend) {
      console.log(`${name}: skipped: ${backend.skipped}`);
      skipped++;
      continue;
    }
    try {
      tried += sizes.length > 0 ? await measureAll(name, backend, sizes) : await tryAll(name, backend);
    } finally {
      await backend.stop();
    }
  }
  if (values.only === undefined && sizes.length === 0) {
    await tryTwoStacks();
    tried++;
  }
  console.log(
    `${tried} tried, ${process.exitCode ? "not all" : "all"} as documented, ${skipped} backends skipped`,
  );
}

async function tryAll(name: string, backend: Backend): Promise<number> {
  const simulator = await startSimulator();
  const project = await projectAt(backend, simulator);
  try {
    for (const [title, trial] of Object.entries(trials)) {
      Object.assign(simulator.world, defaultWorld());
      simulator.setFaults({});
      try {
        await trial(project, simulator);
        console.log(`${name}: ${title}: ok`);
      } catch (error) {
        process.exitCode = 1;
        console.log(`${name}: ${title}: FAILED: ${error}`);
      }
    }
    return Object.keys(trials).length;
  } finally {
    await project.close();
    await simulator.stop();
  }
}

async function tryTwoStacks(): Promise<void> {
  const simulator = await startSimulator();
  try {
    const { all, writes, attached, repaired } = await twoStacks(simulator);
    console.log(
      `two stacks, one OpenStack server, at once: ${attached} of ${all} attached, by ${writes} writes; up --refresh, one after the other: ` +
        `all, by ${repaired} writes`,
    );
  } finally {
    await simulator.stop();
  }
}

async function measureAll(name: string, backend: Backend, sizes: readonly number[]): Promise<number> {
  for (const size of sizes) {
    const simulator = await startSimulator();
    try {
      const { up, again, destroy } = await measure(backend, simulator, size);
      const [first, second, last] = [up, again, destroy].map((seconds) => seconds.toFixed(1));
      console.log(`${name}, ${size} attachments: up ${first} s, up again ${second} s, destroy ${last} s`);
    } finally {
      await simulator.stop();
    }
  }
  return sizes.length;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
