import { randomUUID } from "node:crypto";
import type { Context, Front, Request } from "../../cloud";
import type { Caller } from "../authentication";
import { noSuchPath } from "../errors";
import { type Operation, routed } from "../front";
import { isObject, json, jsonBody } from "../json";
import type { ComputeWorld } from "../world";
import { createSecurityGroup } from "./create-security-group";
import { deleteSecurityGroup } from "./delete-security-group";
import { errors } from "./errors";
import { listPorts } from "./list-ports";
import { listSecurityGroups } from "./list-security-groups";
import { showPort } from "./show-port";
import { showSecurityGroup } from "./show-security-group";
import { updatePort } from "./update-port";

const operations: Record<string, Operation> = {
  "GET /v2.0/security-groups": listSecurityGroups,
  "POST /v2.0/security-groups": createSecurityGroup,
  "GET /v2.0/security-groups/{id}": showSecurityGroup,
  "DELETE /v2.0/security-groups/{id}": deleteSecurityGroup,
  "GET /v2.0/ports": listPorts,
  "GET /v2.0/ports/{id}": showPort,
  "PUT /v2.0/ports/{id}": updatePort,
};

/** `/v2.0/ports.json` is `/v2.0/ports`. */
const routeOf = ({ method, url }: Request) =>
  routed(operations, method, url.pathname.replace(/^(\/v2\.0\/[^/]+)\.json(?=\/|$)/, "$1"));

/**
 * Neutron as far as it takes part in a server's security groups: groups by name, ports by server, and the list of
 * groups of a port, which Nova rewrites as a whole.
 *
 * Source of every answer in this folder, unless said otherwise: measured on Neutron 21.0.0 (Zed).
 */
export function networkFront<State extends ComputeWorld>(
  callerOf: (request: Request, context: Context<State>) => Caller,
): Front<State, Caller> {
  return {
    identify(request) {
      const { id, operation } = routeOf(request);
      const { action = "", kind = "read" } = operation ?? {};
      const ids = id === "" ? [] : [id];
      return { action, kind, ids: [...ids, ...request.url.searchParams.getAll("device_id")], parents: ids };
    },
    authenticate: (request, _call, context) => callerOf(request, context),
    perform(request, _call, context, caller) {
      const { id, operation } = routeOf(request);
      if (operation === undefined) throw noSuchPath;
      if (["POST", "PUT"].includes(request.method) && !isObject(jsonBody(request))) throw errors.body;
      return operation.run({ request, context, caller, id });
    },
    refuse(error) {
      const { status, code, message, headers } = error;
      if (status === 401) return json(401, { error: { code: 401, title: "Unauthorized", message } }, headers);
      const type = error === noSuchPath ? "HTTPNotFound" : code;
      return json(status, { NeutronError: { type, message, detail: "" } }, headers);
    },
    errors,
    requestId: () => `req-${randomUUID()}`,
  };
}
