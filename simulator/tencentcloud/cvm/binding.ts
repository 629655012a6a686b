import type { Context } from "../../cloud";
import type { Action } from "../front";
import { listed, requiredStrings } from "../parameters";
import type { Instance, TencentcloudWorld } from "../world";
import { errors } from "./errors";
import { existing, groupNamed, instanceNamed } from "./resources";

/** What AssociateSecurityGroups and DisassociateSecurityGroups do differently to each instance. */
interface Verb {
  /** Throws if it cannot be done to this instance, which is in these groups. */
  check(
    instance: { id: string; state: string; groups: string[] },
    groupId: string,
    context: Context<TencentcloudWorld>,
  ): void;
  /** The groups afterwards. */
  change(groups: string[], groupId: string): string[];
}

/** What no page says of these two actions is a variant. */
export function binding(action: string, { check, change }: Verb): Action {
  return {
    kind: "write",
    parameters: ["SecurityGroupIds", "InstanceIds"],
    ids: (parameters) => [...listed(parameters, "InstanceIds"), ...listed(parameters, "SecurityGroupIds")],
    parents: (parameters) => listed(parameters, "InstanceIds"),
    run(call) {
      const { world, parameters, context } = call;
      const groupIds = requiredStrings(parameters, "SecurityGroupIds");
      const instanceIds = requiredStrings(parameters, "InstanceIds");
      // "Only one security group"; "up to 100 instances".
      if (groupIds.length > 1) throw errors.tooMany("SecurityGroupIds", 1);
      if (instanceIds.length > 100) throw errors.tooMany("InstanceIds", 100);
      const groupId = groupNamed(call, groupIds[0] ?? "");
      const groupsOf = (instance: Instance) => existing(instance.securityGroupIds, world);
      const apply = (instances: Instance[]) => {
        for (const instance of instances) {
          operate(action, instance, context, () => {
            instance.securityGroupIds = change(groupsOf(instance), groupId);
          });
        }
      };

      const accepted: Instance[] = [];
      try {
        const instances = instanceIds.map((id) => ({ id, instance: instanceNamed(call, id) }));
        const operating = instances.filter(({ instance }) => instance.latestOperation?.state === "OPERATING");
        if (operating.length > 0) {
          const ids = operating.map(({ id }) => id);
          throw context.variant("cvm.busy") === "inProgress" ? errors.inProgress(ids) : errors.mutex;
        }
        for (const { id, instance } of instances) {
          check({ id, state: instance.state, groups: groupsOf(instance) }, groupId, context);
          accepted.push(instance);
        }
      } catch (error) {
        if (context.variant("cvm.partialFailure") === "some") apply(accepted);
        throw error;
      }
      apply(accepted);
      return {};
    },
  };
}

/** Does it, at once or by an operation that goes on after the answer: "LatestOperationState: SUCCESS means done". */
function operate(
  action: string,
  instance: Instance,
  { requestId, variant, sleep }: Context<TencentcloudWorld>,
  change: () => void,
): void {
  const ms = Number(variant("cvm.operationMs") ?? 0);
  const fails = variant("cvm.operationEnds") === "failed";
  const end = () => {
    if (!fails) change();
    const { message } = errors.failed;
    instance.latestOperation = fails
      ? { action, state: "FAILED", requestId, message }
      : { action, state: "SUCCESS", requestId };
  };
  if (ms <= 0) {
    end();
    return;
  }
  instance.latestOperation = { action, state: "OPERATING", requestId };
  if (variant("cvm.operationShows") === "atOnce" && !fails) change();
  // When the simulator stops, so does what goes on in it.
  sleep(ms).then(end, () => {});
}
