// `npm run pulumi -- <arguments>`: the Pulumi CLI that `npm start` uses, for the projects of this checkout. Its state is in
// node_modules/.cache: no login, no passphrase, no question, and nothing that git sees.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { examplesEnvironment } from "./environment.mjs";
import { main, root, setup } from "./setup.mjs";

await main(async () => {
  const cli = await setup();
  const state = path.join(root, "node_modules", ".cache", "pulumi");
  fs.mkdirSync(state, { recursive: true });
  const child = spawn("pulumi", process.argv.slice(2), {
    // npm starts scripts in the project's folder; a relative --cwd is meant from where the user stands.
    cwd: process.env.INIT_CWD ?? root,
    env: examplesEnvironment(cli, state),
    stdio: "inherit",
  });
  // It ends in good order at one SIGINT, and at once at a second. A terminal sends it one by itself.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGINT"));
  const [code] = await once(child, "exit");
  process.exitCode = code ?? 1;
});
