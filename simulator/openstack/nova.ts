import { randomUUID } from "node:crypto";
import { type Answer, type Call, type Context, type Front, type Request, VendorError } from "../cloud";
import { isObject, json, jsonBody, noSuchPath, object, page, text } from "./json";
import { portsOf, setSecurityGroups, visible } from "./neutron";
import { type Caller, isAdmin, unauthorized } from "./tokens";
import type { ComputeWorld, Port, Server } from "./world";

/*
 * Nova's part in a server's security groups.
 *
 * Source of every answer here, unless said otherwise: measured on Nova 26.2.2 (Zed) with Neutron 21.0.0, both from
 * Debian 12; tests/simulator/openstack.test.ts holds what was asked and answered, and `npm run test:openstack` asks
 * the true one again. What lies behind it can be read in openstack/nova, nova/network/security_group_api.py.
 */

interface Work<State extends ComputeWorld = ComputeWorld> {
  request: Request;
  context: Context<State>;
  caller: Caller;
  /** Empty where the path names no server. */
  serverId: string;
}

interface Operation {
  action: string;
  kind: Call["kind"];
  run(work: Work): Answer | Promise<Answer>;
}

// ---------------------------------------------------------------- groups of a server

/** Puts a group on all NICs of a server, or takes it off, the way Nova does: it rewrites each port's whole list. */
async function change(work: Work, action: string, name: string): Promise<void> {
  const { request, context, caller, serverId } = work;
  serverOf(work);
  if (!caller.mayChange) {
    // Source: openstack/nova, nova/policies/security_groups.py.
    const operation = action === "addSecurityGroup" ? "add" : "remove";
    const policy = `os_compute_api:os-security-groups:${operation}`;
    throw new VendorError(403, "forbidden", `Policy doesn't allow ${policy} to be performed.`);
  }
  const groupId = groupNamed(work, name);
  const ports = portsOf(context.world, serverId);
  if (ports.length === 0)
    throw notFound(`instance_id ${serverId} could not be found as device id on any ports`);

  // Nova reads the lists, and later writes them back with no check that they are still the same, so that of changes
  // which overlap some are lost: of ten adds at once 3 to 10 stayed, all answered with 202.
  const history = portHistory(context);
  const existing = (id: string) => context.world.securityGroups[id] !== undefined;
  const read = ports.map(([id, port]) => history.asOf(request.arrived, id, port).filter(existing));
  await context.sleep(Number(context.variant("nova.writeMs") ?? 10));

  let found = false;
  for (const [index, [portId, port]] of ports.entries()) {
    const groups = read[index] ?? [];
    if (action === "addSecurityGroup") {
      if (!(port.portSecurityEnabled && port.ipAddress !== "")) {
        throw new VendorError(
          400,
          "badRequest",
          "Network requires port_security_enabled and subnet associated in order to apply security groups.",
        );
      }
      if (groups.includes(groupId) && context.variant("nova.addTwice") === "success") continue;
    } else if (groups.includes(groupId)) {
      found = true;
      if (groups.length === 1 && context.variant("nova.removeLast") === "error") {
        throw badRequest("The last security group of a port cannot be removed.");
      }
    } else {
      continue;
    }
    const before = port.securityGroupIds;
    const after =
      action === "addSecurityGroup" ? [...groups, groupId] : groups.filter((id) => id !== groupId);
    try {
      setSecurityGroups(context.world, port, after, caller);
    } catch (error) {
      throw error instanceof VendorError ? throughNova(error, action, context) : error;
    }
    history.remember(portId, before);
  }
  if (action === "removeSecurityGroup" && !found) {
    throw notFound(`Security group ${name} not associated with the instance ${serverId}`);
  }
}

/** How a refusal by Neutron comes out of Nova. */
function throughNova(error: VendorError, action: string, context: Context<ComputeWorld>): VendorError {
  if (error.status === 400 && action === "addSecurityGroup") {
    const ids = `Neutron server returns request_ids: ['${context.requestId}']`;
    return new VendorError(400, "badRequest", `${error.message}\n${ids}`);
  }
  // Nova 2024.2 passes the conflict on. Source: openstack/nova, release 30.0.0.
  if (error.status === 409 && context.variant("nova.release") === "2024.2") {
    return new VendorError(409, "conflictingRequest", error.message);
  }
  const kind = { 400: "BadRequest", 404: "NotFound", 409: "Conflict" }[error.status] ?? "InternalServerError";
  return unexpected(`neutronclient.common.exceptions.${kind}`);
}

