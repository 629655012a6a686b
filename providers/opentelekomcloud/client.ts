import type { Deadline } from "../core/contract/cloud";
import type { Settings } from "../core/util/settings";
import { keySession } from "../huaweicloud/client";
import type { KeyAccess } from "../huaweicloud/credentials";
import { keystoneSession, type NovaSession } from "../openstack/client";
import type { Access } from "../openstack/credentials";
import { vendor } from "./settings";

export { accessTo } from "./credentials";

/** Logs in with a token, an access key or a password. @throws CloudError, or an Error that says what is missing. */
export async function logIn(
  access: KeyAccess | Access,
  settings: Settings,
  deadline: Deadline,
): Promise<NovaSession> {
  return "keys" in access
    ? keySession(vendor, access, settings, deadline)
    : keystoneSession(vendor, access, settings, deadline);
}
