import type { Deadline } from "../../core/contract/cloud";
import type { NovaSession } from "../client";

/** What Nova tells of a server. */
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

  async interfaces(): Promise<number> {
    return (await this.#list("listPortInterfaces", "os-interface", "interfaceAttachments")).length;
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
