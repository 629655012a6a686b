import { cvmSecurityGroupAttachment } from "../../../providers/tencentcloud/cvm/security-group-attachment";
import type { World } from "../../../simulator/index";
import { tencentcloudConfig } from "../../kit/clouds";
import { members } from "../members";
import { simulated } from "../stage";
import type { Subject } from "../subject";
import { api3 } from "../wire";

const instance = { instanceId: "ins-web00001" };
const groups = ["sg-app00001", "sg-app00002", "sg-app00003", "sg-app00004"];

/** @param variants - how the simulator behaves where the vendor's documentation is silent. */
function server(variant: string, variants: Record<string, string>, except: Subject["except"]): Subject {
  return {
    association: cvmSecurityGroupAttachment,
    variant,
    actions: {
      attach: "AssociateSecurityGroups",
      detach: "DisassociateSecurityGroups",
      find: "DescribeInstances",
    },
    wire: api3(instance.instanceId),
    unknownParent: { instanceId: "ins-nowhere1", securityGroupId: "sg-app00001" },
    unknownOther: { ...instance, securityGroupId: "sg-nowhere1" },
    except: { "remove other": "a security group that is bound cannot be deleted", ...except },
    stage: () =>
      simulated({
        front: "tencentcloud.cvm",
        config: tencentcloudConfig,
        variants,
        ...members(instance, groups, (world: World) => world.tencentcloud.instances, "#"),
      }),
  };
}

export const tencentcloudLenient = server(
  "where what is not documented succeeds",
  {
    "cvm.associateTwice": "success",
    "cvm.disassociateNotBound": "success",
    "cvm.disassociateLast": "success",
  },
  { "last group": "here the last group can be unbound" },
);
export const tencentcloudStrict = server(
  "where what is not documented fails, and writes end later than they answer",
  {
    "cvm.associateTwice": "error",
    "cvm.disassociateNotBound": "error",
    "cvm.disassociateLast": "error",
    "cvm.partialFailure": "some",
    "cvm.operationMs": "300",
  },
  {},
);
