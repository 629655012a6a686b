import { ensSecurityGroupAttachment } from "../../../providers/alicloud/ens/security-group-attachment";
import type { World } from "../../../simulator/index";
import { alicloudConfig } from "../../kit/clouds";
import { members } from "../members";
import { simulated } from "../stage";
import type { Subject } from "../subject";
import { rpc } from "../wire";

const actions = { attach: "JoinSecurityGroup", detach: "LeaveSecurityGroup" };
const groups = ["sg-5ensapp01", "sg-5ensapp02", "sg-5ensapp03", "sg-5ensapp04"];
const except = { "remove other": "a security group with members cannot be deleted" };

/** @param variants - how the simulator behaves where the vendor's documentation is silent. */
function member(
  variant: string,
  parent: Record<string, string>,
  table: (world: World) => Record<string, { securityGroupIds: string[] }>,
  variants: Record<string, string>,
  more: Subject["except"] = {},
): Subject {
  const [[name, id] = ["", ""]] = Object.entries(parent);
  return {
    association: ensSecurityGroupAttachment,
    variant,
    actions: {
      ...actions,
      find: name === "instanceId" ? "DescribeInstances" : "DescribeNetworkInterfaces",
    },
    wire:
      name === "instanceId"
        ? rpc("Instances", "Instance", {
            items: {
              parent: id,
              item: (InstanceId, attached) => ({
                InstanceId,
                Status: "Running",
                SecurityGroupIds: { SecurityGroupId: attached },
              }),
            },
          })
        : rpc("NetworkInterfaceSets", "NetworkInterfaceSet", {
            items: {
              parent: id,
              item: (NetworkInterfaceId, attached) => ({
                NetworkInterfaceId,
                Status: "InUse",
                SecurityGroupIds: { SecurityGroup: attached },
              }),
            },
          }),
    unknownParent: { [name]: "i-5nowhere", securityGroupId: "sg-5ensapp01" },
    unknownOther: { ...parent, securityGroupId: "sg-5nowhere" },
    except: { ...except, ...more },
    stage: () =>
      simulated({
        front: "alicloud.ens",
        config: alicloudConfig,
        variants,
        ...members(parent, groups, table),
      }),
  };
}

export const ensInstance = member(
  "instance, where what is not documented succeeds",
  { instanceId: "i-5ens01" },
  (world) => world.alicloud.ensInstances,
  { "ens.joinMember": "success", "ens.leaveNotMember": "success", "ens.leaveLast": "success" },
  { "last group": "here the last group can be left" },
);
export const ensNetworkInterface = member(
  "network interface, where what is not documented fails",
  { networkInterfaceId: "eni-5ens01" },
  (world) => world.alicloud.ensNetworkInterfaces,
  {
    "ens.joinMember": "interfaceError",
    "ens.leaveNotMember": "interfaceError",
    "ens.leaveLast": "interfaceError",
  },
  { "last group": "ENS has no code of its own for it" },
);
