import { connect } from "node:net";

interface Address {
  host: string;
  port: number;
}

/**
 * Where the engine answers that started this provider process: its last argument. Undefined in any other process, whatever its
 * arguments look like.
 */
export function engineAddress(): Address | undefined {
  if (!/dynamic-provider|pulumi-resource-cloud-attachments/.test(process.argv[1] ?? "")) return undefined;
  const match = /^(.+):(\d+)$/.exec(process.argv.at(-1) ?? "");
  return match ? { host: match[1] as string, port: Number(match[2]) } : undefined;
}

/** The engine that ordered an operation has ended. */
export class EngineGoneError extends Error {
  constructor() {
    super("the Pulumi engine is gone; nothing more is done");
    this.name = "EngineGoneError";
  }
}

const listeners = new Set<(error: EngineGoneError) => void>();
let watch: Promise<void> | undefined;
let gone: EngineGoneError | undefined;

/**
 * Calls `stop` when the engine ends: a provider process outlives a killed CLI, and what it does then is in no state.
 * @returns what stops the watching.
 */
export function onEngineGone(stop: (error: EngineGoneError) => void): () => void {
  if (gone) stop(gone);
  listeners.add(stop);
  return () => listeners.delete(stop);
}

/** Resolves when it is certain that the engine is there and watched. @throws EngineGoneError */
export async function engineWatched(): Promise<void> {
  const address = engineAddress();
  if (!address) return;
  watch ??= hold(address);
  await watch;
  if (gone) throw gone;
}

/** Holds a connection to the engine: the system closes it with the process. The engine itself closes one that says nothing for two minutes. */
function hold(address: Address): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(address);
    let wasOpen = false;
    socket.unref();
    socket.once("connect", () => {
      wasOpen = true;
      resolve();
    });
    socket.on("error", () => {});
    socket.once("close", () => {
      if (wasOpen) {
        void hold(address);
        return;
      }
      gone = new EngineGoneError();
      for (const stop of [...listeners]) stop(gone);
      resolve();
    });
    // What the engine says on it is of no use, but must be read for the end to be seen.
    socket.resume();
  });
}
