import type { Answer, Context, Front, VendorError } from "../cloud";
import { noSuchPath } from "../openstack/errors";
import { json } from "../openstack/json";
import { errors } from "./errors";
import type { HuaweicloudWorld } from "./world";

/**
 * Puts a service behind the API gateway, which checks who asks before every service. The service's errors stay its own,
 * but paths it lacks are the gateway's to refuse.
 */
export function behindGateway(front: Front<HuaweicloudWorld>): Front<HuaweicloudWorld> {
  const { path: _path, ...service } = front;
  return {
    ...service,
    refuse(error, context, request): Answer {
      if (error === noSuchPath) return refuse(errors.noSuchApi, context);
      return /^(APIGW|IAM)\./.test(error.code)
        ? refuse(error, context)
        : service.refuse(error, context, request);
    },
    errors: { ...service.errors, throttled: errors.throttled, expired: errors.token },
  };
}

function refuse(
  { status, code, message, headers }: VendorError,
  { requestId }: Context<HuaweicloudWorld>,
): Answer {
  const body = { error_msg: message, error_code: code, request_id: requestId };
  return json(status, body, { "x-request-id": requestId, ...headers });
}
