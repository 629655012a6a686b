import type { GenericSchema, InferOutput } from "valibot";
import { notTheApis, type Shape } from "../../core/cloud/answer";
import type { Deadline } from "../../core/contract/cloud";
import { CloudError } from "../../core/contract/errors";
import { schema } from "../../core/util/schema";
import type { ApiRequest, NovaSession } from "../client";

/** A network interface of a server. */
export interface Interface {
  id: string;
  /** One whose port security is off, or that has no address, takes no security group. Undefined: it is not known. */
  takesGroups: boolean | undefined;
}

const securityGroups = schema((v) =>
  v.object({ security_groups: v.array(v.object({ id: v.string(), name: v.optional(v.string()) })) }),
);

const details = schema((v) => v.object({ server: v.object({ id: v.string(), status: v.string() }) }));

const attachments = schema((v) =>
  v.object({ interfaceAttachments: v.array(v.object({ port_id: v.string() })) }),
);

/** The part of Neutron's ports that matters. */
const ports = schema((v) =>
  v.object({
    ports: v.array(
      v.object({
        id: v.string(),
        device_id: v.optional(v.string()),
        port_security_enabled: v.optional(v.boolean()),
        fixed_ips: v.optional(v.array(v.unknown())),
      }),
    ),
  }),
);

/**
 * What `call` answers, unless that is "Instance <id> could not be found." of another server, which proves nothing of this one.
 *
 * @throws CloudError
 */
export async function speaksOf<T>(id: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const isOfAnother =
      error instanceof CloudError &&
      /^Instance \S+ could not be found/.test(error.message) &&
      !error.message.includes(id);
    if (!isOfAnother) throw error;
    const { action = "", requestId } = error;
    throw notTheApis("the answer tells of another server", { action, requestId });
  }
}

/** What Nova and Neutron tell of a server. */
export class Server {
  constructor(
    readonly session: NovaSession,
    readonly id: string,
    readonly deadline: Deadline,
  ) {}

  /** Its groups, one entry for each interface that has the group. */
  async groups(): Promise<{ id: string; name?: string | undefined }[]> {
    const request = this.#about("listServerSecurityGroups", "/os-security-groups");
    return (await this.#ask(request, securityGroups)).security_groups;
  }

  /** Its network interfaces. Neutron tells which take security groups at all; Nova alone does not. */
  async interfaces(): Promise<Interface[]> {
    if (!this.session.has("network")) {
      const request = this.#about("listPortInterfaces", "/os-interface");
      const answer = await this.#ask(request, attachments);
      return answer.interfaceAttachments.map(({ port_id }) => ({ id: port_id, takesGroups: undefined }));
    }
    const action = "listPorts";
    const request = { action, ids: [this.id], path: "/v2.0/ports", query: { device_id: this.id } };
    const answer = await this.session.request("network", request, this.deadline, ports);
    const other = answer.ports.find(({ device_id = this.id }) => device_id !== this.id);
    if (other) throw notTheApis("the answer tells of a port that is not the server's", { action });
    return answer.ports.map(({ id, port_security_enabled, fixed_ips }) => ({
      id,
      takesGroups: port_security_enabled !== false && fixed_ips?.length !== 0,
    }));
  }

  /** While it is, it has no ports that could take a group. */
  async isBuilding(): Promise<boolean> {
    const request = this.#about("showServerDetails", "");
    const { server } = await this.#ask(request, details);
    if (server.id !== this.id) throw notTheApis("the answer tells of another server", request);
    return server.status === "BUILD";
  }

  #ask<T extends GenericSchema>(request: ApiRequest, shape: Shape<T>): Promise<InferOutput<T>> {
    return speaksOf(this.id, () => this.session.request("compute", request, this.deadline, shape));
  }

  #about(action: string, path: string): { action: string; ids: string[]; path: string } {
    return { action, ids: [this.id], path: `/servers/${this.id}${path}` };
  }
}

/** Servers a page: each costs a call for its groups, and a page is asked for again as a whole. */
const PAGE = 25;

/** "servers_links" has a link of rel "next" where there are more (Compute API v2.1, List Servers Detailed). */
const serverPage = schema((v) =>
  v.object({
    servers: v.array(
      v.object({
        id: v.string(),
        name: v.string(),
        metadata: v.optional(v.record(v.string(), v.string())),
      }),
    ),
    servers_links: v.optional(v.array(v.object({ rel: v.string() }))),
  }),
);

/** A server as a list shows it; its metadata are what other clouds call tags. */
export interface ListedServer {
  id: string;
  name?: string;
  tags: Record<string, string>;
}

/** One page of the project's servers. @param marker - the last server of the page before. */
export async function listServers(
  session: NovaSession,
  deadline: Deadline,
  marker: string | undefined,
): Promise<{ servers: ListedServer[]; next?: string }> {
  const action = "listServersDetailed";
  const query = { limit: String(PAGE), ...(marker === undefined ? {} : { marker }) };
  const request = { action, ids: [], path: "/servers/detail", query };
  const answer = await session.request("compute", request, deadline, serverPage);
  const servers = answer.servers.map(({ id, name, metadata = {} }) => ({
    id,
    ...(name ? { name } : {}),
    tags: metadata,
  }));
  const isMore = answer.servers_links?.some(({ rel }) => rel === "next") ?? false;
  const last = servers.at(-1)?.id;
  if (isMore && last === undefined) throw notTheApis("an empty page is followed by another", { action });
  return { servers, ...(isMore && last !== undefined ? { next: last } : {}) };
}
