import type { Operation } from "../front";
import { json } from "../json";
import { groupBody, securityGroup } from "./security-group";

/** Source: measured on Neutron 21.0.0 (Zed). */
export const showSecurityGroup: Operation = {
  action: "showSecurityGroup",
  kind: "read",
  run: ({ context, caller, id }) =>
    json(200, { security_group: groupBody(id, securityGroup(context.world, id, caller)) }),
};
