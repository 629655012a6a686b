import { createRequire } from "node:module";
import { engineAddress } from "./engine";
import { printable } from "./printable";

/** What the engine does for us. */
interface Engine {
  log(message: string): void;
  stack(): Promise<string | undefined>;
}

let engine: Promise<Engine | undefined> | undefined;

/** Shows `text` under the stack's diagnostics; on stderr where there is no engine to talk to. */
export function tell(text: string): void {
  // Our own sentence around a printable text of a vendor's.
  const message = printable(text, 2_000);
  engine ??= connectEngine();
  void engine.then((there) => {
    if (there) there.log(message);
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

/** The part of the SDK's semi-public engine client that we need. */
interface EngineClient {
  log(request: unknown, callback: () => void): void;
  getRootResource(request: unknown, callback: (error: unknown, answer?: { getUrn(): string }) => void): void;
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
      };
      LogSeverity: { INFO: number };
      GetRootResourceRequest: new () => unknown;
    };
    const client = new services.EngineClient(
      `${address.host}:${address.port}`,
      grpc.credentials.createInsecure(),
    );
    return {
      log(message) {
        const request = new messages.LogRequest();
        request.setSeverity(messages.LogSeverity.INFO);
        request.setMessage(message);
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
