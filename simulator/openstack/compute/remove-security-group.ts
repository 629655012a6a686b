import type { ServerAction } from "./act-on-server";
import { badRequest, notFound } from "./errors";
import { changePorts, nameGiven } from "./security-groups";

/** Source: measured on Nova 26.2.2 (Zed); openstack/nova, nova/network/security_group_api.py, remove_from_instance. */
export const removeSecurityGroup: ServerAction = async (work, given) => {
  const name = nameGiven(given, work.context);
  const written = await changePorts(work, name, {
    verb: "remove",
    rewrite(groups, groupId, _port, { variant }) {
      if (!groups.includes(groupId)) return undefined;
      if (groups.length === 1 && variant("nova.removeLast") === "error") {
        throw badRequest("The last security group of a port cannot be removed.");
      }
      return groups.filter((id) => id !== groupId);
    },
  });
  if (written === 0) throw notFound(`Security group ${name} not associated with the instance ${work.id}`);
};
