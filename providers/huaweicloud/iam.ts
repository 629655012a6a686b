import { token } from "../core/cloud/answer";
import { role } from "../core/cloud/credentials";
import type { Deadline } from "../core/contract/cloud";
import { schema } from "../core/util/schema";
import { LOGIN } from "../openstack/errors";
import type { Client } from "../openstack/request";
import { classify } from "./errors";
import type { Keys } from "./signer";

/** An agency: Huawei's role of another account, named by that account. */
export interface Agency {
  name: string;
  domain: { name: string } | { id: string };
  durationSeconds?: number;
  sessionName?: string;
}

const nowhere = { accountId: "", region: "" };

/**
 * Temporary keys of an agency.
 * Source: https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html (CreateTemporaryAccessKeyByAgency).
 */
export async function keysOfAgency(
  client: Client,
  iam: URL,
  agency: Agency,
  deadline: Deadline,
): Promise<Keys> {
  const { name, domain, durationSeconds, sessionName } = agency;
  const assume_role = {
    agency_name: name,
    ...("id" in domain ? { domain_id: domain.id } : { domain_name: domain.name }),
    // What is undefined is not sent.
    duration_seconds: durationSeconds,
    session_user: sessionName ? { name: sessionName } : undefined,
  };
  const request = {
    product: "iam",
    action: LOGIN.agency,
    ids: [agency.name],
    url: new URL("/v3.0/OS-CREDENTIAL/securitytokens", iam),
    body: { auth: { identity: { methods: ["assume_role"], assume_role } } },
  };
  const { body } = await role(() => client.request(request, nowhere, deadline, temporaryKeys), classify);
  const { credential } = body;
  const { access, secret, securitytoken: securityToken, expires_at } = credential;
  return { access, secret, securityToken, expires: Date.parse(expires_at) };
}

const temporaryKeys = schema((v) =>
  v.object({
    credential: v.object({
      access: token(),
      secret: token(),
      securitytoken: token(),
      expires_at: v.string(),
    }),
  }),
);

const projects = schema((v) => v.object({ projects: v.array(v.object({ id: token(), name: v.string() })) }));

/**
 * The id of a project. Never creates one, as Huawei's SDK does where it finds none.
 * Source: https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html (KeystoneListProjects).
 *
 * @throws CloudError, or an Error if there is no such project.
 */
export async function idOfProject(
  client: Client,
  iam: URL,
  name: string,
  deadline: Deadline,
): Promise<string> {
  const url = new URL("/v3/projects", iam);
  url.search = `name=${encodeURIComponent(name)}`;
  const action = LOGIN.projects;
  const request = { product: "iam", action, ids: [name], url };
  const { body } = await client.request(request, nowhere, deadline, projects);
  const ids = body.projects.filter((project) => project.name === name).map(({ id }) => id);
  if (ids.length === 1 && ids[0]) return ids[0];
  throw new Error(
    `the account has ${ids.length === 0 ? "no project" : `${ids.length} projects`} named "${name}"; choose one by its id or name, in config or environment`,
  );
}
