#!/usr/bin/env node
import { processIo } from "./io";
import { run } from "./program";

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

void run(process.argv.slice(2), processIo).then((code) => {
  process.exitCode = code;
});
