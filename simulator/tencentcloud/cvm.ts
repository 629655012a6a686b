import { type Context, type Front, VendorError } from "../cloud";
import { type Action, type ApiCall, apiFront } from "./api";
import { integer, type Parameters, requiredStrings, strings } from "./parameters";
import type { Instance, TencentcloudWorld } from "./world";

/*
 * Cloud Virtual Machine, version 2017-03-12.
 *
 * Sources: the pages of the actions (AssociateSecurityGroups https://www.tencentcloud.com/document/api/213/33265,
 * DisassociateSecurityGroups .../33253 of 2024-11-27, DescribeInstances .../33258), their codes in
 * TencentCloud/tencentcloud-sdk-go v1.3.166, cvm/v20170312; messages seen in public logs where there are some, else the
 * code's description. What no page says is a variant.
 */

const refusal = (code: string, message: string): VendorError => new VendorError(200, code, message);

const errors = {
  malformedInstance: (id: string) =>
    refusal("InvalidInstanceId.Malformed", `The specified instance ID \`${id}\` is in an invalid format.`),
  malformedGroup: (id: string) =>
    refusal("InvalidSgId.Malformed", `The specified security group ID \`${id}\` is in the wrong format.`),
  noInstance: (id: string) => refusal("InvalidInstanceId.NotFound", `The instance \`${id}\` does not exist.`),
  noGroup: (id: string) =>
    refusal("InvalidSecurityGroupId.NotFound", `The specified security group ID \`${id}\` does not exist.`),
  tooMany: (name: string, most: number) =>
    refusal(
      "InvalidParameterValue.LimitExceeded",
      `The number of values of parameter \`${name}\` exceeds the limit \`${most}\`.`,
    ),
  pending: (id: string) =>
    refusal(
      "UnsupportedOperation.InstanceStatePending",
      `Instances in PENDING status are not supported: \`${id}\`.`,
    ),
  isolating: (id: string) =>
    refusal("UnsupportedOperation.InstanceStateIsolating", `The instance \`${id}\` is being isolated.`),
  groupsOfInstance: refusal(
    "LimitExceeded.AssociateUSGLimitExceeded",
    "The number of security groups associated with the instance exceeds the limit.",
  ),
  instancesOfGroup: refusal(
    "LimitExceeded.CvmsVifsPerSecGroupLimitExceeded",
    "The number of instances associated with the security group exceeds the limit.",
  ),
  inProgress: (ids: string[]) =>
    refusal(
      "OperationDenied.InstanceOperationInProgress",
      `The instance \`[${ids.map((id) => `'${id}'`).join(", ")}]\` already has operation in progress. Please try again later.`,
    ),
  mutex: refusal("MutexOperation.TaskRunning", "Mutex task is running, please try later"),
  failed: refusal("FailedOperation.SecurityGroupActionFailed", "Security group operation failed."),
  unsupported: refusal("UnsupportedOperation", "Unsupported operation."),
};

export const variants = {
  /** Not documented: to bind what is bound, to unbind what is not, to unbind the last group. */
  "cvm.associateTwice": ["success", "error"],
  "cvm.disassociateNotBound": ["success", "error"],
  "cvm.disassociateLast": ["success", "error"],
  /** Not documented: whether the instances before the one that is refused have been changed. */
  "cvm.partialFailure": ["none", "some"],
  /** How long a write is OPERATING after its answer, default 0; how it ends; and whether its result shows at its end. */
  "cvm.operationMs": "number",
  "cvm.operationEnds": ["success", "failed"],
  "cvm.operationShows": ["atEnd", "atOnce"],
  /** The code for an instance that is OPERATING. */
  "cvm.busy": ["mutex", "inProgress"],
} as const;

// ---------------------------------------------------------------- writes

type Verb = "AssociateSecurityGroups" | "DisassociateSecurityGroups";

