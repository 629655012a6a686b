import { randomUUID } from "node:crypto";
import { type Answer, type Call, type Context, type Front, type Request, VendorError } from "../cloud";
import { isObject, json, jsonBody, noSuchPath, object, text } from "./json";
import { type Caller, isAdmin, unauthorized } from "./tokens";
import type { ComputeWorld, Port, SecurityGroup } from "./world";

/*
 * Neutron as far as it takes part in a server's security groups: groups by name, ports by server, and the list of
 * groups of a port, which Nova rewrites as a whole.
 *
 * Source of every answer here, unless said otherwise: measured on Neutron 21.0.0 (Zed).
 */

export const visible = (resource: { projectId: string } | undefined, caller: Caller): boolean =>
  resource !== undefined && (isAdmin(caller) || resource.projectId === caller.projectId);

/** Makes `ids` the port's groups. What one may see is judged for the whole list, not only for what is new in it. */
export function setSecurityGroups(world: ComputeWorld, port: Port, ids: string[], caller: Caller): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    const reason = `Duplicate items in the list: '${twice}'.`;
    throw new VendorError(400, "HTTPBadRequest", `Invalid input for security_groups. Reason: ${reason}`);
  }
  if (ids.length > 0 && !(port.portSecurityEnabled && port.ipAddress !== "")) {
    throw new VendorError(
      400,
      "PortSecurityAndIPRequiredForSecurityGroups",
      "Port security must be enabled and port must have an IP address in order to use security groups.",
    );
  }
  const groups = ids.map((id) => securityGroup(world, id, caller));
  if (groups.some(({ stateful }) => stateful !== groups[0]?.stateful)) {
    throw new VendorError(
      409,
      "SecurityGroupConflict",
      "Error Cannot apply both stateful and stateless security groups on the same port at the same time while attempting the operation.",
    );
  }
  port.securityGroupIds = ids;
}

function securityGroup(world: ComputeWorld, id: string, caller: Caller): SecurityGroup {
  const group = world.securityGroups[id];
  if (group === undefined || !visible(group, caller)) {
    throw new VendorError(404, "SecurityGroupNotFound", `Security group ${id} does not exist`);
  }
  return group;
}

function portOf(world: ComputeWorld, id: string, caller: Caller): Port {
  const port = world.ports[id];
  if (port === undefined || !visible(port, caller)) {
    throw new VendorError(404, "PortNotFound", `Port ${id} could not be found.`);
  }
  return port;
}

/** The ports of a server, in the order in which Neutron lists them. */
export const portsOf = (world: ComputeWorld, serverId: string): [string, Port][] =>
  byId(world.ports).filter(([, port]) => port.serverId === serverId);

