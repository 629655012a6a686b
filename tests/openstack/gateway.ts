import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { machineClock } from "../../simulator/clock";
import type { Front } from "../../simulator/cloud";
import { parseFaults } from "../../simulator/faults/parse";
import type { FaultRule } from "../../simulator/faults/rules";
import { Schedule } from "../../simulator/faults/schedule";
import { CloudState, type Host, serveFront } from "../../simulator/front";
import { defaultWorld } from "../../simulator/huaweicloud/default-world";
import { ecs } from "../../simulator/huaweicloud/ecs/front";
import { iam } from "../../simulator/huaweicloud/iam/front";
import { vpc } from "../../simulator/huaweicloud/vpc/front";
import type { HuaweicloudWorld } from "../../simulator/huaweicloud/world";
import type { JournalEntry } from "../../simulator/journal";
import { login, type OpenRc, otherUser } from "./nova";

/** What Huawei Cloud puts in front of Nova, put in front of a true one. */
export interface Gateway {
  /** Where it listens, and its access keys: those of the simulator's default world. */
  endpoints: { huaweicloud: Record<string, string> };
  world: { huaweicloud: HuaweicloudWorld };
  journal: JournalEntry[];
  setFaults(rules: FaultRule[]): void;
  stop(): Promise<void>;
}

/**
 * Starts a gateway on loopback. The simulator's checks the signature of each request, refuses a wrong one with APIGW.0301,
 * and answers for IAM; what may pass goes to the true Nova or Neutron, with a token of the true Keystone in place of the
 * signature.
 */
export async function startGateway(rc: OpenRc): Promise<Gateway> {
  const main = await login(rc);
  const other = await login(rc, ...otherUser(rc));
  const tokens = new Map([main, other].map(({ projectId, token }) => [projectId, token]));
  const world = worldOf(rc.region, main.projectId, other.projectId);

  const stopping = new AbortController();
  const faults = (rules: FaultRule[]) => new Schedule(parseFaults({ rules }));
  const host: Host = {
    world: { huaweicloud: world },
    journal: [],
    schedule: faults([]),
    signal: stopping.signal,
    clock: machineClock,
  };
  const state = new CloudState(machineClock);
  const fronts: Record<string, Front<HuaweicloudWorld>> = {
    iam,
    ecs: passingOn(ecs, rc.compute, tokens),
    vpc: passingOn(vpc, rc.network, tokens),
  };
  const servers: Server[] = [];
  for (const [name, front] of Object.entries(fronts)) {
    const server = serveFront(host, "huaweicloud", state, name, front as Front<object>);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
    state.urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  return {
    endpoints: { huaweicloud: { ...state.urls, authUrl: `${state.urls.iam}/v3`, region: world.region } },
    world: { huaweicloud: world },
    journal: host.journal,
    setFaults(rules) {
      host.schedule = faults(rules);
    },
    async stop() {
      stopping.abort();
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

/** The simulator's accounts and keys, in the projects of the true Keystone; Huawei names a project after its region. */
function worldOf(region: string, main: string, other: string): HuaweicloudWorld {
  const world = defaultWorld(region, "elsewhere", "1");
  const account = (name: "main" | "other", projectId: string) => {
    const domainId = `simulator-domain-${name}`;
    const user = { name: "pulumi", domainId, password: "", roles: { [projectId]: ["member"] } };
    return {
      project: [projectId, { name: region, domainId }] as const,
      user: [`simulator-user-${name}`, user] as const,
    };
  };
  const accounts = [account("main", main), account("other", other)];
  return {
    ...world,
    projects: Object.fromEntries(accounts.map(({ project }) => project)),
    users: Object.fromEntries(accounts.map(({ user }) => user)),
  };
}

/** A front that leaves its work to the service at `base`. */
function passingOn(
  front: Front<HuaweicloudWorld>,
  base: string,
  tokens: ReadonlyMap<string, string>,
): Front<HuaweicloudWorld> {
  return {
    ...front,
    async perform({ method, target, headers, body }, _call, { accountId = "" }) {
      const reply = await fetch(new URL(target, base), {
        method,
        headers: {
          "x-auth-token": tokens.get(accountId) ?? "",
          "content-type": headers["content-type"] ?? "application/json",
        },
        ...(body.length > 0 ? { body } : {}),
      });
      const told = ["content-type", "x-openstack-request-id"].flatMap((name) => {
        const value = reply.headers.get(name);
        return value === null ? [] : [[name, value]];
      });
      return { status: reply.status, headers: Object.fromEntries(told), body: await reply.text() };
    },
  };
}
