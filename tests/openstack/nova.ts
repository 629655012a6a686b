import { readFileSync } from "node:fs";
import type { Context } from "mocha";
import { skip } from "../kit/skip";

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
  network: string;
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

/** The variables by which programs and commands reach it. */
export function environmentOf(rc: OpenRc): Record<string, string> {
  return {
    OS_AUTH_URL: rc.auth_url,
    OS_USERNAME: rc.username,
    OS_PASSWORD: rc.password,
    OS_PROJECT_NAME: rc.project_name,
    OS_USER_DOMAIN_ID: rc.user_domain_id,
    OS_PROJECT_DOMAIN_ID: rc.project_domain_id,
    OS_REGION_NAME: rc.region,
  };
}

/** Looks at servers and changes them past our package, with plain requests. */
export class Nova {
  #session: Promise<Login> | undefined;

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
    this.#session ??= login(this.rc);
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
}

/** What Keystone tells at a login. */
interface Login {
  token: string;
  projectId: string;
  compute: string;
}

/** Another user, and the project of that one. */
export function otherUser(rc: OpenRc): [user: string, project: string] {
  return ["other", rc.other_users?.other ?? "other"];
}

/** Logs a user in to a project, past our package. */
export async function login(rc: OpenRc, user = rc.username, project = rc.project_name): Promise<Login> {
  const { user_domain_id, project_domain_id, password, auth_url } = rc;
  const response = await fetch(`${auth_url}/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ["password"],
          password: { user: { name: user, domain: { id: user_domain_id }, password } },
        },
        scope: { project: { name: project, domain: { id: project_domain_id } } },
      },
    }),
  });
  if (!response.ok) throw new Error(`login: ${response.status} ${await response.text()}`);
  const { token } = (await response.json()) as { token: { catalog: Service[]; project: { id: string } } };
  const compute = token.catalog
    .filter(({ type }) => type === "compute")
    .flatMap(({ endpoints }) => endpoints)
    .find((endpoint) => endpoint.interface === "public" && endpoint.region_id === rc.region);
  return {
    token: response.headers.get("x-subject-token") ?? "",
    projectId: token.project.id,
    compute: compute?.url ?? rc.compute,
  };
}

interface Service {
  type: string;
  endpoints: { interface: string; region_id: string; url: string }[];
}
