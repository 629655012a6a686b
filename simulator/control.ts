import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { parseFaults } from "./faults/parse";
import { Schedule } from "./faults/schedule";
import type { Host } from "./front";
import { mergeWorld, replaceWorld, type World } from "./world";

/** The control API: how a test in another process sees and sets what the library gives directly. */
export function serveControl(host: Host): Server {
  const world = host.world as World;
  const routes: Record<string, (body: () => Promise<unknown>) => unknown> = {
    "GET /world": () => world,
    "PUT /world": async (body) => replaceWorld(world, await body()),
    "PATCH /world": async (body) => mergeWorld(world, await body()),
    "GET /journal": () => host.journal,
    "DELETE /journal": () => {
      host.journal.length = 0;
    },
    "GET /faults": () => host.schedule.faults,
    "PUT /faults": async (body) => {
      host.schedule = new Schedule(parseFaults(await body()));
    },
  };

  return createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://control").pathname;
    const route = routes[`${request.method} ${path}`];
    if (route === undefined) {
      return reply(response, 404, {
        error: `no ${request.method} ${path}; there are ${Object.keys(routes).join(", ")}`,
      });
    }
    Promise.resolve(route(() => readJson(request))).then(
      (result) => (result === undefined ? reply(response, 204) : reply(response, 200, result)),
      (error: unknown) =>
        reply(response, 400, { error: error instanceof Error ? error.message : String(error) }),
    );
  });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function reply(response: ServerResponse, status: number, body?: unknown): void {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(`${JSON.stringify(body, null, 2)}\n`);
}
