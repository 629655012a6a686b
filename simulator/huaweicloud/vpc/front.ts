import { networkFront } from "../../openstack/network/front";
import { callerInProject } from "../authentication";
import { behindGateway } from "../front";
import type { HuaweicloudWorld } from "../world";

/** Virtual Private Cloud: Neutron behind the gateway. */
export const vpc = behindGateway(networkFront<HuaweicloudWorld>(callerInProject));
