import type { Cloud } from "../cloud";
import { cvm } from "./cvm/front";
import { defaultWorld } from "./default-world";
import { sts } from "./sts/front";
import { variants } from "./variants";
import type { TencentcloudWorld } from "./world";

/** Tencent Cloud: CVM and STS over API 3.0. */
export const tencentcloud: Cloud<TencentcloudWorld> = {
  defaultWorld,
  variants,
  fronts: { cvm, sts },
  endpoints(urls, world) {
    const [secretId = "", key] = Object.entries(world.secretIds)[0] ?? [];
    return {
      cvm: urls.cvm ?? "",
      sts: urls.sts ?? "",
      region: world.region,
      accountId: key?.accountId ?? "",
      secretId,
      secretKey: key?.secretKey ?? "",
    };
  },
  stack({ cvm, sts, region, secretId, secretKey }) {
    return {
      config: {
        "tencentcloud:region": region,
        "tencentcloud:secretId": secretId,
        "tencentcloud:secretKey": secretKey,
        "tencentcloud:endpoints": JSON.stringify({ cvm, sts }),
      },
      env: {},
    };
  },
};
