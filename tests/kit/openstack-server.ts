import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Settings, settingsFrom } from "../../providers/core/util/settings";

export const PROJECT = "a981572b0b1845b280f799f99a288c86";
export const SERVER = "8ef5c41f-0774-4258-8879-ffe9b63b10c7";
export const WEB = "ea3f45c8-ac6b-44c8-9729-424596f7e360";
export const DB = "11111111-2222-4333-8444-555555555555";

export interface Seen {
  /** `GET /v2.1/servers/...?query` */
  line: string;
  headers: IncomingMessage["headers"];
  body: unknown;
}

export type Reply =
  | { status?: number; headers?: Record<string, string>; body?: unknown }
  | "reset"
  | "silence";

/** An HTTP server on loopback that answers as the test says, and keeps what it was asked. */
export class ScriptedServer {
  readonly seen: Seen[] = [];
  readonly #routes: [RegExp, (seen: Seen) => Reply][] = [];

  private constructor(
    readonly server: Server,
    readonly scheme: string,
  ) {}

  static async start(
    make: (listener: Listener) => Server = createServer,
    scheme = "http",
  ): Promise<ScriptedServer> {
    let answer: Listener = () => {};
    const scripted = new ScriptedServer(
      make((request, response) => answer(request, response)),
      scheme,
    );
    answer = (request, response) => void scripted.#answer(request, response);
    await new Promise<void>((resolve) => scripted.server.listen(0, "127.0.0.1", resolve));
    return scripted;
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The newest rule for a request wins. */
  on(line: RegExp, reply: Reply | ((seen: Seen) => Reply)): this {
    this.#routes.unshift([line, typeof reply === "function" ? reply : () => reply]);
    return this;
  }

  /** The lines of requests so far that match. */
  lines(pattern = /./): string[] {
    return this.seen.map((seen) => seen.line).filter((line) => pattern.test(line));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const seen: Seen = {
      line: `${request.method} ${request.url}`,
      headers: request.headers,
      body: text ? JSON.parse(text) : undefined,
    };
    this.seen.push(seen);
    const reply = this.#routes.find(([pattern]) => pattern.test(seen.line))?.[1](seen) ?? { status: 404 };
    if (reply === "silence") return;
    if (reply === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    const isText = typeof reply.body === "string";
    response.writeHead(reply.status ?? 200, {
      "content-type": isText ? "text/html" : "application/json",
      "x-openstack-request-id": "req-1",
      ...reply.headers,
    });
    response.end(isText ? reply.body : reply.body === undefined ? "" : JSON.stringify(reply.body));
  }
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Settings of a stack and a shell that hold just this. */
export function settings(config: Record<string, string> = {}, env: Record<string, string> = {}): Settings {
  return settingsFrom((key) => config[key], env);
}

/** A server that logs anybody in to {@link PROJECT} and shows its own compute and network endpoints in RegionOne. */
export async function startOpenStack(): Promise<ScriptedServer> {
  const server = await ScriptedServer.start();
  server.on(/^POST \/(identity\/)?v3\/auth\/tokens$/, () =>
    issued(server, `token-${server.lines(/auth\/tokens/).length}`),
  );
  return server;
}

/** Keystone's answer with a token. */
export function issued(server: ScriptedServer, token: string, more: Record<string, unknown> = {}): Reply {
  const endpoint = (path: string) => [
    { interface: "admin", region: "RegionOne", region_id: "RegionOne", url: "http://127.0.0.1:1/admin" },
    { interface: "public", region: "RegionOne", region_id: "RegionOne", url: `${server.url}${path}` },
  ];
  const body = {
    token: {
      project: { id: PROJECT, name: "demo" },
      catalog: [
        { type: "identity", endpoints: endpoint("/identity") },
        { type: "compute", endpoints: endpoint("/v2.1/") },
        { type: "network", endpoints: endpoint("") },
      ],
      ...more,
    },
  };
  return { status: 201, headers: { "x-subject-token": token }, body };
}

/** The config of a stack that logs in there with a password. */
export function passwordConfig(server: ScriptedServer): Record<string, string> {
  return {
    "openstack:authUrl": `${server.url}/v3`,
    "openstack:userName": "demo",
    "openstack:password": "pa55-word",
    "openstack:tenantName": "demo",
  };
}