function write(action: Verb): Action {
  return {
    kind: "write",
    parameters: ["SecurityGroupIds", "InstanceIds"],
    ids: (parameters) => [...listed(parameters, "InstanceIds"), ...listed(parameters, "SecurityGroupIds")],
    parents: (parameters) => listed(parameters, "InstanceIds"),
    run(call) {
      const { parameters, context } = call;
      const groupIds = requiredStrings(parameters, "SecurityGroupIds");
      const instanceIds = requiredStrings(parameters, "InstanceIds");
      // "Only one security group"; "up to 100 instances".
      if (groupIds.length > 1) throw errors.tooMany("SecurityGroupIds", 1);
      if (instanceIds.length > 100) throw errors.tooMany("InstanceIds", 100);
      const groupId = groupNamed(call, groupIds[0] ?? "");

      const accepted: [string, Instance][] = [];
      try {
        const instances = instanceIds.map((id) => [id, instanceNamed(call, id)] as [string, Instance]);
        const operating = instances.filter(
          ([, { latestOperation }]) => latestOperation?.state === "OPERATING",
        );
        if (operating.length > 0) {
          const ids = operating.map(([id]) => id);
          throw context.variant("cvm.busy") === "inProgress" ? errors.inProgress(ids) : errors.mutex;
        }
        for (const [id, instance] of instances) {
          check(action, id, instance, groupId, context);
          accepted.push([id, instance]);
        }
      } catch (error) {
        if (context.variant("cvm.partialFailure") === "some") apply(action, accepted, groupId, context);
        throw error;
      }
      apply(action, accepted, groupId, context);
      return {};
    },
  };
}

/** Throws if the action cannot be done to this instance. */
function check(
  action: Verb,
  id: string,
  { state, securityGroupIds }: Instance,
  groupId: string,
  { world, variant }: Context<TencentcloudWorld>,
): void {
  const groups = existing(securityGroupIds, world);
  const isBound = groups.includes(groupId);
  if (action === "DisassociateSecurityGroups") {
    if (!isBound && variant("cvm.disassociateNotBound") === "error") throw errors.unsupported;
    if (isBound && groups.length === 1 && variant("cvm.disassociateLast") === "error")
      throw errors.unsupported;
    return;
  }
  if (state === "PENDING") throw errors.pending(id);
  if (state === "SHUTDOWN") throw errors.isolating(id);
  if (isBound) {
    if (variant("cvm.associateTwice") === "error") throw errors.failed;
    return;
  }
  const { securityGroupsPerInstance, instancesPerSecurityGroup } = world.quotas;
  if (groups.length >= securityGroupsPerInstance) throw errors.groupsOfInstance;
  const members = Object.values(world.instances).filter((other) => other.securityGroupIds.includes(groupId));
  if (members.length >= instancesPerSecurityGroup) throw errors.instancesOfGroup;
}

/**
 * Does it, at once or by an operation that goes on after the answer: "LatestOperationState: SUCCESS means done". A new
 * group comes last: "matched in the order in which they were bound".
 */
function apply(
  action: Verb,
  instances: [string, Instance][],
  groupId: string,
  context: Context<TencentcloudWorld>,
): void {
  const { requestId, variant, world } = context;
  const ms = Number(variant("cvm.operationMs") ?? 0);
  const fails = variant("cvm.operationEnds") === "failed";
  for (const [, instance] of instances) {
    const change = () => {
      const others = existing(instance.securityGroupIds, world).filter((id) => id !== groupId);
      const isBound = instance.securityGroupIds.includes(groupId);
      if (action === "DisassociateSecurityGroups") instance.securityGroupIds = others;
      else if (!isBound) instance.securityGroupIds = [...others, groupId];
    };
    const end = () => {
      if (!fails) change();
      const message = "Security group operation failed.";
      instance.latestOperation = fails
        ? { action, state: "FAILED", requestId, message }
        : { action, state: "SUCCESS", requestId };
    };
    if (ms <= 0) {
      end();
      continue;
    }
    instance.latestOperation = { action, state: "OPERATING", requestId };
    if (variant("cvm.operationShows") === "atOnce" && !fails) change();
    // When the simulator stops, so does what goes on in it.
    context.sleep(ms).then(end, () => {});
  }
}

// ---------------------------------------------------------------- reads

const filterNames = ["instance-id", "instance-name", "instance-state", "security-group-id"] as const;

