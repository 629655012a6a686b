import { VendorError } from "../../cloud";
import type { Action } from "../front";
import { integer, jsonList, type Parameters, required } from "../parameters";
import { checkRegion, existing, own, paged } from "../resources";
import type { AlicloudWorld, Instance } from "../world";

/** Source: Alibaba Cloud ECS API 2014-05-26, DescribeInstances, error codes (2021-07). */
const malformed = new VendorError(
  400,
  "InvalidInstanceIds.Malformed",
  "The amount of specified instance Ids exceeds the limit.",
);

/**
 * Unknown ids, and ids of another region or account, are left out without an error. `InstanceIds` is a JSON array of at most
 * 100 ids; the page still holds 10 unless PageSize or MaxResults say more.
 * Source: Alibaba Cloud ECS API 2014-05-26, DescribeInstances, request parameters; SDK model ecs-20140526 7.x.
 */
export const describeInstances: Action = {
  kind: "read",
  run(call) {
    const { world, parameters } = call;
    required(parameters, "RegionId");
    checkRegion(call);
    const ids = jsonList(parameters, "InstanceIds", malformed);
    const groupId = parameters.get("SecurityGroupId");
    const found = own(world.instances, call).filter(
      ([id, instance]) =>
        (ids === undefined || ids.length === 0 || ids.includes(id)) &&
        (groupId === undefined || instance.securityGroupIds.includes(groupId)),
    );
    const { number, size } = pageOf(parameters);
    const { page, ...counts } = paged(found, number, size);
    const more = number * size < found.length;
    return {
      ...counts,
      NextToken: more ? String(number + 1) : "",
      Instances: { Instance: page.map(([id, instance]) => describe(id, instance, world)) },
    };
  },
};

/** PageNumber and PageSize (10, at most 100), or NextToken and MaxResults (10 to 100, fewer are made 10). */
export function pageOf(parameters: Parameters): { number: number; size: number } {
  const whole = { least: 1, most: 2 ** 31, otherwise: 1 };
  const size = integer(parameters, "PageSize", { least: 1, most: 100, otherwise: 10 });
  if (parameters.get("MaxResults") === undefined && parameters.get("NextToken") === undefined) {
    return { number: integer(parameters, "PageNumber", whole), size };
  }
  const results = integer(parameters, "MaxResults", { least: 1, most: 100, otherwise: 10 });
  return { number: integer(parameters, "NextToken", whole), size: Math.max(10, results) };
}

const describe = (id: string, instance: Instance, world: AlicloudWorld): object => ({
  InstanceId: id,
  InstanceName: instance.name ?? id,
  Tags: tagsOf(instance),
  RegionId: instance.regionId,
  Status: instance.status,
  VpcAttributes: { VpcId: instance.vpcId },
  OperationLocks: {
    LockReason: instance.lockReason === undefined ? [] : [{ LockReason: instance.lockReason }],
  },
  SecurityGroupIds: { SecurityGroupId: existing(instance.securityGroupIds, world.securityGroups) },
});

/** Tags of an instance or a network interface. Source: SDK model ecs-20140526 7.x, `Tags.Tag[].TagKey`. */
export const tagsOf = ({ tags = {} }: { tags?: Record<string, string> }): object => ({
  Tag: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
});
