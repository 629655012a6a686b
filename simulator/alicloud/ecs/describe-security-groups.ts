import { errors } from "../errors";
import type { Action } from "../front";
import { jsonList, required } from "../parameters";
import { checkRegion, own, paged } from "../resources";
import { pageOf } from "./describe-instances";

/**
 * `SecurityGroupIds` is a JSON array of at most 100 ids; unknown ones are left out.
 * Source: Alibaba Cloud ECS API 2014-05-26, DescribeSecurityGroups; SDK model ecs-20140526 7.x.
 */
export const describeSecurityGroups: Action = {
  kind: "read",
  run(call) {
    const { world, parameters } = call;
    required(parameters, "RegionId");
    checkRegion(call);
    const ids = jsonList(parameters, "SecurityGroupIds", errors.invalid("SecurityGroupIds"));
    const found = own(world.securityGroups, call).filter(
      ([id]) => ids === undefined || ids.length === 0 || ids.includes(id),
    );
    const { number, size } = pageOf(parameters);
    const { page, ...counts } = paged(found, number, size);
    return {
      ...counts,
      NextToken: number * size < found.length ? String(number + 1) : "",
      SecurityGroups: {
        SecurityGroup: page.map(([id, { name, type, vpcId }]) => ({
          SecurityGroupId: id,
          SecurityGroupName: name,
          SecurityGroupType: type,
          VpcId: vpcId,
        })),
      },
    };
  },
};
