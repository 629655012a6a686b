import { VendorError } from "../../cloud";
import { unauthorized } from "../errors";

/** Neutron's refusals, as measured on Neutron 21.0.0 (Zed), and what may come from a proxy before it. */
export const errors = {
  noGroup: (id: string) =>
    new VendorError(404, "SecurityGroupNotFound", `Security group ${id} does not exist`),
  noPort: (id: string) => new VendorError(404, "PortNotFound", `Port ${id} could not be found.`),
  groups: (reason: string) =>
    new VendorError(400, "HTTPBadRequest", `Invalid input for security_groups. Reason: ${reason}`),
  body: new VendorError(400, "HTTPBadRequest", "Body contains invalid data"),
  groupsNeedSecurityAndAddress: new VendorError(
    400,
    "PortSecurityAndIPRequiredForSecurityGroups",
    "Port security must be enabled and port must have an IP address in order to use security groups.",
  ),
  statefulAndStateless: new VendorError(
    409,
    "SecurityGroupConflict",
    "Error Cannot apply both stateful and stateless security groups on the same port at the same time while attempting the operation.",
  ),
  portHasGroups: new VendorError(
    409,
    "PortSecurityPortHasSecurityGroup",
    "Port has security group associated. Cannot disable port security or IP address until security group is removed.",
  ),
  groupInUse: (id: string) => new VendorError(409, "SecurityGroupInUse", `Security Group ${id} in use.`),

  throttled: new VendorError(429, "OverLimit", "This request was rate-limited.", { "retry-after": "1" }),
  busy: new VendorError(409, "RetryRequest", "The resource is busy, please retry."),
  expired: unauthorized,
  internal: new VendorError(
    500,
    "HTTPInternalServerError",
    "Request Failed: internal server error while processing your request.",
  ),
};
