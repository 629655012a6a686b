import { VendorError } from "../../cloud";
import { unauthorized } from "../errors";

/** Nova's refusals, as measured on Nova 26.2.2 (Zed), unless said otherwise. */
export const notFound = (message: string): VendorError => new VendorError(404, "itemNotFound", message);

export const badRequest = (message: string): VendorError => new VendorError(400, "badRequest", message);

export const forbidden = (policy: string): VendorError =>
  new VendorError(403, "forbidden", `Policy doesn't allow ${policy} to be performed.`);

export const conflict = (message: string): VendorError => new VendorError(409, "conflictingRequest", message);

/** An exception of Python that Nova did not expect. */
export const unexpected = (python: string): VendorError =>
  new VendorError(
    500,
    "computeFault",
    `Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.\n<class '${python}'>`,
  );

export const errors = {
  // Nova sets no rate itself; this is its form where something before it does. Source: OpenStack API guide,
  // "Faults": overLimit; Open Telekom Cloud, ECS API reference, "Returned Values for General Requests".
  throttled: new VendorError(429, "overLimit", "This request was rate-limited.", { "retry-after": "1" }),
  // Never seen for groups. Source: openstack/nova, InstanceInvalidState.
  busy: conflict("Cannot 'action' instance while it is in task_state rebuilding"),
  expired: unauthorized,
  // What it says while Neutron cannot be reached.
  internal: unexpected("keystoneauth1.exceptions.connection.ConnectFailure"),
};
