import type { IdentityOperation } from "../../openstack/identity/operation";
import { projectsNamed } from "../../openstack/identity/project";
import { json } from "../../openstack/json";
import type { HuaweicloudWorld } from "../world";
import { domainOf } from "./domain";

/** Those of the account. Source: https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html */
export const keystoneListProjects: IdentityOperation<HuaweicloudWorld> = {
  action: "KeystoneListProjects",
  known: true,
  run({ request, caller, context: { world } }) {
    const domainId = domainOf(world, caller.userId);
    const mine = projectsNamed(request, world).filter((project) => project.domain_id === domainId);
    return json(200, { projects: mine, links: { self: request.url.href, previous: null, next: null } });
  },
};
