import { errors } from "../errors";
import type { Action } from "../front";
import { list, required } from "../parameters";
import { checkRegion, own, paged } from "../resources";
import { pageOf, tagsOf } from "./describe-instances";
import { groupsOf } from "./member";

/**
 * Unknown ids are left out. The SecurityGroupId filter finds secondary ENIs only.
 * Source: Alibaba Cloud ECS API 2014-05-26, DescribeNetworkInterfaces, request parameters; SDK model ecs-20140526 7.x.
 */
export const describeNetworkInterfaces: Action = {
  kind: "read",
  run(call) {
    const { world, parameters } = call;
    required(parameters, "RegionId");
    checkRegion(call);
    const ids = list(parameters, "NetworkInterfaceId");
    if (ids.length > 100) throw errors.invalid("NetworkInterfaceId.101");
    const [groupId, instanceId] = [parameters.get("SecurityGroupId"), parameters.get("InstanceId")];
    const type = parameters.get("Type");
    const found = own(world.networkInterfaces, call).filter(
      ([id, item]) =>
        (type === undefined || item.type === type) &&
        (ids.length === 0 || ids.includes(id)) &&
        (instanceId === undefined || item.instanceId === instanceId) &&
        (groupId === undefined || (item.type === "Secondary" && groupsOf(item, world).includes(groupId))),
    );
    const { number, size } = pageOf(parameters);
    const { page, ...counts } = paged(found, number, size);
    return {
      ...counts,
      NextToken: number * size < found.length ? String(number + 1) : "",
      NetworkInterfaceSets: {
        NetworkInterfaceSet: page.map(([id, item]) => ({
          NetworkInterfaceId: id,
          NetworkInterfaceName: item.name ?? "",
          Tags: tagsOf(item),
          Status: item.status,
          Type: item.type,
          ServiceManaged: item.serviceManaged ?? false,
          InstanceId: item.instanceId ?? "",
          VpcId: item.vpcId,
          SecurityGroupIds: { SecurityGroupId: groupsOf(item, world) },
        })),
      },
    };
  },
};
