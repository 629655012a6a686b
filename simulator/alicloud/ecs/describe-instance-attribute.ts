import type { Action } from "../front";
import { required } from "../parameters";
import { existing, ownOne } from "../resources";
import { errors } from "./errors";

/** Unlike DescribeInstances this one says when there is no such instance. Source: Alibaba Cloud ECS API 2014-05-26, DescribeInstanceAttribute. */
export const describeInstanceAttribute: Action = {
  kind: "read",
  run(call) {
    const id = required(call.parameters, "InstanceId");
    if (!/^i-[a-z0-9]+$/i.test(id)) throw errors.malformedInstance;
    const instance = ownOne(call.world.instances, id, call);
    if (instance === undefined) throw errors.noInstance;
    return {
      InstanceId: id,
      RegionId: instance.regionId,
      Status: instance.status,
      VpcAttributes: { VpcId: instance.vpcId },
      SecurityGroupIds: { SecurityGroupId: existing(instance.securityGroupIds, call.world.securityGroups) },
    };
  },
};
