import type { Cloud, Variant } from "../cloud";
import { cvmFront, variants } from "./cvm";
import { defaultWorld } from "./default-world";
import { stsFront } from "./sts";
import type { TencentcloudWorld } from "./world";

/** Tencent Cloud: CVM and STS over API 3.0. */
export const tencentcloud: Cloud<TencentcloudWorld> = {
  defaultWorld,
  variants: { ...variants, "sts.sessionSeconds": "number" } satisfies Record<string, Variant>,
  fronts: { cvm: cvmFront, sts: stsFront },
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
};
