import type { Cloud } from "../core/contract/cloud";
import { setting } from "../core/util/settings";
import type { TencentcloudSession } from "./client";
import { classify } from "./errors";

/** Tencent Cloud. */
export const tencentcloud: Cloud<TencentcloudSession> = {
  name: "tencentcloud",
  title: "Tencent Cloud",
  region: (settings) => setting(settings, "tencentcloud:region", "TENCENTCLOUD_REGION"),
  // Signers, credentials and clients load with the first operation, and never in a program.
  connect: async (where, settings, deadline) =>
    (require("./login") as typeof import("./login")).connect(where, settings, deadline),
  classify,
};
