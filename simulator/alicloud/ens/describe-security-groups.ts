import type { Action } from "../front";
import { own } from "../resources";
import { pageOf } from "./describe-instances";
import { anyRegion } from "./member";

/** A group with its members. Source: Alibaba Cloud ENS API 2017-11-10, DescribeSecurityGroups; SDK model ens-20171110. */
export const describeSecurityGroups: Action = {
  kind: "read",
  run(call) {
    const { world, parameters } = call;
    const wanted = parameters.get("SecurityGroupId");
    const found = own(world.ensSecurityGroups, anyRegion(call)).filter(
      ([id]) => wanted === undefined || wanted === id,
    );
    const { page, ...counts } = pageOf(found, parameters, 50);
    const members = (collection: Record<string, { securityGroupIds: string[] }>, groupId: string) =>
      Object.entries(collection).flatMap(([id, item]) => (item.securityGroupIds.includes(groupId) ? id : []));
    return {
      ...counts,
      SecurityGroups: {
        SecurityGroup: page.map(([id, group]) => ({
          SecurityGroupId: id,
          SecurityGroupName: group.name,
          InstanceIds: { InstanceId: members(world.ensInstances, id) },
          NetworkInterfaceIds: { NetworkInterfaceId: members(world.ensNetworkInterfaces, id) },
        })),
      },
    };
  },
};
