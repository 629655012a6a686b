import { type Caller, isAdmin } from "../authentication";
import type { ComputeWorld, SecurityGroup } from "../world";
import { errors } from "./errors";

export const visible = (resource: { projectId: string } | undefined, caller: Caller): boolean =>
  resource !== undefined && (isAdmin(caller) || resource.projectId === caller.projectId);

export function securityGroup(world: ComputeWorld, id: string, caller: Caller): SecurityGroup {
  const group = world.securityGroups[id];
  if (group === undefined || !visible(group, caller)) throw errors.noGroup(id);
  return group;
}

/** Rules are left out: nothing here looks at them. */
export const groupBody = (id: string, { name, projectId, description, stateful }: SecurityGroup) => ({
  id,
  name,
  stateful,
  tenant_id: projectId,
  description,
  shared: false,
  security_group_rules: [],
  tags: [],
  project_id: projectId,
});
