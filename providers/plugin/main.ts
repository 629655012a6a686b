import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "./server";

/** The file that the build writes: structure from the registry, descriptions from the docstrings. */
const schemaFile = join(__dirname, "schema.json");

serve(() => readFileSync(schemaFile, "utf8")).then(
  // The engine reads the port from the first line.
  ({ port }) => process.stdout.write(`${port}\n`),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
// The engine ends the process; a terminal's Ctrl-C reaches both, and what is in flight must end and be saved.
process.on("SIGINT", () => {});
