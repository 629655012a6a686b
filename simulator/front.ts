import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "./clock";
import { type Call, type Caller, type Context, type Front, type Request, VendorError } from "./cloud";
import { type Ending, Failure, failureOf } from "./faults/failure";
import { History } from "./faults/history";
import { type FaultRule, isEnding, isService, isTransport, longest } from "./faults/rules";
import type { Schedule } from "./faults/schedule";
import { Traffic } from "./faults/traffic";
import { receive, send } from "./http";
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

/** What the fronts of one cloud share beside its world. */
export class CloudState {
  readonly urls: Record<string, string> = {};
  readonly memory = new Map<string, unknown>();
  readonly traffic: Traffic;
  readonly history: History;

  constructor(clock: Clock) {
    this.traffic = new Traffic(clock);
    this.history = new History(clock);
  }
}

/** One request on its way, and what is known of it so far. */
interface Exchange {
  request: Request;
  context: Context<object>;
  call: Call;
  /** Those that act on this call. */
  rules: FaultRule[];
  /** In milliseconds; half of it before the work and half after. */
  latency: number;
  /** Whether the work was done, whatever the client is told. */
  done: boolean;
  ending: Ending;
}

/** One front: a loopback server that turns each request into the front's answer, with the faults that are due. */
export function serveFront(
  host: Host,
  cloudName: string,
  cloud: CloudState,
  name: string,
  front: Front<object>,
): Server {
  // Each call under way listens to the signal while it waits, however many there are.
  setMaxListeners(0, host.signal);
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

  /** The steps that a request takes; a step that throws ends it, with what it has thrown. */
  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = begin(await receive(message));
    const started = host.clock.now();
    const time = new Date(exchange.context.now()).toISOString();
    try {
      identify(exchange);
      await pause(exchange.latency / 2);
      failBefore(exchange, isTransport);
      const caller = authenticate(exchange);
      failBefore(exchange, isService);
      admit(exchange);
      await perform(exchange, caller);
      await pause(exchange.latency / 2);
      failAfter(exchange);
    } catch (error) {
      exchange.ending = endingOf(error, exchange);
    } finally {
      cloud.traffic.leave(exchange.call);
    }
    host.journal.push({ time, ms: host.clock.now() - started, ...told(exchange) });
    await answer(exchange, message, response);
  }

  function begin(request: Request): Exchange {
    const { faults } = host.schedule;
    const context: Context<object> = {
      world: worldNow(),
      accountId: undefined,
      requestId: front.requestId(),
      // The vendor's date, by which signatures and keys expire: clients sign by the machine's, however the simulator counts time.
      now: () => Date.now() + faults.clockOffsetMs,
      sleep: pause,
      variant: (variant) => faults.variants[variant],
      urls: cloud.urls,
      memory: cloud.memory,
    };
    const call: Call = { action: "", kind: "session", ids: [], parents: [] };
    return {
      request,
      context,
      call,
      rules: [],
      latency: faults.latencyMs,
      done: false,
      ending: { gone: "hang" },
    };
  }

  /** What is asked, which faults that brings, and which parents it works on from now on. */
  function identify(exchange: Exchange): void {
    exchange.call = front.identify(exchange.request);
    exchange.rules = host.schedule.match(cloudName, name, exchange.call);
    exchange.latency += longest(exchange.rules, "latency");
    cloud.traffic.enter(exchange.call);
  }

  /** The fault that ends the call before its work: the network's at once, the service's once it knows who asks. */
  function failBefore({ rules }: Exchange, isDue: (rule: FaultRule) => boolean): void {
    const rule = rules.find(({ kind, afterWork }) => isEnding(kind) && !afterWork);
    if (rule !== undefined && isDue(rule)) throw failureOf(rule, front.errors);
  }

  function authenticate({ request, call, context }: Exchange): Caller {
    context.world = worldNow();
    const caller = front.authenticate(request, call, context);
    context.accountId = caller.accountId;
    return caller;
  }

  /** Refuses a call of a known caller that comes too often or at a bad moment. */
  function admit({ call, rules, context }: Exchange): void {
    const caller = [name, context.accountId, call.region, call.action].join(" ");
    cloud.traffic.limit(caller, rules, front.errors);
    const overlap = cloud.traffic.overlaps(call) ? front.overlap?.(context) : undefined;
    const refused = overlap ?? cloud.traffic.busy(call, host.schedule.faults.rules, front.errors);
    if (refused !== undefined) throw refused;
  }

  async function perform(exchange: Exchange, caller: Caller): Promise<void> {
    const { request, call, rules, context } = exchange;
    if (call.kind === "read") {
      context.world = cloud.history.asOf(longest(rules, "visibilityDelay"), context.world);
    }
    if (call.kind === "write") cloud.history.remember(context.world, host.schedule.longestVisibilityDelay);
    const answer = await front.perform(request, call, context, caller);
    cloud.traffic.keepBusy(call, rules);
    exchange.done = answer.status < 400;
    exchange.ending = { answer };
  }

  /** The fault that ends the call after its work: the client does not learn that it was done. */
  function failAfter({ rules }: Exchange): void {
    const rule = rules.find(({ kind, afterWork }) => isEnding(kind) && afterWork);
    if (rule !== undefined) throw failureOf(rule, front.errors);
  }

  /** What a step that threw makes of the call. */
  function endingOf(error: unknown, { request, context }: Exchange): Ending {
    if (host.signal.aborted) return { gone: "hang" };
    if (error instanceof Failure) return error.ending;
    if (!(error instanceof VendorError)) console.error(error);
    const refused = error instanceof VendorError ? error : front.errors.internal;
    return { answer: front.refuse(refused, context, request), code: refused.code };
  }

  /** What the journal has of a call, beside its times. */
  function told({ call, done, context, ending }: Exchange): Omit<JournalEntry, "time" | "ms"> {
    const { action, kind, ids, region } = call;
    const { accountId, requestId } = context;
    return {
      front: `${cloudName}.${name}`,
      action,
      kind,
      ids,
      done,
      requestId,
      ...(accountId !== undefined && { accountId }),
      ...(region !== undefined && { region }),
      ...outcomeOf(ending),
    };
  }

  /** A hanging call keeps its connection until the client or the simulator goes. */
  async function answer(
    { ending, rules }: Exchange,
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if ("answer" in ending) {
      const isCut = rules.some(({ kind }) => kind === "cut");
      await send(response, ending.answer, { slowMs: longest(rules, "slowBody"), isCut }, pause);
    } else if (ending.gone === "reset") message.socket.resetAndDestroy();
    if ("downMs" in ending) await beDown(ending.downMs);
  }

  /** As while a service restarts: nothing answers at its port. */
  async function beDown(ms: number): Promise<void> {
    const address = server.address();
    if (address === null || typeof address === "string") return;
    server.close();
    server.closeAllConnections();
    await pause(ms);
    server.listen(address.port, address.address);
  }

  function worldNow(): object {
    const world = host.world[cloudName];
    if (world === undefined) throw new Error(`the world has no ${cloudName}`);
    return world;
  }

  async function pause(ms: number): Promise<void> {
    if (ms > 0) await host.clock.sleep(ms, host.signal);
  }
}

function outcomeOf(ending: Ending): Pick<JournalEntry, "outcome" | "status" | "code"> {
  if ("gone" in ending) return { outcome: ending.gone };
  const { answer, code } = ending;
  if (code === undefined && answer.status < 400) return { outcome: "ok", status: answer.status };
  return { outcome: "error", status: answer.status, ...(code !== undefined && { code }) };
}
