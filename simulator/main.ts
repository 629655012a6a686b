import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type PartialWorld, startSimulator } from "./index";

const usage = `usage: simulator [--world file.json] [--port n]
  --world  collections that replace those of the default world
  --port   the control API's port; the fronts take the ports after it (default 0: any free ports)
The first line printed is one JSON object: how to reach every front. SIGINT or SIGTERM stops.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { world: { type: "string" }, port: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new TypeError(`--port must be 0 to 65535, not ${values.port}`);
  const world =
    values.world === undefined ? {} : (JSON.parse(readFileSync(values.world, "utf8")) as PartialWorld);
  const simulator = await startSimulator({ world, port });
  console.log(JSON.stringify(simulator.endpoints));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      simulator.stop().then(() => process.exit(0));
    });
  }
}

main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
  process.exit(2);
});
