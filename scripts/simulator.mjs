// `npm run --silent simulator -- …`: set up quietly, then the simulator's command takes over.
import { createRequire } from "node:module";
import { build, dependencies, main, requireNode } from "./setup.mjs";

const { ppid } = process;

await main(async () => {
  requireNode();
  await dependencies();
  await build();
  // The npm that started us was killed meanwhile: there is no parent left whose end the command could see.
  if (process.env.npm_config_user_agent && process.ppid !== ppid) return;
  // npm starts scripts in the project's folder; a relative --world is meant from where the user stands.
  if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  createRequire(import.meta.url)("../simulator/dist/main.js");
});
