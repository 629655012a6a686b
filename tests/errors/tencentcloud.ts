import { cvmSecurityGroupAttachment } from "../../providers/tencentcloud/cvm/security-group-attachment";
import { tencentcloudConfig } from "../kit/clouds";
import type { Situation, Situations } from "./situation";

const cvm = (instanceId: string, more: Partial<Situation> = {}): Situation => ({
  association: cvmSecurityGroupAttachment,
  reach: (simulator) => tencentcloudConfig(simulator, "main"),
  ...more,
  inputs: { instanceId, securityGroupId: "sg-app00001", ...more.inputs },
});

const key = (secretId: string, secretKey: string, more: Record<string, string> = {}) => ({
  "tencentcloud:secretId": secretId,
  "tencentcloud:secretKey": secretKey,
  ...more,
});

const web = "ins-web00001";
const full = ["sg-default1", "sg-app00002", "sg-app00003", "sg-app00004", "sg-app00005"];

export const tencentcloud: Situations = {
  "the instance has as many groups as it may have": cvm(web, {
    world: ({ tencentcloud }) => Object.assign(tencentcloud.instances[web] ?? {}, { securityGroupIds: full }),
  }),
  "it is the last group of the instance": cvm(web, {
    command: "destroy",
    faults: { variants: { "cvm.disassociateLast": "error" } },
    world: ({ tencentcloud }) =>
      Object.assign(tencentcloud.instances[web] ?? {}, { securityGroupIds: ["sg-app00001"] }),
  }),
  "another task keeps the instance busy until the deadline": cvm(web, {
    deadline: 1,
    faults: { rules: [{ kind: "busy", action: "AssociateSecurityGroups" }] },
  }),
  "the instance is isolated": cvm("ins-isolated"),
  "the instance has been isolated since": cvm(web, {
    command: "destroy",
    faults: {
      rules: [
        {
          kind: "error",
          action: "DisassociateSecurityGroups",
          code: "UnsupportedOperation.InstanceStateIsolating",
          message: `The instance \`${web}\` is being isolated.`,
        },
      ],
    },
  }),
  "the instance is being created until the deadline": cvm("ins-pending1", { deadline: 1 }),
  "the write is accepted, but fails afterwards": cvm(web, {
    faults: { variants: { "cvm.operationMs": "50", "cvm.operationEnds": "failed" } },
  }),
  "there is no such instance": cvm("ins-nowhere1"),
  "there is no such group": cvm(web, { inputs: { securityGroupId: "sg-nowhere1" } }),
  "there is no such region": cvm(web, { config: { "tencentcloud:region": "ap-mars" } }),
  "the instance is in another region": cvm("ins-sgp00001"),
  "the user may not bind": cvm(web, { config: key("simulator-reader-id", "simulator-reader-key") }),
  "there is no such secret id": cvm(web, { config: key("simulator-no-id", "some-key") }),
  "the secret key is wrong": cvm(web, { config: key("simulator-main-id", "not-the-key") }),
  "the token has expired": cvm(web, {
    faults: { rules: [{ kind: "expired" }] },
  }),
  "the clock is wrong": cvm(web, { faults: { clockOffsetMs: 3_600_000 } }),
  "nothing answers for STS": cvm(web, {
    config: ({ tencentcloud: { cvm: url } }) => ({
      "tencentcloud:endpoints": JSON.stringify({ cvm: url, sts: "http://127.0.0.1:1" }),
    }),
  }),
  "the account is not an allowed one": cvm(web, {
    config: { "tencentcloud:allowedAccountIds": '["100000000099"]' },
  }),
  "more calls than are allowed until the deadline": cvm(web, {
    deadline: 1,
    faults: { rules: [{ kind: "throttle", action: "AssociateSecurityGroups" }] },
  }),
};
