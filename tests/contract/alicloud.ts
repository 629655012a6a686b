import type { Simulator } from "../../simulator/index";

const keys = { main: "simulator-main-key", other: "simulator-other-key", wrong: "simulator-main-key" };

/** Config of a stack that reaches the simulator's Alibaba Cloud. */
export function alicloudConfig(
  { endpoints, world }: Simulator,
  account: keyof typeof keys,
): Record<string, string> {
  const { ess, ecs, ens, sts } = endpoints.alicloud;
  const accessKey = keys[account];
  const secretKey =
    account === "wrong" ? "not-the-secret" : (world.alicloud.accessKeys[accessKey]?.secret ?? "");
  return {
    "alicloud:region": "cn-hangzhou",
    "alicloud:accessKey": accessKey,
    "alicloud:secretKey": secretKey,
    "alicloud:endpoints": JSON.stringify([{ ess, ecs, ens, sts }]),
  };
}
