import type { RpcCall } from "../front";
import { existing, ownOne } from "../resources";
import type { EnsInstance, EnsNetworkInterface } from "../world";
import { errors } from "./errors";

/** The two that ENS JoinSecurityGroup or LeaveSecurityGroup names: an instance or an ENI, and a group. */
export function pair(call: RpcCall): {
  member: EnsInstance | EnsNetworkInterface;
  groupId: string;
  groupIds: string[];
} {
  const { parameters, world } = call;
  const groupId = parameters.get("SecurityGroupId") ?? "";
  const [instanceId, interfaceId] = [parameters.get("InstanceId"), parameters.get("NetworkInterfaceId")];
  if (groupId === "" || (instanceId === undefined && interfaceId === undefined)) throw errors.missing;
  // Both are optional in the vendor's table, and nothing is said of giving both.
  if (instanceId !== undefined && interfaceId !== undefined) {
    throw errors.parameter("InstanceId and NetworkInterfaceId");
  }
  const member =
    interfaceId === undefined ? instance(instanceId ?? "", call) : networkInterface(interfaceId, call);
  if (ownOne(world.ensSecurityGroups, groupId, anyRegion(call)) === undefined) throw errors.noGroup;
  return { member, groupId, groupIds: existing(member.securityGroupIds, world.ensSecurityGroups) };
}

/** ENS has one endpoint for all of its regions, and no RegionId. */
export const anyRegion = ({ accountId }: RpcCall): Pick<RpcCall, "accountId" | "regionId"> => ({
  accountId,
  regionId: undefined,
});

function instance(id: string, call: RpcCall): EnsInstance {
  const found = ownOne(call.world.ensInstances, id, anyRegion(call));
  if (found === undefined) throw errors.noInstance;
  // "the instance must be in the Stopped or Running state"; the table's example for the code is a disk that is being reset.
  if (found.status !== "Running" && found.status !== "Stopped") throw errors.status;
  return found;
}

function networkInterface(id: string, call: RpcCall): EnsNetworkInterface {
  const found = ownOne(call.world.ensNetworkInterfaces, id, anyRegion(call));
  if (found === undefined) throw errors.field("NetworkInterfaceId");
  return found;
}
