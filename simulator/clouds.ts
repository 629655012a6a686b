import { alicloud } from "./alicloud";
import type { Cloud } from "./cloud";
import { huaweicloud, opentelekomcloud } from "./huaweicloud";
import { openstack } from "./openstack";
import { tencentcloud } from "./tencentcloud";

/** Every cloud that is simulated, in the order in which they get their ports. A new one is its folder and a line here. */
export const clouds = { alicloud, tencentcloud, openstack, huaweicloud, opentelekomcloud } satisfies Record<
  string,
  Cloud<object>
>;
