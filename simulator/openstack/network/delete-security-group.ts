import type { Operation } from "../front";
import { errors } from "./errors";
import { securityGroup } from "./security-group";

/** Source: measured on Neutron 21.0.0 (Zed). */
export const deleteSecurityGroup: Operation = {
  action: "deleteSecurityGroup",
  kind: "write",
  run({ context: { world }, caller, id }) {
    securityGroup(world, id, caller);
    if (Object.values(world.ports).some((port) => port.securityGroupIds.includes(id))) {
      throw errors.groupInUse(id);
    }
    delete world.securityGroups[id];
    return { status: 204, body: "" };
  },
};
