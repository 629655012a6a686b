import type { Action } from "../front";
import { integer, listed, type Parameters, requiredStrings, strings } from "../parameters";
import type { Instance, TencentcloudWorld } from "../world";
import { errors } from "./errors";
import { checkInstanceId, existing } from "./resources";

const filterNames = ["instance-id", "instance-name", "instance-state", "security-group-id"] as const;

type FilterName = (typeof filterNames)[number];

/**
 * Unknown ids, and ids of another region or account, are left out without an error.
 * Source: Tencent Cloud CVM API 2017-03-12, DescribeInstances (https://www.tencentcloud.com/document/api/213/33258).
 */
export const describeInstances: Action = {
  kind: "read",
  parameters: ["InstanceIds", "Filters", "Offset", "Limit"],
  ids: (parameters) => listed(parameters, "InstanceIds"),
  run({ world, accountId, region, parameters }) {
    const ids = strings(parameters, "InstanceIds");
    const filters = filtersOf(parameters);
    if (ids !== undefined && filters.length > 0) throw errors.idsAndFilters;
    if ((ids?.length ?? 0) > 100) throw errors.tooMany("InstanceIds", 100);
    for (const id of ids ?? []) checkInstanceId(id);
    // "Limit: 20 by default, 100 at most", whatever the number of ids.
    const [offset, limit] = [integer(parameters, "Offset", 0), integer(parameters, "Limit", 20)];
    if (limit < 1 || limit > 100) throw errors.limit;
    const found = Object.entries(world.instances).filter(
      ([id, instance]) =>
        instance.accountId === accountId &&
        instance.region === region &&
        (ids?.includes(id) ?? true) &&
        filters.every(({ name, values }) =>
          values.some((value) => property(id, instance, name).includes(value)),
        ),
    );
    const page = found.slice(offset, offset + limit);
    return {
      TotalCount: found.length,
      InstanceSet: page.map(([id, instance]) => describe(id, instance, world)),
    };
  },
};

/** "At most 10 filters, each of at most 5 values." */
function filtersOf(parameters: Parameters): { name: FilterName; values: string[] }[] {
  const { Filters: given = [] } = parameters;
  if (!Array.isArray(given)) throw errors.filtersNoList;
  const filters = given.map((filter: Parameters) => {
    const name = filterNames.find((known) => known === filter.Name);
    if (name === undefined) throw errors.noFilter(filter.Name);
    return { name, values: requiredStrings(filter, "Values") };
  });
  if (filters.length > 10 || filters.some(({ values }) => values.length > 5)) throw errors.tooManyFilters;
  return filters;
}

function property(id: string, { name, state, securityGroupIds }: Instance, filter: FilterName): string[] {
  const properties = {
    "instance-id": [id],
    "instance-name": [name],
    "instance-state": [state],
    "security-group-id": securityGroupIds,
  };
  return properties[filter];
}

function describe(id: string, instance: Instance, world: TencentcloudWorld) {
  const { name, state, region, latestOperation } = instance;
  return {
    InstanceId: id,
    InstanceName: name,
    InstanceState: state,
    RestrictState: "NORMAL",
    VirtualPrivateCloud: { VpcId: instance.vpcId ?? "" },
    Tags: Object.entries(instance.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
    Placement: { Zone: `${region}-3`, ProjectId: 0 },
    SecurityGroupIds: existing(instance.securityGroupIds, world),
    LatestOperation: latestOperation?.action ?? null,
    LatestOperationState: latestOperation?.state ?? null,
    LatestOperationRequestId: latestOperation?.requestId ?? null,
    LatestOperationErrorMsg: latestOperation?.message ?? null,
  };
}
