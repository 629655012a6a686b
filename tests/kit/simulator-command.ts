import assert from "node:assert/strict";
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Endpoints } from "../../simulator/index";

const children: ChildProcess[] = [];

/** Starts a command that is, or runs, the simulator's, in a process group of its own. Its stdout and stderr are pipes. */
export function startCommand(command: string, args: string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  return child;
}

/** The endpoints line that the simulator's command prints as soon as it listens. */
export async function endpointsOf(child: ChildProcess): Promise<Endpoints> {
  return JSON.parse(await firstLine(child)) as Endpoints;
}

async function firstLine({ stdout, stderr }: ChildProcess): Promise<string> {
  assert.ok(stdout && stderr);
  let problem = "";
  stderr.on("data", (data) => {
    problem += data;
  });
  for await (const line of createInterface(stdout)) return line;
  throw new Error(`it ended before it was ready: ${problem}`);
}

/**
 * Sends the signal to the command that was started, or SIGINT as a terminal does, to all of its group; and waits until it and
 * all that it started have ended.
 */
export async function endsAt(signal: NodeJS.Signals, child: ChildProcess): Promise<void> {
  const { control } = await endpointsOf(child);
  // Every process that it has started has its stdout.
  const closed = once(child, "close");
  if (signal === "SIGINT") signalGroup(child, signal);
  else child.kill(signal);
  await closed;
  await assert.rejects(fetch(control));
}

/** For a hook after the tests: kills what a failed test has left. */
export function killCommands(): void {
  for (const child of children.splice(0)) signalGroup(child, "SIGKILL");
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // All of them have ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
