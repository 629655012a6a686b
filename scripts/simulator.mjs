// `npm run --silent simulator -- [--world file.json] [--port n]`: set up quietly, then the simulator takes over.
import { createRequire } from "node:module";
import { build, dependencies, main, requireNode } from "./setup.mjs";

// npm passes SIGINT and SIGTERM on, but ends without a word to us at SIGHUP and SIGKILL: then our parent is another one.
const { ppid } = process;
const orphaned = setInterval(() => {
  if (process.ppid === ppid) return;
  clearInterval(orphaned);
  process.kill(process.pid, "SIGTERM");
}, 100).unref();

await main(async () => {
  requireNode();
  await dependencies();
  await build();
  // npm starts scripts in the project's folder; a relative --world is meant from where the user stands.
  if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  createRequire(import.meta.url)("../simulator/dist/main.js");
});
