import type { IdentityOperation } from "../../openstack/identity/operation";
import { json } from "../../openstack/json";
import type { HuaweicloudWorld } from "../world";
import { domainOf } from "./domain";

/** The caller's account. Source: https://support.huaweicloud.com/intl/en-us/api-iam/iam_07_0001.html */
export const keystoneListAuthDomains: IdentityOperation<HuaweicloudWorld> = {
  action: "KeystoneListAuthDomains",
  known: true,
  run({ caller, context: { world } }) {
    const id = domainOf(world, caller.userId);
    return json(200, { domains: [{ id, name: world.domains[id]?.name ?? "", enabled: true }] });
  },
};
