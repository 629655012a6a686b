import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "./clock";
import { type Answer, type Call, type Context, type Front, type Request, VendorError } from "./cloud";
import { type FaultRule, isEnding, isTransport, type Schedule } from "./faults";
import type { JournalEntry } from "./journal";

/** What all fronts of one running simulator share. */
export interface Host {
  world: Record<string, object>;
  journal: JournalEntry[];
  schedule: Schedule;
  /** Aborted when the simulator stops. */
  signal: AbortSignal;
  clock: Clock;
}

/** What the fronts of one cloud know beside its world. Times are of the simulator's clock. */
export class CloudState {
  readonly urls: Record<string, string> = {};
  readonly memory = new Map<string, unknown>();
  /** Parents of the writes not yet answered. */
  readonly inFlight = new Set<string>();
  readonly busy = new Map<string, { until: number; rule: FaultRule }>();
  /** Arrivals let in by each rate limit, per account, region and action. */
  readonly admitted = new Map<FaultRule, Map<string, number[]>>();
  private history: { time: number; before: object }[] = [];

  constructor(private readonly clock: Clock) {}

  /** Called before each write, so that `asOf` can look back as far as any rule wants. */
  remember(world: object, longestDelay: number): void {
    const now = this.clock.now();
    this.history = this.history.filter(({ time }) => time > now - longestDelay);
    if (longestDelay > 0) this.history.push({ time: now, before: structuredClone(world) });
  }

  /** The world as it was `delay` ms ago: what it was before the first write since. */
  asOf(delay: number, world: object): object {
    const then = this.clock.now() - delay;
    return this.history.find(({ time }) => time > then)?.before ?? world;
  }
}

/** How a call ended: with an answer, or without one. */
type Ending = { answer: Answer; code?: string } | { gone: "reset" | "hang" };

