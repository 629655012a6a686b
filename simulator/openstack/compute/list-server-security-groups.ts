import type { Operation } from "../front";
import { json } from "../json";
import { groupsOf, serverOf } from "./server";

/** Sorted by project and name. Source: openstack/nova, nova/api/openstack/compute/security_groups.py. */
export const listServerSecurityGroups: Operation = {
  action: "listServerSecurityGroups",
  kind: "read",
  run(work) {
    serverOf(work);
    const order = (group: { projectId: string; name: string }) => `${group.projectId} ${group.name}`;
    const groups = groupsOf(work).sort((one, two) => (order(one) < order(two) ? -1 : 1));
    return json(200, {
      security_groups: groups.map(({ id, name, projectId, description }) => ({
        id,
        name,
        tenant_id: projectId,
        description,
        rules: name === "default" ? ["4", "6"].map((family) => ruleFromItself(family, id, projectId)) : [],
      })),
    });
  },
};

/** A group named default lets its own members in, by IPv4 and IPv6. */
const ruleFromItself = (family: string, groupId: string, projectId: string) => ({
  id: `${family.repeat(8)}${groupId.slice(8)}`,
  parent_group_id: groupId,
  ip_protocol: null,
  from_port: null,
  to_port: null,
  group: { name: "default", tenant_id: projectId },
  ip_range: {},
});
