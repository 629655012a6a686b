import { errors as common } from "../errors";
import type { RpcCall } from "../front";
import { required } from "../parameters";
import { checkRegion, existing, ownOne } from "../resources";
import type { AlicloudWorld, NetworkInterface, SecurityGroup } from "../world";
import { errors } from "./errors";

/** What joins and leaves security groups: an instance, or an ENI. */
export interface Member {
  kind: "instance" | "interface";
  vpcId: string;
  /** Of groups that still exist. */
  groupIds: string[];
  setGroupIds(ids: string[]): void;
}

export interface Pair {
  member: Member;
  groupId: string;
  group: SecurityGroup;
}

/** The two that JoinSecurityGroup or LeaveSecurityGroup names, found and in a state that lets them be changed. */
export function pair(call: RpcCall): Pair {
  const { parameters, world } = call;
  const groupId = required(parameters, "SecurityGroupId");
  const [instanceId, interfaceId] = [parameters.get("InstanceId"), parameters.get("NetworkInterfaceId")];
  if (instanceId !== undefined && interfaceId !== undefined) throw errors.bothIds;
  if (instanceId === undefined && interfaceId === undefined) throw common.missing("InstanceId");
  // "You must specify the region ID of the ENI" (request parameters).
  if (interfaceId !== undefined && parameters.get("RegionId") === undefined) throw errors.noRegion;
  checkRegion(call);
  const member =
    interfaceId === undefined ? instance(instanceId ?? "", call) : networkInterface(interfaceId, call);
  const group = ownOne(world.securityGroups, groupId, call);
  if (group === undefined) throw errors.noGroup;
  if (group.serviceManaged) throw errors.managedGroup;
  return { member, groupId, group };
}

function instance(id: string, call: RpcCall): Member {
  const { world } = call;
  if (!/^i-[a-z0-9]+$/i.test(id)) throw errors.malformedInstance;
  const found = ownOne(world.instances, id, call);
  if (found === undefined) throw errors.noInstance;
  if (found.lockReason === "security") throw errors.locked;
  if (found.status === "Pending") throw errors.beingCreated;
  // "the instance must be in the Stopped or Running state" (description of both actions).
  if (found.status !== "Running" && found.status !== "Stopped") throw errors.status;
  return {
    kind: "instance",
    vpcId: found.vpcId,
    groupIds: existing(found.securityGroupIds, world.securityGroups),
    setGroupIds: (ids) => {
      found.securityGroupIds = ids;
    },
  };
}

function networkInterface(id: string, call: RpcCall): Member {
  const { world } = call;
  if (!/^eni-[a-z0-9]+$/i.test(id)) throw errors.malformedInterface;
  const found = ownOne(world.networkInterfaces, id, call);
  if (found === undefined) throw errors.noInterface;
  if (found.serviceManaged) throw errors.managedInterface;
  if (found.type === "Primary") throw errors.interfaceType;
  if (found.status !== "Available" && found.status !== "InUse") throw errors.interfaceState;
  return {
    kind: "interface",
    vpcId: found.vpcId,
    groupIds: groupsOf(found, world),
    setGroupIds: (ids) => {
      found.securityGroupIds = ids;
    },
  };
}

/** A primary ENI is in the groups of its instance. */
export function groupsOf(networkInterface: NetworkInterface, world: AlicloudWorld): string[] {
  const { type, instanceId, securityGroupIds } = networkInterface;
  const instance = type === "Primary" ? world.instances[instanceId ?? ""] : undefined;
  return existing(instance?.securityGroupIds ?? securityGroupIds, world.securityGroups);
}

/** How many instances and secondary ENIs a group holds. */
export function memberCount(groupId: string, world: AlicloudWorld): number {
  const interfaces = Object.values(world.networkInterfaces).filter(({ type }) => type === "Secondary");
  const lists = [...Object.values(world.instances), ...interfaces].map((item) => item.securityGroupIds);
  return lists.filter((ids) => ids.includes(groupId)).length;
}
