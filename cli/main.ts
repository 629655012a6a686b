#!/usr/bin/env node
import { processIo } from "./io";
import { run } from "./program";

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

// A handler runs between two steps, and a file is written in one: it is there whole, or not at all.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.on(signal, () => {
    if (processIo.isTerminal) processIo.err("\r\x1b[K");
    process.exit(code);
  });
}

void run(process.argv.slice(2), processIo).then((code) => {
  process.exitCode = code;
});
