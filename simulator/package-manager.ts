import { readFileSync } from "node:fs";

/**
 * Calls `ended` once the npm, npx or other package manager that runs this process has ended, or the shell that it has put in
 * between: they end at SIGHUP and SIGKILL without a word to us. A process that none of them runs outlives its parent, as
 * the background job of a shell that ends has to.
 */
export function whenPackageManagerEnds(ended: () => void): void {
  if (process.env.npm_config_user_agent === undefined) return;
  const before = parents();
  const watch = setInterval(() => {
    if (parents() === before) return;
    clearInterval(watch);
    ended();
  }, 100).unref();
}

/** Our parent, and if that is the shell of a package manager (`sh -c command`) the latter: bash becomes the command, dash runs it. */
function parents(): string {
  const { ppid } = process;
  const [, option] = read(`/proc/${ppid}/cmdline`).split("\0");
  if (option !== "-c") return String(ppid);
  // "pid (name) state ppid ..."; a name may hold spaces and parentheses.
  const stat = read(`/proc/${ppid}/stat`);
  const [, , parent] = stat.slice(stat.lastIndexOf(")")).split(" ");
  return `${ppid} ${parent}`;
}

/** Empty where there is no such file: other systems than Linux have no /proc, and their shells become the command. */
function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
