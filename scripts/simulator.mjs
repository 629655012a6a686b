// `npm run --silent simulator -- …`: set up quietly, then the simulator's command takes over.
import { createRequire } from "node:module";
import { build, dependencies, main, requireNode } from "./setup.mjs";

await main(async () => {
  requireNode();
  await dependencies();
  await build();
  // npm starts scripts in the project's folder; a relative --world is meant from where the user stands.
  if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  createRequire(import.meta.url)("../simulator/dist/main.js");
});