/** One front: a loopback server that turns each request into the front's answer, with the faults that are due. */
export function serveFront(
  host: Host,
  cloudName: string,
  cloud: CloudState,
  name: string,
  front: Front<object>,
): Server {
  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      response.destroy();
      if (!host.signal.aborted && (error as NodeJS.ErrnoException).code !== "ECONNRESET")
        console.error(error);
    });
  });
  // A server that closes idle connections resets clients that reuse one at that moment: resets come from rules only.
  server.keepAliveTimeout = 0;
  return server;

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    const started = host.clock.now();
    const { faults } = host.schedule;
    const context: Context<object> = {
      world: worldOf(),
      accountId: undefined,
      requestId: front.requestId(),
      now: () => host.clock.now() + faults.clockOffsetMs,
      sleep: pause,
      variant: (variant) => faults.variants[variant],
      urls: cloud.urls,
      memory: cloud.memory,
    };
    const time = new Date(context.now()).toISOString();

    let call: Call = { action: "", kind: "session", ids: [], parents: [] };
    let rules: FaultRule[] = [];
    let done = false;
    let ending: Ending;
    const held: string[] = [];
    try {
      call = front.identify(request);
      rules = host.schedule.match(cloudName, name, call);
      const latency = faults.latencyMs + longest(rules, "latency");
      const end = rules.find((rule) => isEnding(rule.kind));
      const overlaps = call.kind === "write" && call.parents.some((parent) => cloud.inFlight.has(parent));
      if (call.kind === "write" && !overlaps) held.push(...call.parents);
      for (const parent of held) cloud.inFlight.add(parent);

      await pause(latency / 2);
      if (end !== undefined && !end.afterWork && isTransport(end)) {
        ending = fail(end, context, request);
      } else {
        context.world = worldOf();
        context.accountId = front.authenticate(request, call, context);
        if (end !== undefined && !end.afterWork) throw errorOf(end);
        admit(call, rules, context, overlaps);
        const answer = await work(request, call, rules, context);
        done = answer.status < 400;
        await pause(latency / 2);
        ending = end === undefined ? { answer } : fail(end, context, request);
      }
    } catch (error) {
      ending = refusal(error, context, request);
    } finally {
      for (const parent of held) cloud.inFlight.delete(parent);
    }

    host.journal.push({
      time,
      ms: Math.round(host.clock.now() - started),
      front: `${cloudName}.${name}`,
      action: call.action,
      kind: call.kind,
      ids: call.ids,
      done,
      requestId: context.requestId,
      ...(context.accountId !== undefined && { accountId: context.accountId }),
      ...(call.region !== undefined && { region: call.region }),
      ...outcome(ending),
    });
    if ("answer" in ending) await send(response, ending.answer, longest(rules, "slowBody"));
    else if (ending.gone === "reset") message.socket.resetAndDestroy();
    // A hanging call keeps its connection until the client or the simulator goes.
  }

  function worldOf(): object {
    const world = host.world[cloudName];
    if (world === undefined) throw new Error(`the world has no ${cloudName}`);
    return world;
  }

  /** Refuses a call of a known caller that comes too often or at a bad moment. */
  function admit(call: Call, rules: FaultRule[], context: Context<object>, overlaps: boolean): void {
    const now = host.clock.now();
    for (const rule of rules) {
      if (rule.kind !== "rateLimit") continue;
      const perCaller = cloud.admitted.get(rule) ?? new Map<string, number[]>();
      cloud.admitted.set(rule, perCaller);
      const caller = [name, context.accountId, call.region, call.action].join(" ");
      const recent = (perCaller.get(caller) ?? []).filter(
        (arrival) => arrival > now - (rule.windowMs ?? 1000),
      );
      perCaller.set(caller, recent);
      if (recent.length >= (rule.limit ?? 0)) throw worded(front.errors.throttled, rule);
      recent.push(now);
    }
    if (call.kind !== "write") return;
    const refused = overlaps ? front.overlap?.(context) : undefined;
    if (refused !== undefined) throw refused;
    for (const parent of call.parents) {
      const state = cloud.busy.get(parent);
      const rests =
        state === undefined || state.until <= now || !host.schedule.faults.rules.includes(state.rule);
      if (!rests) throw worded(front.errors.busy, state.rule);
    }
  }

  async function work(
    request: Request,
    call: Call,
    rules: FaultRule[],
    context: Context<object>,
  ): Promise<Answer> {
    if (call.kind === "read") {
      context.world = cloud.asOf(longest(rules, "visibilityDelay"), context.world);
      return front.perform(request, call, context);
    }
    if (call.kind === "write") cloud.remember(context.world, host.schedule.longestVisibilityDelay);
    const answer = await front.perform(request, call, context);
    for (const rule of rules) {
      if (rule.kind !== "busyAfterWrite" || call.kind !== "write") continue;
      const until = host.clock.now() + (rule.ms ?? 0);
      for (const parent of call.parents) cloud.busy.set(parent, { until, rule });
    }
    return answer;
  }

  function fail(rule: FaultRule, context: Context<object>, request: Request): Ending {
    if (rule.kind === "reset" || rule.kind === "hang") return { gone: rule.kind };
    if (rule.kind !== "http") return refusal(errorOf(rule), context, request);
    const { status = 503, contentType = "text/html", body, headers } = rule;
    const page =
      body ?? `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>\n`;
    const answer = { status, headers: { ...headers, "content-type": contentType }, body: page };
    return { answer, code: `HTTP ${status} ${contentType}` };
  }

  function errorOf(rule: FaultRule): VendorError {
    const { throttled, busy, expired, internal } = front.errors;
    const usual = { throttle: throttled, busy, expired }[rule.kind as string];
    return worded(usual ?? internal, rule);
  }

  function refusal(error: unknown, context: Context<object>, request: Request): Ending {
    if (host.signal.aborted) return { gone: "hang" };
    if (!(error instanceof VendorError)) console.error(error);
    const refused = error instanceof VendorError ? error : front.errors.internal;
    return { answer: front.refuse(refused, context, request), code: refused.code };
  }

  async function pause(ms: number): Promise<void> {
    if (ms > 0) await host.clock.sleep(ms, host.signal);
  }

  async function send(response: ServerResponse, answer: Answer, slowMs: number): Promise<void> {
    const body = Buffer.from(answer.body);
    response.writeHead(answer.status, { ...answer.headers, "content-length": body.length });
    if (slowMs > 0) {
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
}

async function readRequest(message: IncomingMessage): Promise<Request> {
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

function outcome(ending: Ending): Pick<JournalEntry, "outcome" | "status" | "code"> {
  if ("gone" in ending) return { outcome: ending.gone };
  const { answer, code } = ending;
  if (code === undefined && answer.status < 400) return { outcome: "ok", status: answer.status };
  return { outcome: "error", status: answer.status, ...(code !== undefined && { code }) };
}

const longest = (rules: FaultRule[], kind: FaultRule["kind"]): number =>
  Math.max(0, ...rules.map((rule) => (rule.kind === kind ? (rule.ms ?? 0) : 0)));

/** The vendor's refusal, in the rule's own words where it has some. */
const worded = (error: VendorError, rule: FaultRule): VendorError =>
  new VendorError(rule.status ?? error.status, rule.code ?? error.code, rule.message ?? error.message, {
    ...error.headers,
    ...rule.headers,
  });
