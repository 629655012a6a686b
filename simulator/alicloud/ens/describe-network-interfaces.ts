import type { Action } from "../front";
import { list } from "../parameters";
import { existing, own } from "../resources";
import { pageOf } from "./describe-instances";
import { errors } from "./errors";
import { anyRegion } from "./member";

/**
 * Here the ids are in `SecurityGroupIds.SecurityGroup`, where ECS says `SecurityGroupId`.
 * Source: Alibaba Cloud ENS API 2017-11-10, DescribeNetworkInterfaces; SDK model ens-20171110.
 */
export const describeNetworkInterfaces: Action = {
  kind: "read",
  run(call) {
    const { world, parameters } = call;
    const ids = [parameters.get("NetworkInterfaceId") ?? [], list(parameters, "NetworkInterfaceIds")].flat();
    if (ids.length > 100) throw errors.field("NetworkInterfaceIds");
    const [groupId, instanceId] = [parameters.get("SecurityGroupId"), parameters.get("InstanceId")];
    const found = own(world.ensNetworkInterfaces, anyRegion(call)).filter(
      ([id, item]) =>
        (ids.length === 0 || ids.includes(id)) &&
        (instanceId === undefined || item.instanceId === instanceId) &&
        (groupId === undefined || item.securityGroupIds.includes(groupId)),
    );
    const { page, ...counts } = pageOf(found, parameters);
    return {
      ...counts,
      NetworkInterfaceSets: {
        NetworkInterfaceSet: page.map(([id, item]) => ({
          NetworkInterfaceId: id,
          EnsRegionId: item.ensRegionId,
          Status: item.status,
          InstanceId: item.instanceId ?? "",
          SecurityGroupIds: { SecurityGroup: existing(item.securityGroupIds, world.ensSecurityGroups) },
        })),
      },
    };
  },
};
