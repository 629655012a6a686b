import type { DescribeInstanceAttributeRequest } from "@alicloud/ecs20140526/dist/models/DescribeInstanceAttributeRequest";
import type { DescribeInstancesRequest } from "@alicloud/ecs20140526/dist/models/DescribeInstancesRequest";
import type { DescribeNetworkInterfacesRequest } from "@alicloud/ecs20140526/dist/models/DescribeNetworkInterfacesRequest";
import type { DescribeSecurityGroupsRequest } from "@alicloud/ecs20140526/dist/models/DescribeSecurityGroupsRequest";
import type { JoinSecurityGroupRequest } from "@alicloud/ecs20140526/dist/models/JoinSecurityGroupRequest";
import type { LeaveSecurityGroupRequest } from "@alicloud/ecs20140526/dist/models/LeaveSecurityGroupRequest";
import type { GenericSchema, InferOutput } from "valibot";
import type { Shape } from "../../core/cloud/answer";
import type { Deadline } from "../../core/contract/cloud";
import type { AlicloudSession } from "../client";

/** The ECS actions we call, and the vendor's models of their requests. */
interface Requests {
  DescribeInstanceAttribute: DescribeInstanceAttributeRequest;
  DescribeInstances: DescribeInstancesRequest;
  DescribeNetworkInterfaces: DescribeNetworkInterfacesRequest;
  DescribeSecurityGroups: DescribeSecurityGroupsRequest;
  JoinSecurityGroup: JoinSecurityGroupRequest;
  LeaveSecurityGroup: LeaveSecurityGroupRequest;
}

/**
 * Calls an ECS action with the vendor's own request model. Each model is loaded by itself, at first use: the client that
 * comes with them loads 1,300 modules.
 *
 * @throws CloudError
 */
export function request<Action extends keyof Requests, T extends GenericSchema>(
  session: AlicloudSession,
  action: Action,
  fields: Partial<Requests[Action]>,
  deadline: Deadline,
  ids: readonly string[],
  shape: Shape<T>,
): Promise<InferOutput<T>> {
  const models = require(`@alicloud/ecs20140526/dist/models/${action}Request`) as Record<string, Model>;
  const model = models[`${action}Request`] as Model;
  return session.call("ecs", action, new model(fields).toMap(), deadline, ids, shape);
}

type Model = new (fields: object) => { toMap(): Record<string, unknown> };
