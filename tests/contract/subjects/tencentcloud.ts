import { cvmSecurityGroupAttachment } from "../../../providers/tencentcloud/cvm/security-group-attachment";
import type { Simulator, World } from "../../../simulator/index";
import { members } from "../members";
import { simulated } from "../stage";
import type { Subject } from "../subject";

const instance = { instanceId: "ins-web00001" };
const groups = ["sg-app00001", "sg-app00002", "sg-app00003", "sg-app00004"];
const keys = { main: "simulator-main-id", other: "simulator-other-id", wrong: "simulator-main-id" };

/** Config of a stack that reaches the simulator's Tencent Cloud. */
export function tencentcloudConfig(
  { endpoints, world }: Simulator,
  account: keyof typeof keys,
): Record<string, string> {
  const { cvm, sts, region = "" } = endpoints.tencentcloud;
  const secretId = keys[account];
  return {
    "tencentcloud:region": region,
    "tencentcloud:secretId": secretId,
    "tencentcloud:secretKey":
      account === "wrong" ? "not-the-key" : (world.tencentcloud.secretIds[secretId]?.secretKey ?? ""),
    "tencentcloud:endpoints": JSON.stringify({ cvm, sts }),
  };
}

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
