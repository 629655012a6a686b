import type { Dispatcher } from "undici";
import type { Deadline } from "../contract/cloud";
import { CloudError } from "../contract/errors";
import type { Settings } from "../util/settings";
import { proxyFor } from "./proxy";

/** A request as it goes over the wire. */
export interface HttpRequest {
  method: "GET" | "POST";
  url: URL;
  headers: Record<string, string>;
  body?: string;
  /** The API action, for errors. */
  action: string;
  /** Milliseconds it may take, at most what the operation has left. */
  timeout: number;
  /** Never through a proxy: a metadata service, or an address that hands out credentials. */
  direct?: boolean;
  /** How to trust the other end, and to be trusted by it. */
  tls?: TlsSettings;
}

/** Certificates and keys, in PEM. */
export interface TlsSettings {
  /** Certificate authorities to trust, instead of the public ones. */
  ca?: string;
  /** The client's own certificate. */
  cert?: string;
  key?: string;
  /** False: trust anyone. */
  rejectUnauthorized?: boolean;
}

/** What came back. */
export interface HttpReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Milliseconds by which an operation's own end comes first: its sentence says more than a timeout. */
const GRACE = 100;

/**
 * One HTTP exchange over connections that are kept alive, through the environment's proxy, within the limits of `call`.
 *
 * @throws CloudError with Node's code (`ECONNRESET`) or `Timeout`, after which nothing is known of the request's outcome;
 *   what `call.signal` was aborted with, if it was by anything but a timeout.
 */
export async function exchange(
  request: HttpRequest,
  settings: Settings,
  deadline: Deadline,
): Promise<HttpReply> {
  const { request: send } = require("undici") as typeof import("undici");
  const started = Date.now();
  const timeout = AbortSignal.timeout(Math.ceil(Math.min(request.timeout, deadline.remaining() + GRACE)));
  try {
    const reply = await send(request.url, {
      dispatcher: dispatcherFor(request, settings),
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      signal: AbortSignal.any([deadline.signal, timeout]),
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  } catch (error) {
    const isTimeout = (signal: AbortSignal) => (signal.reason as Error | undefined)?.name === "TimeoutError";
    if (!isTimeout(deadline.signal)) deadline.signal.throwIfAborted();
    if (deadline.signal.aborted || timeout.aborted) {
      const { action, url } = request;
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      throw new CloudError({
        code: "Timeout",
        message: `no answer from ${url.host} in ${seconds} s`,
        action,
      });
    }
    throw networkError(error, request);
  }
}

const dispatchers = new Map<string, Dispatcher>();

/** Longest time to open a connection, in milliseconds. */
const CONNECT_TIMEOUT = 60_000;

function dispatcherFor({ url, direct, tls = {} }: HttpRequest, settings: Settings): Dispatcher {
  const uri = (direct ? undefined : proxyFor(url, settings)?.href) ?? "";
  const key = JSON.stringify([uri, tls]);
  let dispatcher = dispatchers.get(key);
  if (!dispatcher) {
    const { Agent, ProxyAgent } = require("undici") as typeof import("undici");
    const connect = { timeout: CONNECT_TIMEOUT, ...tls };
    dispatcher = uri
      ? // Plain http is asked of the proxy itself: many tunnel to port 443 only.
        new ProxyAgent({ uri, proxyTls: connect, requestTls: connect, proxyTunnel: false })
      : new Agent({ connect });
    dispatchers.set(key, dispatcher);
  }
  return dispatcher;
}

/** undici's codes that mean what one of Node's means. */
const codes: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: "ETIMEDOUT",
  UND_ERR_SOCKET: "ECONNRESET",
  // "Proxy response (407) !== 200 when HTTP Tunneling"
  UND_ERR_ABORTED: "ProxyError",
};

function networkError(error: unknown, request: HttpRequest): CloudError {
  const { code: own, message } = firstCause(error);
  // llhttp's and undici's codes of an answer that is no HTTP, or not all of it: HPE_INVALID_CHUNK_SIZE.
  const isUnreadable = own !== undefined && /^(HPE_|UND_ERR_(RES|HEADERS)_)/.test(own);
  const code = isUnreadable ? "UnreadableAnswer" : ((own && codes[own]) ?? own ?? "NetworkError");
  const { host, hostname } = request.url;
  const failed = brokenOff.has(code) ? "broke off the connection" : "could not be reached";
  const what = isUnreadable ? "gave an answer that cannot be read" : failed;
  // "connect ECONNREFUSED 10.0.0.1:443" tells more than its code only where that is not the host: a proxy, an address.
  const more = message
    .replace(`${own}`, "")
    .replace(/^(connect|getaddrinfo|read|write)\b/, "")
    .trim();
  const isNews = more !== "" && more !== host && more !== hostname;
  return new CloudError({
    code,
    message: `${host} ${what}${isNews ? `: ${message}` : ""}`,
    action: request.action,
  });
}

const brokenOff: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE"]);

/** Connecting to a name with several addresses fails with several errors. */
function firstCause(error: unknown): { code?: string | undefined; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return firstCause(error.errors[0]);
  if (error instanceof Error) return { code: (error as NodeJS.ErrnoException).code, message: error.message };
  return { message: String(error) };
}
