#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Endpoints, environment, type PartialWorld, stackConfig, startSimulator } from "./index";
import { whenPackageManagerEnds } from "./package-manager";

const usage = `usage: pulumi-cloud-attachments-simulator [--port n] [--world file.json] [--env | --config]
  --port    the control API's port; the fronts take the ports after it (default 0: any free ports)
  --world   collections that replace those of the default world
  --env     print environment variables for a shell instead (Alibaba Cloud and OpenStack)
  --config  print config for a Pulumi.<stack>.yaml instead (every cloud)
Runs until SIGINT or SIGTERM. The first line printed is one JSON object: how to reach every front.
It knows what attachments tie together, and no other resource of these clouds.`;

/** Lines that a POSIX shell takes in. */
function shell(endpoints: Endpoints): string {
  const quoted = (value: string) =>
    /^[\w./:@%+-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
  return Object.entries(environment(endpoints))
    .map(([name, value]) => `export ${name}=${quoted(value)}`)
    .join("\n");
}

/** What a Pulumi.<stack>.yaml holds. In YAML's single quotes nothing but the quote itself has a meaning. */
function yaml(endpoints: Endpoints): string {
  const lines = Object.entries(stackConfig(endpoints)).map(
    ([key, value]) => `  ${key}: '${value.replaceAll("'", "''")}'`,
  );
  return ["config:", ...lines].join("\n");
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      world: { type: "string" },
      port: { type: "string" },
      env: { type: "boolean" },
      config: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new TypeError(`--port must be 0 to 65535, not ${values.port}`);
  if (values.env && values.config) throw new TypeError("--env and --config exclude each other");
  const world =
    values.world === undefined ? {} : (JSON.parse(readFileSync(values.world, "utf8")) as PartialWorld);
  const simulator = await startSimulator({ world, port });
  const stop = () => {
    simulator.stop().then(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  whenPackageManagerEnds(stop);
  const { endpoints } = simulator;
  const stack = values.env ? shell(endpoints) : values.config ? yaml(endpoints) : undefined;
  console.log(
    stack === undefined
      ? JSON.stringify(endpoints)
      : `# simulator, control API ${endpoints.control}\n${stack}`,
  );
  if (process.stdout.isTTY)
    console.error("Simulated clouds run until Ctrl-C. --help: how a program reaches them.");
}

main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
  process.exit(2);
});