const describeInstances: Action = {
  kind: "read",
  parameters: ["InstanceIds", "Filters", "Offset", "Limit"],
  ids: (parameters) => listed(parameters, "InstanceIds"),
  run(call) {
    const { world, accountId, region, parameters } = call;
    const ids = strings(parameters, "InstanceIds");
    const filters = filtersOf(parameters);
    if (ids !== undefined && filters.length > 0) {
      throw refusal("InvalidParameter", "`InstanceIds` and `Filters` cannot be specified at the same time.");
    }
    if ((ids?.length ?? 0) > 100) throw errors.tooMany("InstanceIds", 100);
    for (const id of ids ?? []) if (!isInstanceId(id)) throw errors.malformedInstance(id);
    // "Limit: 20 by default, 100 at most", whatever the number of ids.
    const [offset, limit] = [integer(parameters, "Offset", 0), integer(parameters, "Limit", 20)];
    if (limit < 1 || limit > 100) {
      throw refusal("InvalidParameterValue.Range", "The value of parameter `Limit` must be from 1 to 100.");
    }
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

type FilterName = (typeof filterNames)[number];

/** "At most 10 filters, each of at most 5 values." */
function filtersOf(parameters: Parameters): { name: FilterName; values: string[] }[] {
  const { Filters: given = [] } = parameters;
  if (!Array.isArray(given)) throw refusal("InvalidParameter", "The parameter `Filters` must be a list.");
  const filters = given.map((filter: Parameters) => {
    const name = filterNames.find((known) => known === filter.Name);
    if (name === undefined) throw refusal("InvalidFilter", `The filter \`${filter.Name}\` is not supported.`);
    return { name, values: requiredStrings(filter, "Values") };
  });
  if (filters.length > 10 || filters.some(({ values }) => values.length > 5)) {
    throw refusal(
      "InvalidFilterValue.LimitExceeded",
      "The number of filters or of their values exceeds the limit.",
    );
  }
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
    Placement: { Zone: `${region}-3`, ProjectId: 0 },
    SecurityGroupIds: existing(instance.securityGroupIds, world),
    LatestOperation: latestOperation?.action ?? null,
    LatestOperationState: latestOperation?.state ?? null,
    LatestOperationRequestId: latestOperation?.requestId ?? null,
    LatestOperationErrorMsg: latestOperation?.message ?? null,
  };
}

// ---------------------------------------------------------------- names

/** "ins-1122 has an invalid ID length"; "ins-xxxxxxxx (x is a lower-case letter or a number)". */
const isInstanceId = (id: string): boolean => /^ins-[0-9a-z]{8}$/.test(id);

function instanceNamed({ world, accountId, region }: ApiCall, id: string): Instance {
  if (!isInstanceId(id)) throw errors.malformedInstance(id);
  const instance = world.instances[id];
  if (instance === undefined || instance.accountId !== accountId || instance.region !== region) {
    throw errors.noInstance(id);
  }
  return instance;
}

function groupNamed({ world, accountId, region }: ApiCall, id: string): string {
  if (!/^sg-[0-9a-z]{8}$/.test(id)) throw errors.malformedGroup(id);
  const group = world.securityGroups[id];
  if (group === undefined || group.accountId !== accountId || group.region !== region)
    throw errors.noGroup(id);
  return id;
}

/** What is bound to a group that a test has deleted is bound no more. */
const existing = (ids: string[], world: TencentcloudWorld): string[] =>
  ids.filter((id) => world.securityGroups[id] !== undefined);

const listed = (parameters: Parameters, name: string): string[] => {
  const value = parameters[name];
  return Array.isArray(value) ? value.map(String) : [];
};

export const cvmFront: Front<TencentcloudWorld> = apiFront(
  {
    name: "cvm",
    version: "2017-03-12",
    regional: true,
    actions: {
      AssociateSecurityGroups: write("AssociateSecurityGroups"),
      DisassociateSecurityGroups: write("DisassociateSecurityGroups"),
      DescribeInstances: describeInstances,
    },
  },
  () => errors.mutex,
);
