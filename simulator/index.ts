import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, machineClock } from "./clock";
import type { Cloud } from "./cloud";
import { clouds } from "./clouds";
import { serveControl } from "./control";
import { parseFaults } from "./faults/parse";
import type { Faults } from "./faults/rules";
import { Schedule } from "./faults/schedule";
import { CloudState, type Host, serveFront } from "./front";
import type { JournalEntry } from "./journal";
import { defaultWorld, type PartialWorld, replaceWorld, type World } from "./world";

export type { Clock } from "./clock";
export {
  type Answer,
  type Call,
  type Caller,
  type Cloud,
  type Context,
  type Front,
  type Request,
  type StackSettings,
  VendorError,
} from "./cloud";
export type { FaultKind, FaultRule, Faults } from "./faults/rules";
export type { JournalEntry } from "./journal";
export { defaultWorld, type PartialWorld, type World } from "./world";

export interface SimulatorOptions {
  /** Collections that replace those of the default world. */
  world?: PartialWorld;
  /** The control API listens here and the fronts on the ports after it. Default 0: each on any free port. */
  port?: number;
  faults?: Partial<Faults>;
  /** Default: the machine's clock. Another one lets a test in the same process leave delays out. */
  clock?: Clock;
}

/** `control` is the control API's url; then one entry a cloud, with urls and the keys of its first account. */
export type Endpoints = { control: string } & { [Name in keyof typeof clouds]: Record<string, string> };

export interface Simulator {
  endpoints: Endpoints;
  /** The living world: what a test changes here is what the next call sees. */
  world: World;
  /** Every call so far. `length = 0` empties it. */
  journal: JournalEntry[];
  /** Replaces all faults; the counts of rules begin anew. */
  setFaults(faults: Partial<Faults>): void;
  stop(): Promise<void>;
}

/**
 * The stack config under which a Pulumi program reaches all of these clouds, each as its first account. Objects and lists
 * are JSON, as `pulumi config set` and `pulumi.runtime.setAllConfig` take them.
 */
export function stackConfig(endpoints: Endpoints): Record<string, string> {
  return settings(endpoints, "config");
}

/**
 * The same as environment variables, where the vendors have them: for Alibaba Cloud and OpenStack. The other clouds have no
 * variable for an endpoint and need `stackConfig`.
 */
export function environment(endpoints: Endpoints): Record<string, string> {
  return settings(endpoints, "env");
}

function settings(endpoints: Endpoints, kind: "config" | "env"): Record<string, string> {
  const all = Object.entries(clouds as Record<string, Cloud<object>>).flatMap(([name, cloud]) =>
    Object.entries(cloud.stack(endpoints[name as keyof typeof clouds])[kind]),
  );
  return Object.fromEntries(all.filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** Starts every front of every cloud on loopback. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = defaultWorld();
  if (options.world !== undefined) replaceWorld(world, options.world);
  const stopping = new AbortController();
  const host: Host = {
    world: world as Record<string, object>,
    journal: [],
    schedule: new Schedule(parseFaults(options.faults ?? {})),
    signal: stopping.signal,
    clock: options.clock ?? machineClock,
  };
  const servers: Server[] = [];
  const stop = async () => {
    stopping.abort();
    await Promise.all(
      servers.map(async (server) => {
        if (!server.listening) return;
        const closed = once(server, "close");
        server.close();
        server.closeAllConnections();
        await closed;
      }),
    );
  };
  const listen = async (server: Server, path = ""): Promise<string> => {
    const port = options.port === undefined || options.port === 0 ? 0 : options.port + servers.length;
    servers.push(server);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  };

  try {
    const endpoints: Record<string, unknown> = { control: await listen(serveControl(host)) };
    for (const [name, cloud] of Object.entries(clouds as Record<string, Cloud<object>>)) {
      const state = new CloudState(host.clock);
      for (const [frontName, front] of Object.entries(cloud.fronts)) {
        state.urls[frontName] = await listen(serveFront(host, name, state, frontName, front), front.path);
      }
      endpoints[name] = cloud.endpoints(state.urls, host.world[name] ?? cloud.defaultWorld());
    }
    return {
      endpoints: endpoints as Endpoints,
      world,
      journal: host.journal,
      setFaults(faults) {
        host.schedule = new Schedule(parseFaults(faults));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
