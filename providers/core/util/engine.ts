import { createRequire } from "node:module";
import { connect } from "node:net";
import { printable } from "./printable";

/** `host:port` of the engine that started this provider process: its last argument. Undefined anywhere else. */
function engineAddress(): { host: string; port: number } | undefined {
  const match = /^(.+):(\d+)$/.exec(process.argv.at(-1) ?? "");
  return match ? { host: match[1] as string, port: Number(match[2]) } : undefined;
}

/** How long an answer of the engine counts, in milliseconds. */
const FRESH = 1000;
let lastSeen = 0;

/**
 * Makes sure that whoever ordered a write still exists. A provider process outlives a killed CLI, and a write that it
 * makes then is in nobody's state.
 *
 * @throws Error if the engine no longer answers.
 */
export async function requireEngine(): Promise<void> {
  const address = engineAddress();
  if (!address || Date.now() - lastSeen < FRESH) return;
  await new Promise<void>((resolve, reject) => {
    const socket = connect(address);
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", () => reject(new Error("the Pulumi engine is gone; nothing more is written")));
  });
  lastSeen = Date.now();
}

/** The part of the SDK's semi-public engine client that we need. */
interface EngineClient {
  log(request: unknown, callback: () => void): void;
  getRootResource(request: unknown, callback: (error: unknown, answer?: { getUrn(): string }) => void): void;
}

/** What the engine does for us. */
interface Engine {
  log(message: string, ephemeral: boolean): void;
  stack(): Promise<string | undefined>;
}

let engine: Promise<Engine | undefined> | undefined;

/**
 * Shows `text` in the CLI: lasting ones under the stack's diagnostics, passing ones on its status line.
 * Falls back to stderr where there is no engine to talk to.
 */
export function tell(text: string, options: { passing?: boolean } = {}): void {
  // Our own sentence around a printable text of a vendor's.
  const message = printable(text, 2_000);
  engine ??= connectEngine();
  void engine.then((there) => {
    if (there) there.log(message, options.passing === true);
    else process.stderr.write(`${message}\n`);
  });
}

/**
 * The name of the stack that this process works for. Pulumi gives a dynamic provider its project only; the engine tells the
 * stack's URN once the program runs, so never in a refresh or destroy without one (seen with CLI 3.259.0).
 */
export async function stackName(): Promise<string | undefined> {
  engine ??= connectEngine();
  return (await engine)?.stack();
}

async function connectEngine(): Promise<Engine | undefined> {
  const address = engineAddress();
  if (!address) return undefined;
  try {
    // A dependency of the SDK, not ours: strict package managers show it to the SDK only.
    const fromSdk = createRequire(require.resolve("@pulumi/pulumi"));
    const grpc = fromSdk("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
    const services = require("@pulumi/pulumi/proto/engine_grpc_pb") as {
      EngineClient: new (address: string, credentials: unknown) => EngineClient;
    };
    const messages = require("@pulumi/pulumi/proto/engine_pb") as {
      LogRequest: new () => {
        setSeverity(n: number): void;
        setMessage(m: string): void;
        setEphemeral(e: boolean): void;
      };
      LogSeverity: { INFO: number };
      GetRootResourceRequest: new () => unknown;
    };
    const client = new services.EngineClient(
      `${address.host}:${address.port}`,
      grpc.credentials.createInsecure(),
    );
    return {
      log(message, ephemeral) {
        const request = new messages.LogRequest();
        request.setSeverity(messages.LogSeverity.INFO);
        request.setMessage(message);
        request.setEphemeral(ephemeral);
        client.log(request, () => {});
      },
      stack: () =>
        new Promise((resolve) => {
          // urn:pulumi:<stack>::<project>::pulumi:pulumi:Stack::<project>-<stack>, or nothing.
          client.getRootResource(new messages.GetRootResourceRequest(), (_error, answer) =>
            resolve(/^urn:pulumi:([^:]+)::/.exec(answer?.getUrn() ?? "")?.[1]),
          );
        }),
    };
  } catch {
    return undefined;
  }
}
