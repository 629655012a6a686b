import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer, Request } from "./cloud";

/** Reads a request to its end. */
export async function receive(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  message.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(message, "end");
  const target = message.url ?? "/";
  const url = /^https?:\/\//i.test(target)
    ? new URL(target)
    : new URL(target, `http://${message.headers.host ?? "127.0.0.1"}`);
  return {
    method: message.method ?? "GET",
    url,
    target: `${url.pathname}${url.search}`,
    headers: message.headers,
    body: Buffer.concat(chunks),
    arrived: performance.now(),
  };
}

/** Sends an answer: at once, or its headers at once and its body in pieces over `slowMs`, or only half of its body. */
export async function send(
  response: ServerResponse,
  { status, headers, body: text }: Answer,
  { slowMs, isCut }: { slowMs: number; isCut: boolean },
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  const body = Buffer.from(text);
  response.writeHead(status, { ...headers, "content-length": body.length });
  if (isCut) {
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  } else if (slowMs > 0) {
    const pieces = 8;
    const size = Math.ceil(body.length / pieces);
    response.flushHeaders();
    for (let piece = 0; piece < pieces; piece++) {
      await pause(slowMs / pieces);
      response.write(body.subarray(piece * size, (piece + 1) * size));
    }
    response.end();
  } else {
    response.end(body);
  }
}
