import { ecsSecurityGroupAttachment } from "../../../providers/alicloud/ecs/security-group-attachment";
import type { World } from "../../../simulator/index";
import { alicloudConfig } from "../../kit/clouds";
import { members } from "../members";
import { simulated } from "../stage";
import type { Subject } from "../subject";
import { rpc } from "../wire";

const actions = { attach: "JoinSecurityGroup", detach: "LeaveSecurityGroup" };
const groups = ["sg-bp1app01", "sg-bp1app02", "sg-bp1app03", "sg-bp1app04"];
const except = { "remove other": "ECS refuses to delete a security group that has members" };

const instance = { instanceId: "i-bp1web01" };
export const ecsInstance: Subject = {
  association: ecsSecurityGroupAttachment,
  variant: "instance",
  actions: { ...actions, find: "DescribeInstances" },
  wire: rpc("Instances", "Instance", {
    items: {
      parent: instance.instanceId,
      item: (InstanceId, groups) => ({
        InstanceId,
        Status: "Running",
        SecurityGroupIds: { SecurityGroupId: groups },
      }),
    },
    next: "DescribeInstanceAttribute",
  }),
  unknownParent: { instanceId: "i-bp1nowhere", securityGroupId: "sg-bp1app01" },
  unknownOther: { ...instance, securityGroupId: "sg-bp1nowhere" },
  except,
  stage: () =>
    simulated({
      front: "alicloud.ecs",
      config: alicloudConfig,
      ...members(instance, groups, (world: World) => world.alicloud.instances),
    }),
};

const networkInterface = { networkInterfaceId: "eni-bp1web01" };
export const ecsNetworkInterface: Subject = {
  association: ecsSecurityGroupAttachment,
  variant: "network interface",
  actions: { ...actions, find: "DescribeNetworkInterfaces" },
  wire: rpc("NetworkInterfaceSets", "NetworkInterfaceSet", {
    items: {
      parent: networkInterface.networkInterfaceId,
      item: (NetworkInterfaceId, groups) => ({
        NetworkInterfaceId,
        Status: "InUse",
        SecurityGroupIds: { SecurityGroupId: groups },
      }),
    },
  }),
  unknownParent: { networkInterfaceId: "eni-bp1nowhere", securityGroupId: "sg-bp1app01" },
  unknownOther: { ...networkInterface, securityGroupId: "sg-bp1nowhere" },
  except,
  stage: () =>
    simulated({
      front: "alicloud.ecs",
      config: alicloudConfig,
      ...members(networkInterface, groups, (world: World) => world.alicloud.networkInterfaces),
    }),
};
