import type { Cloud } from "../cloud";
import { defaultWorld } from "./default-world";
import { ecs } from "./ecs/front";
import { ens } from "./ens/front";
import { ess } from "./ess/front";
import { sts } from "./sts/front";
import { variants } from "./variants";
import type { AlicloudWorld } from "./world";

/** Alibaba Cloud: Auto Scaling, ECS, ENS and STS. */
export const alicloud: Cloud<AlicloudWorld> = {
  defaultWorld,
  variants,
  fronts: { ess, ecs, ens, sts },
  endpoints(urls, world) {
    const [accessKeyId, key] = Object.entries(world.accessKeys)[0] ?? ["", undefined];
    return {
      ...urls,
      regionId: world.regionId,
      accountId: key?.accountId ?? "",
      accessKeyId,
      accessKeySecret: key?.secret ?? "",
    };
  },
  stack({ ess, ecs, ens, sts, regionId, accessKeyId, accessKeySecret }) {
    return {
      config: {
        "alicloud:region": regionId,
        "alicloud:accessKey": accessKeyId,
        "alicloud:secretKey": accessKeySecret,
        "alicloud:endpoints": JSON.stringify([{ ess, ecs, ens, sts }]),
      },
      env: {
        ALICLOUD_REGION: regionId,
        ALICLOUD_ACCESS_KEY: accessKeyId,
        ALICLOUD_SECRET_KEY: accessKeySecret,
        ESS_ENDPOINT: ess,
        ECS_ENDPOINT: ecs,
        ENS_ENDPOINT: ens,
        STS_ENDPOINT: sts,
      },
    };
  },
};
