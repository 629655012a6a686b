import type { Cloud } from "../core/contract/cloud";
import type { AlicloudSession } from "./client";
import { classify } from "./errors";
import { vendor } from "./settings";

/** Alibaba Cloud. */
export const alicloud: Cloud<AlicloudSession> = {
  ...vendor,
  // Signers, credentials and clients load with the first operation, and never in a program.
  connect: async (where, settings, deadline) =>
    (require("./client") as typeof import("./client")).connect(where, settings, deadline),
  classify,
};
