import type { Action } from "../front";
import { integer, jsonList, type Parameters } from "../parameters";
import { existing, own, paged } from "../resources";
import { errors } from "./errors";
import { anyRegion } from "./member";

/**
 * Filters are ANDed and empty ones ignored, but `InstanceIds=[]` finds nothing.
 * Source: Alibaba Cloud ENS API 2017-11-10, DescribeInstances; SDK model ens-20171110 (whose answer has a Code, 0).
 */
export const describeInstances: Action = {
  kind: "read",
  run(call) {
    const { world, parameters } = call;
    const ids = jsonList(parameters, "InstanceIds", errors.field("InstanceIds"));
    const given = (name: string) => parameters.get(name) || undefined;
    const [id, region, groupId] = [given("InstanceId"), given("EnsRegionId"), given("SecurityGroupId")];
    const found = own(world.ensInstances, anyRegion(call)).filter(
      ([key, item]) =>
        (id === undefined || key === id) &&
        (ids === undefined || ids.includes(key)) &&
        (region === undefined || item.ensRegionId === region) &&
        (groupId === undefined || item.securityGroupIds.includes(groupId)),
    );
    const { page, ...counts } = pageOf(found, parameters);
    return {
      Code: 0,
      ...counts,
      Instances: {
        Instance: page.map(([key, item]) => ({
          InstanceId: key,
          InstanceName: item.name ?? key,
          EnsRegionId: item.ensRegionId,
          Status: item.status,
          SecurityGroupIds: { SecurityGroupId: existing(item.securityGroupIds, world.ensSecurityGroups) },
        })),
      },
    };
  },
};

/** PageSize: 10, at most 100 (DescribeSecurityGroups: 50). */
export function pageOf<T>(items: T[], parameters: Parameters, most = 100): ReturnType<typeof paged<T>> {
  const number = integer(parameters, "PageNumber", { least: 1, most: 2 ** 31, otherwise: 1 });
  return paged(items, number, integer(parameters, "PageSize", { least: 1, most, otherwise: 10 }));
}
