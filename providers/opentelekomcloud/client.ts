import type { Deadline, Where } from "../core/contract/cloud";
import type { Settings } from "../core/util/settings";
import { keySession } from "../huaweicloud/client";
import { keystoneSession, type NovaSession } from "../openstack/client";
import { accessTo } from "./credentials";
import { vendor } from "./settings";

/** Logs in with a token, an access key or a password. @throws CloudError, or an Error that says what is missing in the credentials. */
export async function connect(where: Where, settings: Settings, deadline: Deadline): Promise<NovaSession> {
  const access = accessTo(where, settings);
  return "keys" in access
    ? keySession(vendor, access, settings, deadline)
    : keystoneSession(vendor, where.region, access, settings, deadline);
}
