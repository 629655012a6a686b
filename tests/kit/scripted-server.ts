import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface Seen {
  /** `GET /v2.1/servers?limit=1` */
  line: string;
  /** What Alibaba Cloud or Tencent Cloud is asked to do; the path, for those who name no action. */
  action: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  text: string;
  /** `text`, if that is JSON. */
  body: unknown;
}

/** A string is sent as HTML, bytes as they are, anything else as JSON. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; body?: unknown }
  | "reset"
  | "silence";

/** An HTTP server on loopback that answers as the test says, and keeps what it was asked. */
export class ScriptedServer {
  readonly seen: Seen[] = [];
  connections = 0;
  readonly #routes: { matches(seen: Seen): boolean; reply(seen: Seen): Reply }[] = [];

  private constructor(
    readonly url: string,
    readonly stop: () => Promise<void>,
  ) {}

  /** @param options - `tls`: its key and certificate in PEM; `headers`: of every answer that has no others. */
  static async start(
    options: { tls?: { key: Buffer; cert: Buffer }; headers?: Record<string, string> } = {},
  ): Promise<ScriptedServer> {
    const { tls, headers } = options;
    const server = tls ? createTlsServer(tls) : createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const scripted = new ScriptedServer(url, async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    });
    server.on(tls ? "secureConnection" : "connection", () => scripted.connections++);
    server.on("request", async (request: IncomingMessage, response: ServerResponse) => {
      const seen = await read(request);
      scripted.seen.push(seen);
      const reply = scripted.#routes.find((route) => route.matches(seen))?.reply(seen) ?? { status: 404 };
      if (reply === "reset") request.socket.resetAndDestroy();
      else if (reply !== "silence") send(response, { ...reply, headers: { ...headers, ...reply.headers } });
    });
    return scripted;
  }

  get host(): string {
    return new URL(this.url).host;
  }

  /** @param what - an action, or what the request's line is like; the newest rule for a request wins. */
  on(what: string | RegExp, reply: Reply | ((seen: Seen) => Reply)): this {
    this.#routes.unshift({
      matches: ({ action, line }) => (typeof what === "string" ? action === what : what.test(line)),
      reply: typeof reply === "function" ? reply : () => reply,
    });
    return this;
  }

  /** The requests of an action so far. */
  all(action: string): Seen[] {
    return this.seen.filter((seen) => seen.action === action);
  }

  /** The lines of requests so far that match. */
  lines(pattern = /./): string[] {
    return this.seen.map((seen) => seen.line).filter((line) => pattern.test(line));
  }
}

async function read(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const { method, url = "/", headers } = request;
  const { pathname: path, searchParams: query } = new URL(url, "http://local");
  const action = String(headers["x-acs-action"] ?? headers["x-tc-action"] ?? path);
  return { line: `${method} ${url}`, action, path, query, headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status = 200, headers, body }: Exclude<Reply, string>): void {
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/html" : "application/json", ...headers });
  response.end(isText || body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body));
}
