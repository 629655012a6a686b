import type { Cloud } from "../core/contract/cloud";
import type { NovaSession } from "../openstack/client";
import { classify } from "./errors";
import { vendor } from "./settings";

/** Huawei Cloud: requests signed with an access key, or with a token that its IAM gives for a login. */
export const huaweicloud: Cloud<NovaSession> = {
  ...vendor,
  // Signers, credentials and clients load with the first operation, and never in a program.
  connect: async (where, settings, deadline) =>
    (require("./client") as typeof import("./client")).connect(where, settings, deadline),
  classify,
};
