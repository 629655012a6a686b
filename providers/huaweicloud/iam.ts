import { role } from "../core/cloud/credentials";
import type { Deadline } from "../core/contract/cloud";
import { CloudError } from "../core/contract/errors";
import { LOGIN } from "../openstack/errors";
import { type Client, field } from "../openstack/request";
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
  const domain =
    "id" in agency.domain ? { domain_id: agency.domain.id } : { domain_name: agency.domain.name };
  const assume_role = {
    agency_name: agency.name,
    ...domain,
    ...(agency.durationSeconds ? { duration_seconds: agency.durationSeconds } : {}),
    ...(agency.sessionName ? { session_user: { name: agency.sessionName } } : {}),
  };
  const request = {
    product: "iam",
    action: LOGIN.agency,
    ids: [agency.name],
    url: new URL("/v3.0/OS-CREDENTIAL/securitytokens", iam),
    body: { auth: { identity: { methods: ["assume_role"], assume_role } } },
  };
  const { body } = await role(() => client.request(request, nowhere, deadline), classify);
  const credential = field(body, "credential");
  const part = (name: string) => {
    const value = field(credential, name);
    if (typeof value === "string" && value !== "") return value;
    throw new CloudError({
      code: "UnreadableAnswer",
      message: `${iam.host} gave no ${name}`,
      action: LOGIN.agency,
    });
  };
  return {
    access: part("access"),
    secret: part("secret"),
    securityToken: part("securitytoken"),
    expires: Date.parse(part("expires_at")),
  };
}

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
  const { body } = await client.request({ product: "iam", action, ids: [name], url }, nowhere, deadline);
  const projects = field(body, "projects");
  if (!Array.isArray(projects)) {
    throw new CloudError({
      code: "UnreadableAnswer",
      message: `${iam.host} gave no list of projects`,
      action,
    });
  }
  const ids = projects
    .filter((project) => field(project, "name") === name)
    .map((project) => field(project, "id"));
  if (ids.length === 1 && typeof ids[0] === "string") return ids[0];
  throw new Error(
    `the account has ${ids.length === 0 ? "no project" : `${ids.length} projects`} named "${name}"; choose one by its id or name, in config or environment`,
  );
}
