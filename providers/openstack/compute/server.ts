import type { Deadline } from "../../core/contract/cloud";
import type { NovaSession } from "../client";

/** A network interface of a server. */
export interface Interface {
  id: string;
  /** One whose port security is off, or that has no address, takes no security group. Undefined: it is not known. */
  takesGroups: boolean | undefined;
}

/** The part of a Neutron port that matters. */
interface Port {
  id: string;
  port_security_enabled?: boolean;
  fixed_ips?: unknown[];
}

/** What Nova and Neutron tell of a server. */
export class Server {
  constructor(
    readonly session: NovaSession,
    readonly id: string,
    readonly deadline: Deadline,
  ) {}

  /** The ids of its groups, one entry for each interface that has the group. */
  async groups(): Promise<string[]> {
    const list = await this.#list<{ id: string }>(
      "listServerSecurityGroups",
      "os-security-groups",
      "security_groups",
    );
    return list.map((group) => group.id);
  }

  /** Its network interfaces. Neutron tells which take security groups at all; Nova alone does not. */
  async interfaces(): Promise<Interface[]> {
    if (!this.session.has("network")) {
      const attached = await this.#list<{ port_id: string }>(
        "listPortInterfaces",
        "os-interface",
        "interfaceAttachments",
      );
      return attached.map(({ port_id }) => ({ id: port_id, takesGroups: undefined }));
    }
    const request = {
      action: "listPorts",
      ids: [this.id],
      path: "/v2.0/ports",
      query: { device_id: this.id },
    };
    const ports = await this.session.list<Port>("network", request, "ports", this.deadline);
    return ports.map(({ id, port_security_enabled, fixed_ips }) => ({
      id,
      takesGroups: port_security_enabled !== false && fixed_ips?.length !== 0,
    }));
  }

  /** While it is, it has no ports that could take a group. */
  async isBuilding(): Promise<boolean> {
    const request = { action: "showServerDetails", ids: [this.id], path: `/servers/${this.id}` };
    const answer = (await this.session.request("compute", request, this.deadline)) as {
      server?: { status?: string };
    };
    return answer?.server?.status === "BUILD";
  }

  #list<Item>(action: string, path: string, key: string): Promise<Item[]> {
    const request = { action, ids: [this.id], path: `/servers/${this.id}/${path}` };
    return this.session.list<Item>("compute", request, key, this.deadline);
  }
}
