import type { Cloud } from "../core/contract/cloud";
import { setting } from "../core/util/settings";
import type { AlicloudSession } from "./client";
import { classify } from "./errors";

/** Alibaba Cloud. */
export const alicloud: Cloud<AlicloudSession> = {
  name: "alicloud",
  title: "Alibaba Cloud",
  region: (settings) =>
    setting(
      settings,
      "alicloud:region",
      "ALICLOUD_REGION",
      "ALIBABA_CLOUD_REGION",
      "ALIBABA_CLOUD_REGION_ID",
    ),
  // Signers, credentials and clients load with the first operation, and never in a program.
  connect: async (where, settings, deadline) =>
    (require("./login") as typeof import("./login")).connect(where, settings, deadline),
  classify,
};
