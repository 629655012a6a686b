import { securityGroupAttachment } from "../../providers/huaweicloud/ecs/security-group-attachment";
import { uuid } from "../contract/servers";
import { huaweicloudConfig, signed } from "../kit/clouds";
import type { Situation, Situations } from "./situation";

/** The server `web-01` and the group `web`, by access key. */
const ecs = (more: Partial<Situation> = {}): Situation => ({
  association: securityGroupAttachment,
  reach: (simulator) => huaweicloudConfig(simulator, "huaweicloud", signed, "main"),
  ...more,
  inputs: { instanceId: uuid(1, 1), securityGroupId: uuid(2, 2), ...more.inputs },
});

const key = (accessKey: string, secretKey: string) => ({
  "huaweicloud:accessKey": accessKey,
  "huaweicloud:secretKey": secretKey,
});

export const huaweicloud: Situations = {
  "the endpoint is of another service": ecs({
    config: ({ huaweicloud: { iam = "", vpc = "" } }) => ({
      "huaweicloud:endpoints": JSON.stringify({ ecs: vpc, iam, vpc }),
    }),
  }),
  "nothing answers for IAM": ecs({
    config: ({ huaweicloud: { ecs: url, vpc } }) => ({
      "huaweicloud:endpoints": JSON.stringify({ ecs: url, vpc, iam: "http://127.0.0.1:1" }),
    }),
  }),
  "the secret key is wrong": ecs({ config: key("simulator-main-key", "not-the-secret") }),
  "there is no such access key": ecs({ config: key("simulator-no-key", "some-secret") }),
  "the secret key is missing": ecs({ config: key("simulator-main-key", "") }),
  "the clock is wrong": ecs({ faults: { clockOffsetMs: 3_600_000 } }),
  "the user may only read": ecs({
    config: key("simulator-reader-key", "simulator-reader-secret"),
    faults: { variants: { "nova.release": "2024.2" } },
  }),
  "the user has no right in the project": ecs({
    config: {
      ...key("simulator-other-key", "simulator-other-secret"),
      "huaweicloud:projectId": "00000000000000000000000000000011",
    },
  }),
  "the account has no project in the region": ecs({ config: { "huaweicloud:region": "cn-south-1" } }),
  "there is no such server": ecs({ inputs: { instanceId: uuid(1, 999) } }),
  "there is no such server, in ECS's own words": ecs({
    inputs: { instanceId: uuid(1, 999) },
    faults: { variants: { "ecs.errors": "native" } },
  }),
  "there is no such group": ecs({ inputs: { securityGroupId: uuid(2, 999) } }),
  "the server is locked until the deadline": ecs({
    deadline: 1,
    faults: { rules: [{ kind: "busy", action: "addSecurityGroup" }] },
  }),
};
