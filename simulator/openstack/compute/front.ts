import { randomUUID } from "node:crypto";
import { type Context, type Front, type Request, VendorError } from "../../cloud";
import type { Caller } from "../authentication";
import { noSuchPath } from "../errors";
import { type Operation, routed } from "../front";
import { json, jsonBody, object, page, text } from "../json";
import type { ComputeWorld } from "../world";
import { actOnServer } from "./act-on-server";
import { addSecurityGroup } from "./add-security-group";
import { badRequest, errors } from "./errors";
import { listInterfaces } from "./list-interfaces";
import { listServerSecurityGroups } from "./list-server-security-groups";
import { listServers } from "./list-servers";
import { listServersDetailed } from "./list-servers-detailed";
import { listVersions } from "./list-versions";
import { removeSecurityGroup } from "./remove-security-group";
import { showServer } from "./show-server";
import { newestMicroversion, showVersion } from "./show-version";

const serverActions = actOnServer({ addSecurityGroup, removeSecurityGroup });

const operations: Record<string, Operation> = {
  "GET /": listVersions,
  "GET /v2.1": showVersion,
  "GET /v2.1/servers": listServers,
  "GET /v2.1/servers/detail": listServersDetailed,
  "GET /v2.1/servers/{id}": showServer,
  "GET /v2.1/servers/{id}/os-interface": listInterfaces,
  "GET /v2.1/servers/{id}/os-security-groups": listServerSecurityGroups,
  "POST /v2.1/servers/{id}/action": serverActions,
};

/** /v2.1/servers/..., or with a project before it: /v2.1/{project}/servers/...; likewise below /v2. */
function routeOf({ method, url }: Request) {
  const [, projectId, path = url.pathname] =
    /^\/+v2(?:\.1)?(?:\/+([0-9a-f-]+)(?=\/|$))?(.*)$/.exec(url.pathname) ?? [];
  const versioned = path === url.pathname ? path : `/v2.1${path}`;
  return { projectId, ...routed(operations, method, decodeURI(versioned)) };
}

/** The microversion that a client asks for, default 2.1. */
function microversion({ headers }: Request): string {
  const [, version] = /^compute ([\d.]+)$/.exec(headers["openstack-api-version"]?.toString() ?? "") ?? [];
  const asked = version ?? headers["x-openstack-nova-api-version"]?.toString() ?? "2.1";
  const [major, minor] = asked.split(".").map(Number);
  if (major !== 2 || minor === undefined || !(minor >= 1 && minor <= 93)) {
    const range = `Minimum is 2.1 and maximum is ${newestMicroversion}.`;
    throw new VendorError(406, "computeFault", `Version ${asked} is not supported by the API. ${range}`);
  }
  return asked;
}

const requestIds = ({ requestId }: Context<ComputeWorld>) => ({
  "x-openstack-request-id": requestId,
  "x-compute-request-id": requestId,
});

/** Anyone may ask for the versions. */
const anonymous: Caller = { projectId: "", roles: [], mayChange: false };

/**
 * Nova's part in a server's security groups.
 *
 * Source of every answer in this folder, unless said otherwise: measured on Nova 26.2.2 (Zed) with Neutron 21.0.0, both
 * from Debian 12; tests/simulator/openstack-cases.ts holds what was asked and answered, and `npm run test:openstack`
 * asks the true one again. What lies behind it can be read in openstack/nova, nova/network/security_group_api.py.
 */
export function computeFront<State extends ComputeWorld>(
  callerOf: (request: Request, context: Context<State>) => Caller,
): Front<State, Caller> {
  return {
    identify(request) {
      const { operation, id } = routeOf(request);
      const { action = "", kind = "read" } = operation ?? {};
      const ids = id === "" ? [] : [id];
      if (operation !== serverActions) return { action, kind, ids, parents: [] };
      const [name = action, given] = Object.entries(object(jsonBody(request)))[0] ?? [];
      return { action: name, kind, ids: [...ids, ...[text(object(given).name) ?? []].flat()], parents: ids };
    },

    authenticate: (request, call, context) =>
      call.kind === "session" ? anonymous : callerOf(request, context),

    async perform(request, _call, context, caller) {
      const version = microversion(request);
      const { operation, projectId, id } = routeOf(request);
      if (operation === undefined) throw noSuchPath;
      if (projectId !== undefined && projectId !== caller.projectId) {
        const its = `Context's project_id '${caller.projectId}'`;
        throw badRequest(`Malformed request URL: URL's project_id '${projectId}' doesn't match ${its}`);
      }
      const answer = await operation.run({ request, context, caller, id });
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

    errors,
    requestId: () => `req-${randomUUID()}`,
    path: "/v2.1",
  };
}
