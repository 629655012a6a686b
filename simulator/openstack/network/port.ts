import type { Caller } from "../authentication";
import type { ComputeWorld, Port } from "../world";
import { errors } from "./errors";
import { byId } from "./listing";
import { securityGroup, visible } from "./security-group";

export function portNamed(world: ComputeWorld, id: string, caller: Caller): Port {
  const port = world.ports[id];
  if (port === undefined || !visible(port, caller)) throw errors.noPort(id);
  return port;
}

/** The ports of a server, in the order in which Neutron lists them. */
export const portsOf = (world: ComputeWorld, serverId: string): [string, Port][] =>
  byId(world.ports).filter(([, port]) => port.serverId === serverId);

/** Makes `ids` the port's groups. What one may see is judged for the whole list, not only for what is new in it. */
export function setSecurityGroups(world: ComputeWorld, port: Port, ids: string[], caller: Caller): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw errors.groups(`Duplicate items in the list: '${twice}'.`);
  if (ids.length > 0 && !(port.portSecurityEnabled && port.ipAddress !== "")) {
    throw errors.groupsNeedSecurityAndAddress;
  }
  const groups = ids.map((id) => securityGroup(world, id, caller));
  if (groups.some(({ stateful }) => stateful !== groups[0]?.stateful)) throw errors.statefulAndStateless;
  port.securityGroupIds = ids;
}

export const portBody = (id: string, port: Port) => ({
  id,
  name: "",
  network_id: port.networkId,
  tenant_id: port.projectId,
  admin_state_up: true,
  status: "ACTIVE",
  device_id: port.serverId,
  device_owner: "compute:nova",
  fixed_ips:
    port.ipAddress === "" ? [] : [{ subnet_id: `5${port.networkId.slice(1)}`, ip_address: port.ipAddress }],
  security_groups: [...port.securityGroupIds].sort(),
  port_security_enabled: port.portSecurityEnabled,
  project_id: port.projectId,
});