/** By id first, and in any project one may see; by name in the caller's project only. */
function groupNamed({ context, caller }: Work, name: string): string {
  const { securityGroups } = context.world;
  if (visible(securityGroups[name], caller)) return name;
  const named = Object.entries(securityGroups)
    .filter(([, group]) => group.name === name && group.projectId === caller.projectId)
    .map(([id]) => id);
  if (named.length > 1) {
    throw new VendorError(
      409,
      "conflictingRequest",
      `Multiple security_group matches found for name '${name}', use an ID to be more specific.`,
    );
  }
  if (named[0] === undefined) {
    throw notFound(`Security group ${name} is not found for project ${caller.projectId}`);
  }
  return named[0];
}

/** One entry a NIC and group; groups of other projects are left out, unless an admin asks. */
function groupsOf({ context, caller, serverId }: Work) {
  return portsOf(context.world, serverId)
    .flatMap(([, port]) => port.securityGroupIds)
    .flatMap((id) => {
      const group = context.world.securityGroups[id];
      return group !== undefined && visible(group, caller) ? [{ id, ...group }] : [];
    });
}

function listSecurityGroups(work: Work): Answer {
  serverOf(work);
  const order = (group: { projectId: string; name: string }) => `${group.projectId} ${group.name}`;
  const groups = groupsOf(work).sort((one, two) => (order(one) < order(two) ? -1 : 1));
  return json(200, {
    security_groups: groups.map(({ id, name, projectId, description }) => ({
      id,
      name,
      tenant_id: projectId,
      description,
      rules: name === "default" ? ["4", "6"].map((family) => ruleFromItself(family, id, projectId)) : [],
    })),
  });
}

/** A group named default lets its own members in, by IPv4 and IPv6. */
const ruleFromItself = (family: string, groupId: string, projectId: string) => ({
  id: `${family.repeat(8)}${groupId.slice(8)}`,
  parent_group_id: groupId,
  ip_protocol: null,
  from_port: null,
  to_port: null,
  group: { name: "default", tenant_id: projectId },
  ip_range: {},
});

// ---------------------------------------------------------------- servers

function serverOf({ context, caller, serverId }: Work): Server {
  const server = context.world.servers[serverId];
  if (server === undefined || !visible(server, caller)) {
    throw notFound(`Instance ${serverId} could not be found.`);
  }
  return server;
}

function showServer(work: Work): Answer {
  const server = serverOf(work);
  const groups = groupsOf(work).map(({ name }) => ({ name }));
  const addresses: Record<string, object[]> = {};
  for (const [, { networkId, ipAddress }] of portsOf(work.context.world, work.serverId)) {
    const here = ipAddress === "" ? [] : [{ version: 4, addr: ipAddress, "OS-EXT-IPS:type": "fixed" }];
    addresses[networkId] = [...(addresses[networkId] ?? []), ...here];
  }
  return json(200, {
    server: {
      id: work.serverId,
      name: server.name,
      status: server.status,
      tenant_id: server.projectId,
      metadata: {},
      addresses,
      ...(groups.length > 0 && { security_groups: groups }),
      "OS-EXT-STS:task_state": server.status === "BUILD" ? "scheduling" : null,
      "OS-EXT-STS:vm_state": server.status === "BUILD" ? "building" : server.status.toLowerCase(),
    },
  });
}

function listInterfaces(work: Work): Answer {
  serverOf(work);
  return json(200, {
    interfaceAttachments: portsOf(work.context.world, work.serverId).map(([id, port]) => ({
      net_id: port.networkId,
      port_id: id,
      port_state: "ACTIVE",
      fixed_ips: port.ipAddress === "" ? [] : [{ ip_address: port.ipAddress }],
    })),
  });
}

function listServers({ context, caller, request }: Work): Answer {
  const everywhere = isAdmin(caller) && request.url.searchParams.has("all_tenants");
  const servers = Object.entries(context.world.servers).filter(
    ([, server]) => everywhere || server.projectId === caller.projectId,
  );
  return json(200, { servers: servers.map(([id, { name }]) => ({ id, name })) });
}

