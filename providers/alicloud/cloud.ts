import { cloudOf } from "../core/cloud/cloud";
import { classify } from "./errors";
import { vendor } from "./settings";

/** Alibaba Cloud. */
export const alicloud = cloudOf(vendor, () => require("./client") as typeof import("./client"), classify);
