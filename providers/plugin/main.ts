import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "./server";

/** The file that the build writes: structure from the registry, descriptions from the docstrings. */
const schemaFile = join(__dirname, "schema.json");

serve(() => readFileSync(schemaFile, "utf8")).then(
  ({ port, stop }) => {
    // So does the engine tell a plugin to end; after five seconds it kills (seen on 3.259.0).
    for (const signal of ["SIGINT", "SIGTERM"])
      process.on(signal, () => void stop().then(() => process.exit()));
    // The engine reads the port from the first line.
    process.stdout.write(`${port}\n`);
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