// ---------------------------------------------------------------- actions

async function act(work: Work): Promise<Answer> {
  const body = jsonBody(work.request);
  const [action, ...more] = isObject(body) ? Object.keys(body) : [];
  if (!isObject(body) || action === undefined || more.length > 0) throw badRequest("Malformed request body");
  if (action !== "addSecurityGroup" && action !== "removeSecurityGroup") {
    throw badRequest(`There is no such action: ${action}`);
  }
  const given = body[action];
  if (!isObject(given)) throw badRequest("Missing parameter dict");
  if (given.name === undefined) throw badRequest("Security group not specified");
  if (typeof given.name !== "string") {
    if (work.context.variant("nova.release") === "2024.2") {
      // Source: openstack/nova, nova/api/openstack/compute/schemas/security_groups.py, and its form for all schemas.
      const value = JSON.stringify(given.name);
      throw badRequest(
        `Invalid input for field/attribute name. Value: ${value}. ${value} is not of type 'string'`,
      );
    }
    throw unexpected("AttributeError");
  }
  if (given.name.trim() === "") throw badRequest("Security group name cannot be empty");
  await change(work, action, given.name);
  return { status: 202, headers: { "content-type": "application/json" }, body: "" };
}

/** `METHOD path` after version, project and server id. */
const operations: Record<string, Operation> = {
  "GET /servers": { action: "listServers", kind: "read", run: listServers },
  "GET /servers/": { action: "showServer", kind: "read", run: showServer },
  "GET /servers/os-interface": { action: "listInterfaces", kind: "read", run: listInterfaces },
  "GET /servers/os-security-groups": {
    action: "listServerSecurityGroups",
    kind: "read",
    run: listSecurityGroups,
  },
  "POST /servers/action": { action: "action", kind: "write", run: act },
  "GET /": { action: "showVersion", kind: "session", run: showVersion },
  "GET ": { action: "listVersions", kind: "session", run: showVersion },
};

interface Route {
  operation: Operation | undefined;
  projectId: string | undefined;
  serverId: string;
}

/** /v2.1/servers/..., or with a project before it: /v2.1/{project}/servers/...; likewise below /v2. */
function routeOf({ method, url }: Request): Route {
  const [version, ...path] = url.pathname.split("/").filter((segment) => segment !== "");
  if (version === undefined)
    return { operation: operations[`${method} `], projectId: undefined, serverId: "" };
  if (version !== "v2" && version !== "v2.1")
    return { operation: undefined, projectId: undefined, serverId: "" };
  const projectId = /^[0-9a-f-]+$/.test(path[0] ?? "") ? path.shift() : undefined;
  const [collection = "", serverId = "", ...rest] = path.map(decodeURIComponent);
  const name = `${method} /${collection}${serverId === "" ? "" : "/"}${rest.join("/")}`;
  return { operation: operations[name], projectId, serverId };
}

function showVersion({ request, context }: Work): Answer {
  const compute = new URL("/", context.urls.compute ?? context.urls.ecs ?? request.url);
  const version = {
    id: "v2.1",
    status: "CURRENT",
    version: maximum,
    min_version: "2.1",
    updated: "2013-07-23T11:33:21Z",
    links: [{ rel: "self", href: `${compute}v2.1/` }],
  };
  return json(200, request.url.pathname === "/" ? { versions: [version] } : { version });
}

const maximum = "2.93";

/** The microversion that a client asks for, default 2.1. */
function microversion({ headers }: Request): string {
  const [, version] = /^compute ([\d.]+)$/.exec(headers["openstack-api-version"]?.toString() ?? "") ?? [];
  const asked = version ?? headers["x-openstack-nova-api-version"]?.toString() ?? "2.1";
  const [major, minor] = asked.split(".").map(Number);
  if (major !== 2 || minor === undefined || !(minor >= 1 && minor <= 93)) {
    const range = `Minimum is 2.1 and maximum is ${maximum}.`;
    throw new VendorError(406, "computeFault", `Version ${asked} is not supported by the API. ${range}`);
  }
  return asked;
}

