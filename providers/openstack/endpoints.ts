import { endpoint } from "../core/cloud/endpoint";
import { given } from "../core/util/given";
import type { Settings } from "../core/util/settings";
import type { Access } from "./credentials";
import type { Token } from "./keystone";

/** A service of the cloud, by its type in the catalogue. */
export type Service = "compute" | "network";

/** Where the services of a region answer. */
export interface Endpoints {
  compute: URL;
  network?: URL;
}

/**
 * The endpoints of `region`: configured ones, else the catalogue's.
 * @throws Error if there is none of Nova, with what there is.
 */
export function endpointsOf(
  token: Token,
  projectId: string,
  region: string,
  access: Access,
  settings: Settings,
): Endpoints {
  const { overrides } = access;
  const inCatalogue = (service: Service) => {
    const found = listed(token, service, access.interface).find((each) => each.region === region);
    return found && endpoint(found.url, `the ${service} endpoint in the catalogue`, settings, { path: true });
  };
  const compute = overrides.compute ? novaAt(overrides.compute, projectId) : inCatalogue("compute");
  const network = overrides.network ?? inCatalogue("network");
  // With the version in most overrides, without it in most catalogues.
  if (network) network.pathname = network.pathname.replace(/\/v2\.0\/*$/, "");
  if (!compute) throw noCompute(token, region, access.interface);
  return given({ compute, network });
}

/** A configured endpoint of Nova: with its version, or of the host alone. */
export function novaAt(url: URL, projectId: string): URL {
  return url.pathname === "/" ? new URL(`/v2.1/${encodeURIComponent(projectId)}`, url) : url;
}

/** The region of a cloud that has only one. @throws Error that names them, if there are several. */
export function onlyRegion(name: string, token: Token, kind: string): string {
  const [only, ...others] = regionsOf(token, kind);
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) throw noCompute(token, undefined, kind);
  throw new Error(
    `no region: the cloud has ${[only, ...others].join(", ")}; give the argument region, config ${name}:region or OS_REGION_NAME`,
  );
}

function listed(token: Token, service: Service, kind: string) {
  const entries = token.catalogue.filter((entry) => entry.type === service);
  return entries
    .flatMap((entry) => entry.endpoints)
    .filter((each) => each.interface === kind)
    .map(({ region_id, region, url }) => ({ region: region_id ?? region ?? "", url }));
}

function regionsOf(token: Token, kind: string): string[] {
  return [...new Set(listed(token, "compute", kind).map((each) => each.region))].sort();
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
