import { VendorError } from "../cloud";

/**
 * The answer of Keystone, and of every service behind its middleware, to a login that fails and a token that is not valid:
 * it does not say why. Source: measured on Keystone 22.0.2 (Zed).
 */
export const unauthorized = new VendorError(
  401,
  "Unauthorized",
  "The request you have made requires authentication.",
);

/** No service has such a path: refused with a page of HTML, before a service sees it. Source: measured on Nova 26.2.2 (Zed). */
export const noSuchPath = new VendorError(404, "HTML", "The resource could not be found.");
