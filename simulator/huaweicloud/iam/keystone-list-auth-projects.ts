import type { IdentityOperation } from "../../openstack/identity/operation";
import { projectsNamed } from "../../openstack/identity/project";
import { json } from "../../openstack/json";
import { rolesIn } from "../authentication";
import type { HuaweicloudWorld } from "../world";

/** Those in which the caller has a role. Source: https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0002.html */
export const keystoneListAuthProjects: IdentityOperation<HuaweicloudWorld> = {
  action: "KeystoneListAuthProjects",
  known: true,
  run({ request, caller, context: { world } }) {
    const mine = rolesIn(world, caller.userId);
    return json(200, {
      projects: projectsNamed(request, world).filter(({ id }) => (mine[id] ?? []).length > 0),
    });
  },
};
