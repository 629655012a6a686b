import { checkedEndpoint } from "../core/cloud/plain-http";
import type { Deadline, Where } from "../core/contract/cloud";
import type { Settings } from "../core/util/settings";
import { ApiSession, Client, type NovaSession, type Service } from "./client";
import { type Access, accessTo } from "./credentials";
import { Keystone, type Token } from "./keystone";

/** Logs in by Keystone. @throws CloudError, or an Error that says what is missing in the credentials or the catalogue. */
export async function connect(where: Where, settings: Settings, deadline: Deadline): Promise<NovaSession> {
  return keystoneSession(
    "openstack",
    where.region,
    accessTo("openstack", where, settings),
    settings,
    deadline,
  );
}

/**
 * Logs in with a token.
 *
 * @param name - of the cloud, for the log and in config keys.
 * @throws CloudError, or an Error that says what is missing in the credentials or the catalogue.
 */
export async function keystoneSession(
  name: string,
  wantedRegion: Where["region"],
  access: Access,
  settings: Settings,
  deadline: Deadline,
): Promise<NovaSession> {
  const keystone = new Keystone(name, { ...access, identity: access.identity() }, settings);
  const token = await keystone.token(deadline);
  if (!token.projectId) {
    throw new Error(
      `the login is for no project; set config ${name}:tenantName or ${name}:tenantId (OS_PROJECT_NAME, OS_PROJECT_ID)`,
    );
  }
  const region = wantedRegion ?? access.region ?? onlyRegion(name, token, access.interface);
  const { overrides } = access;
  const compute =
    (overrides.compute && novaAt(overrides.compute, token.projectId)) ??
    endpointOf(token, "compute", region, access.interface, settings);
  const network = overrides.network ?? endpointOf(token, "network", region, access.interface, settings);
  // With the version in most overrides, without it in most catalogues.
  if (network) network.pathname = network.pathname.replace(/\/v2\.0\/*$/, "");
  if (!compute) throw noCompute(token, region, access.interface);
  const client = new Client(name, settings, access.tls, keystone);
  return new ApiSession(client, token.projectId, region, { compute, ...(network ? { network } : {}) });
}

/** A configured endpoint of Nova: with its version, or of the host alone. */
export function novaAt(url: URL, projectId: string): URL {
  return url.pathname === "/" ? new URL(`/v2.1/${projectId}`, url) : url;
}

function endpointsOf(token: Token, service: Service, kind: string) {
  const entries = token.catalogue.filter((entry) => entry.type === service);
  return entries
    .flatMap((entry) => entry.endpoints)
    .filter((endpoint) => endpoint.interface === kind)
    .map(({ region_id, region, url }) => ({ region: region_id ?? region ?? "", url }));
}

function endpointOf(
  token: Token,
  service: Service,
  region: string,
  kind: string,
  settings: Settings,
): URL | undefined {
  const found = endpointsOf(token, service, kind).find((endpoint) => endpoint.region === region);
  return found && checkedEndpoint(found.url, `the ${service} endpoint in the catalogue`, settings);
}

function regionsOf(token: Token, kind: string): string[] {
  return [...new Set(endpointsOf(token, "compute", kind).map((endpoint) => endpoint.region))].sort();
}

function onlyRegion(name: string, token: Token, kind: string): string {
  const [only, ...others] = regionsOf(token, kind);
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) throw noCompute(token, undefined, kind);
  throw new Error(
    `no region: the cloud has ${[only, ...others].join(", ")}; give the argument region, config ${name}:region or OS_REGION_NAME`,
  );
}

function noCompute(token: Token, region: string | undefined, kind: string): Error {
  const regions = regionsOf(token, kind);
  if (region !== undefined && regions.length > 0) {
    return new Error(
      `region "${region}" has no ${kind} compute endpoint; regions that have one: ${regions.join(", ")}`,
    );
  }
  const types = [...new Set(token.catalogue.map((entry) => entry.type))].sort();
  return new Error(
    `the catalogue has no ${kind} compute endpoint; it has ${types.length ? types.join(", ") : "no services at all"} ` +
      "(hint: check the project, and endpointType)",
  );
}
