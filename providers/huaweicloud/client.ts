import { Renewable } from "../core/cloud/renewable";
import type { Deadline, Vendor } from "../core/contract/cloud";
import type { Settings } from "../core/util/settings";
import { ApiSession, type NovaSession } from "../openstack/client";
import { Keystone } from "../openstack/keystone";
import { Client } from "../openstack/request";
import type { HuaweiAccess, KeyAccess } from "./credentials";
import { idOfProject, keysOfAgency } from "./iam";
import { vendor } from "./settings";
import { Signer } from "./signer";

export { accessTo } from "./credentials";

/** Logs in with an access key, a user or a token. @throws CloudError, or an Error that says what is missing. */
export async function logIn(
  access: HuaweiAccess,
  settings: Settings,
  deadline: Deadline,
): Promise<NovaSession> {
  if ("keys" in access) return keySession(vendor, access, settings, deadline);
  const keystone = new Keystone(vendor, access.login, settings);
  const { projectId } = await keystone.token(deadline);
  if (!projectId)
    throw new Error("the login is for no project; set config huaweicloud:projectName (HW_PROJECT_NAME)");
  const client = new Client(vendor, settings, access.tls, keystone);
  return new ApiSession(client, projectId, access.region, access.endpoints(projectId));
}

/**
 * The session of an access key. It makes no call where the project's id is known: the first request proves the key.
 * @throws CloudError, or an Error that says what is missing.
 */
export async function keySession(
  cloud: Vendor,
  access: KeyAccess,
  settings: Settings,
  deadline: Deadline,
): Promise<NovaSession> {
  const { agency, iam, tls, project } = access;
  const own = new Renewable(async () => access.keys);
  const client = (signer: Signer) => new Client(cloud, settings, tls, signer);
  const keys = agency
    ? new Renewable((limits) => keysOfAgency(client(new Signer(own)), iam, agency, limits))
    : own;
  const projectId =
    "id" in project ? project.id : await idOfProject(client(new Signer(keys)), iam, project.name, deadline);
  const session = client(new Signer(keys, projectId));
  return new ApiSession(session, projectId, access.region, access.endpoints(projectId));
}
