import type { Call, Cloud, Where } from "../association/association";
import type { Settings } from "../association/settings";
import { ApiSession, Client, type NovaSession } from "../openstack/client";
import { Keystone } from "../openstack/keystone";
import { orConfigured } from "./agencies";
import { accessTo, configuredRegion } from "./credentials";
import { classify } from "./errors";
import { keySession } from "./session";

/** Huawei Cloud: requests signed with an access key, or with a token that its IAM gives for a login. */
export const huaweicloud: Cloud<NovaSession> = {
  name: "huaweicloud",
  title: "Huawei Cloud",
  region: configuredRegion,
  connect: (where, settings, call) => orConfigured(where, (at) => logIn(at, settings, call)),
  classify,
};

async function logIn(where: Where, settings: Settings, call: Call): Promise<NovaSession> {
  const access = accessTo(where, settings);
  if ("keys" in access) return keySession("huaweicloud", access, settings, call);
  const keystone = new Keystone("huaweicloud", access.login, settings);
  const { projectId } = await keystone.token(call);
  if (!projectId)
    throw new Error("the login is for no project; set config huaweicloud:projectName (HW_PROJECT_NAME)");
  const client = new Client("huaweicloud", settings, access.tls, keystone);
  return new ApiSession(client, projectId, access.region, access.endpoints(projectId));
}
