import type { Cloud } from "../core/contract/cloud";
import { classifyGateway } from "../huaweicloud/errors";
import type { NovaSession } from "../openstack/client";
import { classify } from "../openstack/errors";
import { vendor } from "./settings";

/** Open Telekom Cloud: OpenStack's settings and login, and Huawei's access keys and gateway. */
export const opentelekomcloud: Cloud<NovaSession> = {
  ...vendor,
  // Signers, credentials and clients load with the first operation, and never in a program.
  connect: async (where, settings, deadline) =>
    (require("./client") as typeof import("./client")).connect(where, settings, deadline),
  classify: (error, verb) => classifyGateway(error, verb) ?? classify(error, verb),
};
