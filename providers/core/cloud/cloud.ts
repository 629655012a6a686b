import type { Cloud, Session, Vendor } from "../contract/cloud";
import type { Login } from "./login";

/**
 * A cloud whose previews say offline what its logins would say.
 *
 * @param load - gives the login: signers, credentials and clients load with the first check or operation, never in a program.
 */
export function cloudOf<A, S extends Session>(
  vendor: Vendor,
  load: () => Login<A, S>,
  classify: Cloud<S>["classify"],
): Cloud<S> {
  const kit = () => require("./login") as typeof import("./login");
  return {
    ...vendor,
    preflight: (where, settings) => kit().preflight(vendor, load(), where, settings),
    connect: async (where, settings, deadline) => kit().connect(vendor, load(), where, settings, deadline),
    classify,
  };
}
