import { cloudOf } from "../core/cloud/cloud";
import { classify } from "./errors";
import { vendor } from "./settings";

/** Huawei Cloud: requests signed with an access key, or with a token that its IAM gives for a login. */
export const huaweicloud = cloudOf(vendor, () => require("./client") as typeof import("./client"), classify);
