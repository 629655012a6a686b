import { VendorError } from "../../cloud";
import { unauthorized } from "../errors";

/** Keystone's refusals, as measured on Keystone 22.0.2 (Zed), unless said otherwise. */
export const expecting = (what: string, where: string): VendorError =>
  new VendorError(
    400,
    "Bad Request",
    `Expecting to find ${what} in ${where}. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.`,
  );

export const notFound = (message: string): VendorError => new VendorError(404, "Not Found", message);

export const errors = {
  noMethods: new VendorError(
    400,
    "Bad Request",
    "Invalid input for field 'identity': 'methods' is a required property",
  ),
  unsupportedMethod: new VendorError(
    401,
    "Unauthorized",
    "Attempted to authenticate with an unsupported method.",
  ),
  scopedCredential: new VendorError(
    401,
    "Unauthorized",
    "Error authenticating with application credential: Application credentials cannot request a scope.",
  ),
  notAuthorized: (operation: string) =>
    new VendorError(
      403,
      "Forbidden",
      `You are not authorized to perform the requested action: ${operation}.`,
    ),

  // Keystone sets no rate and is never busy; a proxy before it may.
  throttled: new VendorError(429, "Too Many Requests", "Too many requests.", { "retry-after": "1" }),
  busy: new VendorError(409, "Conflict", "Conflict occurred attempting to store the request."),
  expired: unauthorized,
  // Source: openstack/keystone, keystone/exception.py, UnexpectedError.
  internal: new VendorError(
    500,
    "Internal Server Error",
    "An unexpected error prevented the server from fulfilling your request.",
  ),
};
