import { readFileSync } from "node:fs";
import type { Context } from "mocha";
import { skip } from "../skip";

/** The content of openrc.json: a true OpenStack, and what is in it for tests. */
export interface OpenRc {
  auth_url: string;
  region: string;
  username: string;
  password: string;
  project_name: string;
  user_domain_id: string;
  project_domain_id: string;
  compute: string;
  servers: Record<string, string>;
  security_groups: Record<string, string>;
  /** Users beside the first, with the project of each. Absent: the cloud is not ours. */
  other_users?: Record<string, string>;
}

/** The OpenStack that `npm run test:openstack` brought up. */
export function openRc(context: Context): OpenRc {
  const file = process.env.OPENSTACK_TEST ?? skip(context, "needs `npm run test:openstack`");
  return JSON.parse(readFileSync(file, "utf8")) as OpenRc;
}

/** Looks at servers and changes them past our package, with plain requests. */
export class Nova {
  #session: Promise<{ token: string; compute: string }> | undefined;

  constructor(readonly rc: OpenRc) {}

  async groups(server: string): Promise<string[]> {
    const { security_groups } = (await this.#request(`/servers/${server}/os-security-groups`)) as {
      security_groups: { id: string }[];
    };
    return [...new Set(security_groups.map(({ id }) => id))];
  }

  async add(server: string, group: string): Promise<void> {
    await this.#request(`/servers/${server}/action`, { addSecurityGroup: { name: group } });
  }

  async remove(server: string, group: string): Promise<void> {
    await this.#request(`/servers/${server}/action`, { removeSecurityGroup: { name: group } });
  }

  async #request(path: string, body?: unknown): Promise<unknown> {
    this.#session ??= this.#login();
    const { token, compute } = await this.#session;
    const response = await fetch(compute + path, {
      method: body ? "POST" : "GET",
      headers: { "x-auth-token": token, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  async #login(): Promise<{ token: string; compute: string }> {
    const { rc } = this;
    const user = { name: rc.username, domain: { id: rc.user_domain_id }, password: rc.password };
    const response = await fetch(`${rc.auth_url}/auth/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        auth: {
          identity: { methods: ["password"], password: { user } },
          scope: { project: { name: rc.project_name, domain: { id: rc.project_domain_id } } },
        },
      }),
    });
    if (!response.ok) throw new Error(`login: ${response.status} ${await response.text()}`);
    const { token } = (await response.json()) as { token: { catalog: Service[] } };
    const compute = token.catalog
      .filter(({ type }) => type === "compute")
      .flatMap(({ endpoints }) => endpoints)
      .find((endpoint) => endpoint.interface === "public" && endpoint.region_id === rc.region);
    return { token: response.headers.get("x-subject-token") ?? "", compute: compute?.url ?? rc.compute };
  }
}

interface Service {
  type: string;
  endpoints: { interface: string; region_id: string; url: string }[];
}
