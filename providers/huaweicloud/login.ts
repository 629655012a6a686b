import type { Deadline, Where } from "../core/contract/cloud";
import type { Settings } from "../core/util/settings";
import { ApiSession, Client, type NovaSession } from "../openstack/client";
import { Keystone } from "../openstack/keystone";
import { orConfigured } from "./agencies";
import { accessTo } from "./credentials";
import { keySession } from "./session";

/** Logs in with an access key, a user or a token. @throws CloudError, or an Error that says what is missing in the credentials. */
export function connect(where: Where, settings: Settings, deadline: Deadline): Promise<NovaSession> {
  return orConfigured(where, (at) => logIn(at, settings, deadline));
}

async function logIn(where: Where, settings: Settings, deadline: Deadline): Promise<NovaSession> {
  const access = accessTo(where, settings);
  if ("keys" in access) return keySession("huaweicloud", access, settings, deadline);
  const keystone = new Keystone("huaweicloud", access.login, settings);
  const { projectId } = await keystone.token(deadline);
  if (!projectId)
    throw new Error("the login is for no project; set config huaweicloud:projectName (HW_PROJECT_NAME)");
  const client = new Client("huaweicloud", settings, access.tls, keystone);
  return new ApiSession(client, projectId, access.region, access.endpoints(projectId));
}
