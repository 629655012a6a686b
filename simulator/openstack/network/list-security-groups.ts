import type { Operation } from "../front";
import { json } from "../json";
import { byId, isOneOf } from "./listing";
import { groupBody, visible } from "./security-group";

/** Source: measured on Neutron 21.0.0 (Zed). */
export const listSecurityGroups: Operation = {
  action: "listSecurityGroups",
  kind: "read",
  run({ request, context, caller }) {
    const query = request.url.searchParams;
    const groups = byId(context.world.securityGroups).filter(
      ([id, group]) =>
        visible(group, caller) &&
        isOneOf(query, "id", id) &&
        isOneOf(query, "name", group.name) &&
        isOneOf(query, "project_id", group.projectId) &&
        isOneOf(query, "tenant_id", group.projectId),
    );
    return json(200, { security_groups: groups.map(([id, group]) => groupBody(id, group)) });
  },
};