interface Work {
  world: ComputeWorld;
  caller: Caller;
  /** What the path names. */
  id: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

const operations: Record<string, { action: string; kind: Call["kind"]; run(work: Work): Answer }> = {
  "GET security-groups": {
    action: "listSecurityGroups",
    kind: "read",
    run: ({ world, caller, query }) => {
      const groups = byId(world.securityGroups).filter(
        ([id, group]) =>
          visible(group, caller) &&
          isOneOf(query, "id", id) &&
          isOneOf(query, "name", group.name) &&
          isOneOf(query, "project_id", group.projectId) &&
          isOneOf(query, "tenant_id", group.projectId),
      );
      return json(200, { security_groups: groups.map(([id, group]) => groupBody(id, group)) });
    },
  },
  "GET security-groups/": {
    action: "showSecurityGroup",
    kind: "read",
    run: ({ world, caller, id }) =>
      json(200, { security_group: groupBody(id, securityGroup(world, id, caller)) }),
  },
  "POST security-groups": {
    action: "createSecurityGroup",
    kind: "write",
    run: ({ world, caller, body }) => {
      const { name, description, stateful } = object(body.security_group);
      const id = randomUUID();
      const group: SecurityGroup = {
        name: text(name) ?? "",
        projectId: caller.projectId,
        description: text(description) ?? "",
        stateful: stateful !== false,
      };
      world.securityGroups[id] = group;
      return json(201, { security_group: groupBody(id, group) });
    },
  },
  "DELETE security-groups/": {
    action: "deleteSecurityGroup",
    kind: "write",
    run: ({ world, caller, id }) => {
      securityGroup(world, id, caller);
      if (Object.values(world.ports).some((port) => port.securityGroupIds.includes(id))) {
        throw new VendorError(409, "SecurityGroupInUse", `Security Group ${id} in use.`);
      }
      delete world.securityGroups[id];
      return { status: 204, body: "" };
    },
  },
  "GET ports": {
    action: "listPorts",
    kind: "read",
    run: ({ world, caller, query }) => {
      const ports = byId(world.ports).filter(
        ([id, port]) =>
          visible(port, caller) &&
          isOneOf(query, "id", id) &&
          isOneOf(query, "device_id", port.serverId) &&
          isOneOf(query, "network_id", port.networkId),
      );
      return json(200, { ports: ports.map(([id, port]) => portBody(id, port)) });
    },
  },
  "GET ports/": {
    action: "showPort",
    kind: "read",
    run: ({ world, caller, id }) => json(200, { port: portBody(id, portOf(world, id, caller)) }),
  },
  "PUT ports/": {
    action: "updatePort",
    kind: "write",
    run: ({ world, caller, id, body }) => {
      const port = portOf(world, id, caller);
      const { security_groups: ids = port.securityGroupIds, port_security_enabled: secured } = object(
        body.port,
      );
      const changed = {
        ...port,
        portSecurityEnabled: secured === undefined ? port.portSecurityEnabled : !!secured,
      };
      if (!Array.isArray(ids) || ids.some((item) => typeof item !== "string")) {
        const reason = `'${JSON.stringify(ids)}' is not a list of UUIDs.`;
        throw new VendorError(400, "HTTPBadRequest", `Invalid input for security_groups. Reason: ${reason}`);
      }
      if (!changed.portSecurityEnabled && ids.length > 0 && object(body.port).security_groups === undefined) {
        throw new VendorError(
          409,
          "PortSecurityPortHasSecurityGroup",
          "Port has security group associated. Cannot disable port security or IP address until security group is removed.",
        );
      }
      setSecurityGroups(world, changed, ids, caller);
      Object.assign(port, changed);
      return json(200, { port: portBody(id, port) });
    },
  },
};

/** Neutron promises no order; it lists by id, whatever was made or added first. */
const byId = <T>(collection: Record<string, T>): [string, T][] =>
  Object.entries(collection).sort(([one], [two]) => (one < two ? -1 : 1));

/** Several values of one parameter are alternatives. */
const isOneOf = (query: URLSearchParams, name: string, value: string): boolean =>
  !query.has(name) || query.getAll(name).includes(value);

/** Rules are left out: nobody here looks at them. */
const groupBody = (id: string, { name, projectId, description, stateful }: SecurityGroup) => ({
  id,
  name,
  stateful,
  tenant_id: projectId,
  description,
  shared: false,
  security_group_rules: [],
  tags: [],
  project_id: projectId,
});

const portBody = (id: string, port: Port) => ({
  id,
  name: "",
  network_id: port.networkId,
  tenant_id: port.projectId,
  admin_state_up: true,
  status: "ACTIVE",
  device_id: port.serverId,
  device_owner: "compute:nova",
  fixed_ips:
    port.ipAddress === "" ? [] : [{ subnet_id: `5${port.networkId.slice(1)}`, ip_address: port.ipAddress }],
  security_groups: [...port.securityGroupIds].sort(),
  port_security_enabled: port.portSecurityEnabled,
  project_id: port.projectId,
});

/** Paths are /v2.0/{collection} and /v2.0/{collection}/{id}. */
function routeOf(request: Request) {
  const [, collection = "", id = ""] =
    /^\/v2\.0\/([^/]+?)(?:\.json)?(?:\/([^/]+))?\/?$/.exec(request.url.pathname) ?? [];
  const operation = operations[`${request.method} ${collection}${id === "" ? "" : "/"}`];
  return { id, operation };
}

export function neutronFront<State extends ComputeWorld>(
  callerOf: (request: Request, context: Context<State>) => Caller,
): Front<State> {
  const callers = new WeakMap<Request, Caller>();
  return {
    identify(request) {
      const { id, operation } = routeOf(request);
      const { action = "", kind = "read" } = operation ?? {};
      const ids = id === "" ? [] : [id];
      return { action, kind, ids: [...ids, ...request.url.searchParams.getAll("device_id")], parents: ids };
    },
    authenticate(request, _call, context) {
      const caller = callerOf(request, context);
      callers.set(request, caller);
      return caller.projectId;
    },
    perform(request, _call, { world }) {
      const { id, operation } = routeOf(request);
      const caller = callers.get(request);
      if (operation === undefined || caller === undefined) {
        throw noSuchPath;
      }
      const body = jsonBody(request);
      if (["POST", "PUT"].includes(request.method) && !isObject(body)) {
        throw new VendorError(400, "HTTPBadRequest", "Body contains invalid data");
      }
      return operation.run({ world, caller, id, query: request.url.searchParams, body: object(body) });
    },
    refuse(error) {
      const { status, code, message, headers } = error;
      if (status === 401) return json(401, { error: { code: 401, title: "Unauthorized", message } }, headers);
      const type = error === noSuchPath ? "HTTPNotFound" : code;
      return json(status, { NeutronError: { type, message, detail: "" } }, headers);
    },
    errors: {
      throttled: new VendorError(429, "OverLimit", "This request was rate-limited.", { "retry-after": "1" }),
      busy: new VendorError(409, "RetryRequest", "The resource is busy, please retry."),
      expired: unauthorized,
      internal: new VendorError(
        500,
        "HTTPInternalServerError",
        "Request Failed: internal server error while processing your request.",
      ),
    },
    requestId: () => `req-${randomUUID()}`,
  };
}
