// `npm run upgrades`: recorded states, taken over by the present code. With --record it adds the state of today.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { defaultWorld, type Simulator, startSimulator } from "../../simulator/index";
import { everyConfig } from "../kit/clouds";
import { PulumiProject } from "../kit/pulumi-project";
import { attachmentsOf, PROGRAM, portable, RECORDS, records, STATE, upgrade } from "./upgrade";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { record: { type: "string" } } });
  const simulator = await startSimulator();
  try {
    if (values.record !== undefined) await record(values.record, simulator);
    for (const name of records()) {
      Object.assign(simulator.world, defaultWorld());
      const project = await projectAt(simulator);
      try {
        const attachments = await upgrade(name, project, simulator);
        console.log(`${name}: ${attachments} attachments refreshed, updated and destroyed`);
      } finally {
        await project.close();
      }
    }
  } finally {
    await simulator.stop();
  }
}

const projectAt = (simulator: Simulator) =>
  PulumiProject.create({ clouds: { config: everyConfig(simulator), env: {} } });

/** Runs the program of today's resources, and keeps what it left under this name. */
async function record(name: string, simulator: Simulator): Promise<void> {
  const project = await projectAt(simulator);
  const folder = join(RECORDS, name);
  try {
    copyFileSync(join(RECORDS, PROGRAM), join(project.folder, "index.js"));
    const run = await project.up();
    if (run.code !== 0) throw new Error(run.output);
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(RECORDS, PROGRAM), join(folder, PROGRAM));
    writeFileSync(join(folder, STATE), portable(await project.exportState()));
    console.log(`recorded ${attachmentsOf(name).length} attachments in ${folder}`);
  } finally {
    await project.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
