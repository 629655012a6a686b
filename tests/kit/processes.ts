import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** Whether this system tells of its processes as Linux does. */
export const hasProc = existsSync("/proc/self/stat");

/** Ids of the processes whose working directory is `folder`. */
export function processesIn(folder: string): string[] {
  const real = realpathSync(folder);
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === real;
    } catch {
      return false;
    }
  });
}

/** Seconds of CPU time that each of these processes uses while `milliseconds` pass; one that ends is left out. */
export async function cpuDuring(
  milliseconds: number,
  pids: readonly string[],
): Promise<Record<string, number>> {
  const before = new Map(pids.map((pid) => [pid, cpuOf(pid)]));
  await wait(milliseconds);
  return Object.fromEntries(
    pids.flatMap((pid) => {
      const [from, to] = [before.get(pid), cpuOf(pid)];
      return from === undefined || to === undefined ? [] : [[pid, to - from]];
    }),
  );
}

/** Fields 14 and 15 of /proc/<pid>/stat: user and system time in ticks, of which Linux has 100 a second (proc(5)). */
function cpuOf(pid: string): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}
