import { type Front, VendorError } from "../../cloud";
import { computeFront } from "../../openstack/compute/front";
import { json } from "../../openstack/json";
import { callerInProject } from "../authentication";
import { behindGateway } from "../front";
import type { HuaweicloudWorld } from "../world";

const nova = behindGateway(computeFront<HuaweicloudWorld>(callerInProject));

/**
 * Elastic Cloud Server: Nova behind the gateway. Its own form of errors is {"error": {"code": "Ecs.0114", ...}}.
 *
 * Sources: Huawei Cloud, Elastic Cloud Server API Reference, "Historical APIs" and "Error Codes"
 * (https://support.huaweicloud.com/intl/en-us/api-ecs/ErrorCode.html); Open Telekom Cloud, Elastic Cloud Server API
 * Reference, "Native OpenStack Nova APIs".
 */
export const ecs: Front<HuaweicloudWorld> = {
  ...nova,
  refuse(error, context, request) {
    const { code, message } = error;
    const native =
      code === "itemNotFound" && /^Instance /.test(message) && context.variant("ecs.errors") === "native"
        ? new VendorError(404, "Ecs.0114", "The ECS does not exist.")
        : error;
    if (!native.code.startsWith("Ecs.")) return nova.refuse(error, context, request);
    return json(
      native.status,
      { error: { code: native.code, message: native.message } },
      { "x-request-id": context.requestId },
    );
  },
  errors: {
    ...nova.errors,
    busy: new VendorError(400, "Ecs.0605", "The ECS is locked."),
  },
};
