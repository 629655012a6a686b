import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PACKAGE } from "../contract/provider-text";
import { programError } from "./sdk";

/** Where Pulumi started the program: the project's folder, or its `main`. The program may change its folder afterwards. */
const start = process.cwd();

let isFound = false;

/**
 * The engine loads `runtime` from the folder in which it starts programs, also on a destroy that runs none: fail here, early.
 *
 * Only where that folder is known to be this one: the CLI runs the program, in a folder of a project. A program of the Automation API
 * runs in a process that may have been started anywhere, and does not know its `workDir`.
 *
 * @throws RunError if the package cannot be loaded from there.
 */
export function requireFromProject(): void {
  // Set by the CLI's language host alone: the address of the engine.
  if (isFound || !process.env.PULUMI_NODEJS_MONITOR) return;
  isFound = [start, process.cwd()].some(canLoadFrom);
  if (isFound || !isOfProject(start)) return;
  throw programError(
    `${PACKAGE} cannot be loaded from ${start}, from where Pulumi will load it on refresh and destroy; ` +
      `make it a direct dependency of this project: npm install ${PACKAGE} (pnpm add ${PACKAGE}, yarn add ${PACKAGE})`,
  );
}

function canLoadFrom(folder: string): boolean {
  try {
    createRequire(join(folder, "index.js")).resolve(`${PACKAGE}/runtime`);
    return true;
  } catch {
    return false;
  }
}

function isOfProject(folder: string): boolean {
  const above = dirname(folder);
  const isProject = ["yaml", "yml", "json"].some((end) => existsSync(join(folder, `Pulumi.${end}`)));
  return isProject || (above !== folder && isOfProject(above));
}
