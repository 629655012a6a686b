import { cvmSecurityGroupAttachment } from "../../../providers/tencentcloud/cvm/security-group-attachment";
import type { Simulator, World } from "../../../simulator/index";
import { members } from "../members";
import { simulated } from "../stage";
import type { Subject } from "../subject";

const instance = { instanceId: "ins-web00001" };
const groups = ["sg-app00001", "sg-app00002", "sg-app00003", "sg-app00004"];

const ids = { main: "simulator-main-id", other: "simulator-other-id", wrong: "simulator-main-id" };

/** Config of a stack that reaches the simulator's Tencent Cloud. */
function config({ endpoints, world }: Simulator, account: keyof typeof ids): Record<string, string> {
  const { cvm, sts, region } = endpoints.tencentcloud;
  const secretId = ids[account];
  const secretKey =
    account === "wrong" ? "not-the-secret" : (world.tencentcloud.secretIds[secretId]?.secretKey ?? "");
  return {
    "tencentcloud:region": region ?? "",
    "tencentcloud:secretId": secretId,
    "tencentcloud:secretKey": secretKey,
    "tencentcloud:endpoints": JSON.stringify({ cvm, sts }),
  };
}

export const cvm: Subject = {
  association: cvmSecurityGroupAttachment,
  actions: {
    attach: "AssociateSecurityGroups",
    detach: "DisassociateSecurityGroups",
    find: "DescribeInstances",
  },
  unknownParent: { instanceId: "ins-nowhere1", securityGroupId: "sg-app00001" },
  unknownOther: { ...instance, securityGroupId: "sg-nowhere1" },
  except: {
    "remove other": "CVM refuses to delete a security group that is bound",
    "last group": "the vendor does not say whether an instance may lose its last group",
  },
  stage: () =>
    simulated({
      front: "tencentcloud.cvm",
      config,
      ...members(instance, groups, (world: World) => world.tencentcloud.instances, "#"),
    }),
};
