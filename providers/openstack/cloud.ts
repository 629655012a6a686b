import { cloudOf } from "../core/cloud/cloud";
import { classify } from "./errors";
import { vendor } from "./settings";

/** OpenStack, any of them: login by Keystone v3, endpoints from its catalogue. */
export const openstack = cloudOf(vendor, () => require("./client") as typeof import("./client"), classify);
