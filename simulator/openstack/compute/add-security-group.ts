import type { ServerAction } from "./act-on-server";
import { badRequest } from "./errors";
import { changePorts, nameGiven } from "./security-groups";

/** Source: measured on Nova 26.2.2 (Zed); openstack/nova, nova/network/security_group_api.py, add_to_instance. */
export const addSecurityGroup: ServerAction = async (work, given) => {
  await changePorts(work, nameGiven(given, work.context), {
    verb: "add",
    rewrite(groups, groupId, port, { variant }) {
      if (!(port.portSecurityEnabled && port.ipAddress !== "")) {
        throw badRequest(
          "Network requires port_security_enabled and subnet associated in order to apply security groups.",
        );
      }
      if (groups.includes(groupId) && variant("nova.addTwice") === "success") return undefined;
      return [...groups, groupId];
    },
  });
};
