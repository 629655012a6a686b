import type { Cloud } from "../core/contract/cloud";
import type { NovaSession } from "./client";
import { classify } from "./errors";
import { vendor } from "./settings";

/** OpenStack, any of them: login by Keystone v3, endpoints from its catalogue. */
export const openstack: Cloud<NovaSession> = {
  ...vendor,
  // Signers, credentials and clients load with the first operation, and never in a program.
  connect: async (where, settings, deadline) =>
    (require("./client") as typeof import("./client")).connect(where, settings, deadline),
  classify,
};
