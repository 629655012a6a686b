import type { Cloud } from "../core/contract/cloud";
import { setting } from "../core/util/settings";
import type { NovaSession } from "./client";
import { classify } from "./errors";

/** OpenStack, any of them: login by Keystone v3, endpoints from its catalogue. */
export const openstack: Cloud<NovaSession> = {
  name: "openstack",
  title: "OpenStack",
  // A profile is another cloud, with regions of its own.
  region: (settings, connection) =>
    connection?.profile ? undefined : setting(settings, "openstack:region", "OS_REGION_NAME"),
  // Signers, credentials and clients load with the first operation, and never in a program.
  connect: async (where, settings, deadline) =>
    (require("./login") as typeof import("./login")).connect(where, settings, deadline),
  classify,
};
