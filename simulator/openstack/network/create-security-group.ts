import { randomUUID } from "node:crypto";
import type { Operation } from "../front";
import { json, jsonBody, object, text } from "../json";
import type { SecurityGroup } from "../world";
import { groupBody } from "./security-group";

/** Source: measured on Neutron 21.0.0 (Zed). */
export const createSecurityGroup: Operation = {
  action: "createSecurityGroup",
  kind: "write",
  run({ request, context, caller }) {
    const { name, description, stateful } = object(object(jsonBody(request)).security_group);
    const id = randomUUID();
    const group: SecurityGroup = {
      name: text(name) ?? "",
      projectId: caller.projectId,
      description: text(description) ?? "",
      stateful: stateful !== false,
    };
    context.world.securityGroups[id] = group;
    return json(201, { security_group: groupBody(id, group) });
  },
};
