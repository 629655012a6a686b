import { cloudOf } from "../core/cloud/cloud";
import { classifyGateway } from "../huaweicloud/errors";
import { classify } from "../openstack/errors";
import { vendor } from "./settings";

/** Open Telekom Cloud: OpenStack's settings and login, and Huawei's access keys and gateway. */
export const opentelekomcloud = cloudOf(
  vendor,
  () => require("./client") as typeof import("./client"),
  (error, verb) => classifyGateway(error, verb) ?? classify(error, verb),
);
