import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A request to an API that is called by action. */
export interface Asked {
  action: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

/** `body` is sent as JSON, or as HTML if it is a string. */
export type Said =
  | { status?: number; headers?: Record<string, string>; body: object | string }
  | "reset"
  | "silence";

/** An HTTP server on loopback that answers each action as the test says, and keeps what it was asked. */
export class ActionServer {
  readonly asked: Asked[] = [];
  readonly #answers = new Map<string, (asked: Asked) => Said>();

  private constructor(readonly server: Server) {}

  static async start(): Promise<ActionServer> {
    const server = createServer();
    const own = new ActionServer(server);
    server.on("request", async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://local");
      const asked: Asked = {
        action: String(request.headers["x-acs-action"] ?? request.headers["x-tc-action"] ?? pathname),
        path: pathname,
        query: searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      own.asked.push(asked);
      const said = own.#answers.get(asked.action)?.(asked) ?? { status: 404, body: "not scripted" };
      if (said === "silence") return;
      if (said === "reset") {
        request.socket.resetAndDestroy();
        return;
      }
      const isText = typeof said.body === "string";
      response.writeHead(said.status ?? 200, {
        "content-type": isText ? "text/html" : "application/json",
        ...said.headers,
      });
      response.end(isText ? said.body : JSON.stringify(said.body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return own;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  on(action: string, said: Said | ((asked: Asked) => Said)): this {
    this.#answers.set(action, typeof said === "function" ? said : () => said);
    return this;
  }

  /** What was asked of an action so far. */
  all(action: string): Asked[] {
    return this.asked.filter((asked) => asked.action === action);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