// ---------------------------------------------------------------- lost updates

/** What ports' lists have been, to tell what a call read that has begun earlier. */
class PortHistory {
  readonly #changes = new Map<string, { time: number; before: string[] }[]>();

  remember(portId: string, before: string[]): void {
    const time = performance.now();
    const recent = (this.#changes.get(portId) ?? []).filter((change) => change.time > time - 60_000);
    this.#changes.set(portId, [...recent, { time, before }]);
  }

  asOf(time: number, portId: string, port: Port): string[] {
    const later = this.#changes.get(portId)?.find((change) => change.time > time);
    return later?.before ?? port.securityGroupIds;
  }
}

function portHistory({ memory }: Context<ComputeWorld>): PortHistory {
  const known = memory.get("portHistory");
  if (known instanceof PortHistory) return known;
  const history = new PortHistory();
  memory.set("portHistory", history);
  return history;
}

// ---------------------------------------------------------------- the front

const notFound = (message: string): VendorError => new VendorError(404, "itemNotFound", message);
const badRequest = (message: string): VendorError => new VendorError(400, "badRequest", message);
const unexpected = (python: string): VendorError =>
  new VendorError(
    500,
    "computeFault",
    `Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.\n<class '${python}'>`,
  );
export function novaFront<State extends ComputeWorld>(
  callerOf: (request: Request, context: Context<State>) => Caller,
): Front<State> {
  const callers = new WeakMap<Request, Caller>();
  return {
    identify(request) {
      const { operation, serverId } = routeOf(request);
      const { action = "", kind = "read" } = operation ?? {};
      const ids = serverId === "" ? [] : [serverId];
      if (action !== "action") return { action, kind, ids, parents: [] };
      const [name = action, given] = Object.entries(object(jsonBody(request)))[0] ?? [];
      return { action: name, kind, ids: [...ids, ...[text(object(given).name) ?? []].flat()], parents: ids };
    },

    authenticate(request, call, context) {
      if (call.kind === "session") return undefined;
      const caller = callerOf(request, context);
      callers.set(request, caller);
      return caller.projectId;
    },

    async perform(request, _call, context) {
      const version = microversion(request);
      const { operation, projectId, serverId } = routeOf(request);
      const caller = callers.get(request) ?? { projectId: "", roles: [], mayChange: false };
      if (operation === undefined) throw noSuchPath;
      if (projectId !== undefined && projectId !== caller.projectId) {
        const its = `Context's project_id '${caller.projectId}'`;
        throw badRequest(`Malformed request URL: URL's project_id '${projectId}' doesn't match ${its}`);
      }
      const answer = await operation.run({ request, context, caller, serverId });
      const headers = {
        "openstack-api-version": `compute ${version}`,
        "x-openstack-nova-api-version": version,
      };
      return { ...answer, headers: { ...answer.headers, ...headers, ...requestIds(context) } };
    },

    refuse(error, context) {
      const { status, code, message, headers } = error;
      const more = { ...requestIds(context), ...headers };
      // Not from Nova but from keystonemiddleware before it, which has another form.
      if (status === 401) return json(401, { error: { code: 401, title: code, message } }, more);
      if (error === noSuchPath) return page(error, more);
      return json(status, { [code]: { code: status, message } }, more);
    },

    errors: {
      // Nova sets no rate itself; this is its form where something before it does. Source: OpenStack API guide,
      // "Faults": overLimit; Open Telekom Cloud, ECS API reference, "Returned Values for General Requests".
      throttled: new VendorError(429, "overLimit", "This request was rate-limited.", { "retry-after": "1" }),
      // Never seen for groups. Source: openstack/nova, InstanceInvalidState.
      busy: new VendorError(
        409,
        "conflictingRequest",
        "Cannot 'action' instance while it is in task_state rebuilding",
      ),
      expired: unauthorized,
      // What it says while Neutron cannot be reached.
      internal: unexpected("keystoneauth1.exceptions.connection.ConnectFailure"),
    },
    requestId: () => `req-${randomUUID()}`,
    path: "/v2.1",
  };
}

const requestIds = ({ requestId }: Context<ComputeWorld>) => ({
  "x-openstack-request-id": requestId,
  "x-compute-request-id": requestId,
});
