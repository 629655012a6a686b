import { ensSecurityGroupAttachment } from "../../../providers/alicloud/ens/security-group-attachment";
import type { World } from "../../../simulator/index";
import { alicloudConfig } from "../alicloud";
import { members } from "../members";
import { simulated } from "../stage";
import type { Subject } from "../subject";

const actions = { attach: "JoinSecurityGroup", detach: "LeaveSecurityGroup" };
const groups = ["sg-5ensapp01", "sg-5ensapp02", "sg-5ensapp03", "sg-5ensapp04"];
const except = {
  "remove other": "a security group with members cannot be deleted",
  "last group": "ENS documents no rule for the last group",
};

const instance = { instanceId: "i-5ens01" };
export const ensInstance: Subject = {
  association: ensSecurityGroupAttachment,
  variant: "instance",
  actions: { ...actions, find: "DescribeInstances" },
  unknownParent: { instanceId: "i-5nowhere", securityGroupId: "sg-5ensapp01" },
  unknownOther: { ...instance, securityGroupId: "sg-5nowhere" },
  except,
  stage: () =>
    simulated({
      front: "alicloud.ens",
      config: alicloudConfig,
      ...members(instance, groups, (world: World) => world.alicloud.ensInstances),
    }),
};

const networkInterface = { networkInterfaceId: "eni-5ens01" };
export const ensNetworkInterface: Subject = {
  association: ensSecurityGroupAttachment,
  variant: "network interface",
  actions: { ...actions, find: "DescribeNetworkInterfaces" },
  unknownParent: { networkInterfaceId: "eni-5nowhere", securityGroupId: "sg-5ensapp01" },
  unknownOther: { ...networkInterface, securityGroupId: "sg-5nowhere" },
  except,
  stage: () =>
    simulated({
      front: "alicloud.ens",
      config: alicloudConfig,
      ...members(networkInterface, groups, (world: World) => world.alicloud.ensNetworkInterfaces),
    }),
};
