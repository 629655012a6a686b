import type { Cloud } from "../core/contract/cloud";
import { setting } from "../core/util/settings";
import { classify } from "../huaweicloud/errors";
import type { NovaSession } from "../openstack/client";

/** Open Telekom Cloud: OpenStack's settings and login, and Huawei's access keys and gateway. */
export const opentelekomcloud: Cloud<NovaSession> = {
  name: "opentelekomcloud",
  title: "Open Telekom Cloud",
  region: (settings, connection) =>
    connection?.profile
      ? undefined
      : setting(settings, "opentelekomcloud:region", "OS_REGION_NAME", "OS_REGION"),
  // Signers, credentials and clients load with the first operation, and never in a program.
  connect: async (where, settings, deadline) =>
    (require("./login") as typeof import("./login")).connect(where, settings, deadline),
  classify,
};
