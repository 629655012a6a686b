import type { Cloud } from "../core/contract/cloud";
import type { NovaSession } from "../openstack/client";
import { configuredRegion } from "./ambient";
import { classify } from "./errors";

/** Huawei Cloud: requests signed with an access key, or with a token that its IAM gives for a login. */
export const huaweicloud: Cloud<NovaSession> = {
  name: "huaweicloud",
  title: "Huawei Cloud",
  region: configuredRegion,
  // Signers, credentials and clients load with the first operation, and never in a program.
  connect: async (where, settings, deadline) =>
    (require("./login") as typeof import("./login")).connect(where, settings, deadline),
  classify,
};
