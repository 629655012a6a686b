import type { Dispatcher } from "undici";
import type { Deadline } from "../contract/cloud";
import { CloudError } from "../contract/errors";
import { after, now } from "../util/clock";
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
  /** How to trust the other end, and to be trusted by it. */
  tls?: TlsSettings;
  /**
   * Never through a proxy, whatever the environment says: for metadata services and addresses of credentials. Seen: a proxy
   * answered in place of the metadata service, and its key was used.
   */
  direct?: boolean;
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
 * The largest body that is read, in bytes. The largest true answers describe 100 instances: about 5 KB each, and 60 KB more where
 * all 50 tags that Tencent allows are as long as they may be (127 and 255 characters) and Chinese; 6.5 MB in all. No answer is
 * ever unpacked (no `accept-encoding` is sent, and undici does not look at `content-encoding`), so bytes are bytes.
 */
export const LARGEST_ANSWER = 8 * 1024 * 1024;

/**
 * One HTTP exchange over connections that are kept alive, through the environment's proxy, within `deadline`. Redirects are not
 * followed: a 3xx is given back like any other status.
 *
 * @throws CloudError with Node's code (`ECONNRESET`), `Timeout`, or `UnreadableAnswer` for what is no HTTP or larger than
 *   {@link LARGEST_ANSWER}: nothing is known of the request's outcome then; what `deadline.signal` was aborted with, if it was
 *   by anything but a timeout.
 */
export async function exchange(
  request: HttpRequest,
  settings: Settings,
  deadline: Deadline,
): Promise<HttpReply> {
  const { request: send } = require("undici") as typeof import("undici");
  const started = now();
  const timeout = new AbortController();
  // Ends a body that comes slowly, too.
  const callOff = after(Math.min(request.timeout, deadline.remaining() + GRACE), () => timeout.abort());
  try {
    const reply = await send(request.url, {
      dispatcher: dispatcherFor(request, settings),
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      signal: AbortSignal.any([deadline.signal, timeout.signal]),
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    noteClock(request.url.host, reply.headers.date);
    return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  } catch (error) {
    const isTimeout = (signal: AbortSignal) => (signal.reason as Error | undefined)?.name === "TimeoutError";
    if (!isTimeout(deadline.signal)) deadline.signal.throwIfAborted();
    if (deadline.signal.aborted || timeout.signal.aborted) {
      const { action, url } = request;
      const seconds = ((now() - started) / 1000).toFixed(1);
      throw new CloudError({
        code: "Timeout",
        message: `no answer from ${url.host} in ${seconds} s`,
        action,
      });
    }
    throw networkError(error, request);
  } finally {
    callOff();
  }
}

/** Hosts that have answered, and the milliseconds by which this machine's clock is ahead of theirs (NaN where they tell no time). */
export const answered = new Map<string, number>();

function noteClock(host: string, date: unknown): void {
  answered.set(host, typeof date === "string" ? Date.now() - Date.parse(date) : Number.NaN);
}

/**
 * Milliseconds that `Retry-After` asks us to wait: seconds, or a date (RFC 9110), which counts from the answer's own date if it
 * has one, so that a wrong clock here does not matter. Undefined if it asks for nothing that can be read. {@link CloudError}
 * bounds it.
 */
export function retryAfterOf(reply: Pick<HttpReply, "headers">): number | undefined {
  const value = header(reply, "retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const sent = Date.parse(header(reply, "date") ?? "");
  const wait = Date.parse(value) - (Number.isNaN(sent) ? Date.now() : sent);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** A header of an answer, by its name in lower case; of several the first. */
export function header(reply: Pick<HttpReply, "headers">, name: string): string | undefined {
  const value = reply.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const dispatchers = new Map<string, Dispatcher>();

const limits = { maxResponseSize: LARGEST_ANSWER };

/** Longest time to open a connection, in milliseconds. */
const CONNECT_TIMEOUT = 60_000;

function dispatcherFor({ url, tls = {}, direct }: HttpRequest, settings: Settings): Dispatcher {
  const uri = (direct ? undefined : proxyFor(url, settings)?.href) ?? "";
  const key = JSON.stringify([uri, tls]);
  let dispatcher = dispatchers.get(key);
  if (!dispatcher) {
    const { Agent, Pool, ProxyAgent } = require("undici") as typeof import("undici");
    const connect = { timeout: CONNECT_TIMEOUT, ...tls };
    dispatcher = uri
      ? // Plain http is asked of the proxy itself: many tunnel to port 443 only.
        new ProxyAgent({
          uri,
          proxyTls: connect,
          requestTls: connect,
          proxyTunnel: false,
          // Its own factory leaves the limits out where it does not tunnel.
          factory: (origin, options) => new Pool(origin, { ...options, ...limits }),
        })
      : new Agent({ connect, ...limits });
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

const TOO_LARGE = "UND_ERR_RES_EXCEEDED_MAX_SIZE";

function networkError(error: unknown, request: HttpRequest): CloudError {
  const { code: own, message } = firstCause(error);
  if (own === TOO_LARGE) {
    return new CloudError({
      code: "UnreadableAnswer",
      message: `${request.url.host} gave an answer of more than ${LARGEST_ANSWER / 1024 / 1024} MB, which is not read to its end`,
      action: request.action,
    });
  }
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
