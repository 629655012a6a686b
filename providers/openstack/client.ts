import type { GenericSchema, InferOutput } from "valibot";
import type { Shape } from "../core/cloud/answer";
import type { Deadline, Session, Vendor, Where } from "../core/contract/cloud";
import type { Settings } from "../core/util/settings";
import { type Access, accessTo as accessToKeystone } from "./credentials";
import { type Endpoints, endpointsOf, onlyRegion, type Service } from "./endpoints";
import { Keystone } from "./keystone";
import { Client, type Request } from "./request";
import { names, vendor } from "./settings";

/** Who we are, and where. @throws Error that says what is wrong or missing, and where it can be set. */
export function accessTo(where: Where, settings: Settings): Access {
  const access = accessToKeystone(names, where, settings);
  access.identity();
  return access;
}

/** Logs in by Keystone. @throws CloudError, or an Error that says what is missing in the catalogue. */
export async function logIn(access: Access, settings: Settings, deadline: Deadline): Promise<NovaSession> {
  return keystoneSession(vendor, access, settings, deadline);
}

/**
 * Logs in with a token.
 *
 * @throws CloudError, or an Error that says what is missing in the credentials or the catalogue.
 */
export async function keystoneSession(
  cloud: Vendor,
  access: Access,
  settings: Settings,
  deadline: Deadline,
): Promise<NovaSession> {
  const { name } = cloud;
  const keystone = new Keystone(cloud, { ...access, identity: access.identity() }, settings);
  const token = await keystone.token(deadline);
  const { projectId } = token;
  if (!projectId) {
    throw new Error(
      `the login is for no project; set config ${name}:tenantName or ${name}:tenantId (OS_PROJECT_NAME, OS_PROJECT_ID)`,
    );
  }
  const region = access.region ?? onlyRegion(name, token, access.interface);
  const endpoints = endpointsOf(token, projectId, region, access, settings);
  return new ApiSession(new Client(cloud, settings, access.tls, keystone), projectId, region, endpoints);
}

/** A cloud that speaks Nova's API, reached with certain credentials in a certain region. */
export interface NovaSession extends Session {
  /** Whether the cloud shows an endpoint of that service. */
  has(service: Service): boolean;
  /**
   * One request to a service, with a path below its endpoint.
   * @param shape - of the part of the answer that matters.
   * @throws CloudError
   */
  request<T extends GenericSchema>(
    service: Service,
    request: ApiRequest,
    deadline: Deadline,
    shape: Shape<T>,
  ): Promise<InferOutput<T>>;
}

/** A request to a service. */
export interface ApiRequest extends Omit<Request, "product" | "url" | "secrets"> {
  path: string;
  query?: Record<string, string>;
}

/** The session of a cloud whose endpoints are known. */
export class ApiSession implements NovaSession {
  constructor(
    readonly client: Client,
    readonly accountId: string,
    readonly region: string,
    readonly endpoints: Endpoints,
  ) {}

  has(service: Service): boolean {
    return this.endpoints[service] !== undefined;
  }

  async request<T extends GenericSchema>(
    service: Service,
    request: ApiRequest,
    deadline: Deadline,
    shape: Shape<T>,
  ): Promise<InferOutput<T>> {
    const at = this.endpoints[service];
    if (!at) throw new Error(`the cloud shows no endpoint of its ${service} service`);
    const url = below(at, request.path);
    // Not by URLSearchParams: it writes a blank as "+", which not every signature checker reads as one.
    url.search = Object.entries(request.query ?? {})
      .map((pair) => pair.map(encodeURIComponent).join("="))
      .join("&");
    const { body } = await this.client.request({ ...request, product: service, url }, this, deadline, shape);
    return body;
  }
}

/** A path below an endpoint. @throws Error if an id in it would lead elsewhere: `..`, `?`, `#`. */
function below(endpoint: URL, path: string): URL {
  const whole = endpoint.href.replace(/(?<!\/)\/+$/, "") + path;
  const url = new URL(whole);
  if (url.href === whole && url.search === "" && url.hash === "" && !path.includes("//")) return url;
  throw new Error(
    `${JSON.stringify(path)} is no path of the API: an id in it holds characters that no id has`,
  );
}
