import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(__dirname, "../../..");

/** Runs an ES module text in a Node.js process of its own, in the project's folder, and returns what it printed. */
export async function runModule(text: string, env: NodeJS.ProcessEnv = process.env) {
  const args = ["--input-type=module", "--eval", text];
  return await promisify(execFile)(process.execPath, args, { cwd: root, env });
}
