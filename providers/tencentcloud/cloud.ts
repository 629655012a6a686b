import { cloudOf } from "../core/cloud/cloud";
import { classify } from "./errors";
import { vendor } from "./settings";

/** Tencent Cloud. */
export const tencentcloud = cloudOf(vendor, () => require("./client") as typeof import("./client"), classify);
