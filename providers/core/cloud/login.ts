import type { Deadline, PreflightError, Session, Vendor, Where } from "../contract/cloud";
import { checkAll, type Settings } from "../util/settings";
import { isUnavailable } from "./credentials";
import { commonSettings } from "./settings-key";

/** A login in two steps. */
export interface Login<A, S extends Session> {
  /**
   * All that can be told of it without a request.
   * @throws Error that says what is wrong; one marked `unavailable` for what is only absent here.
   */
  accessTo(where: Where, settings: Settings): A;
  /** @throws CloudError, or an Error that says what is missing. */
  logIn(access: A, settings: Settings, deadline: Deadline): Promise<S>;
}

export async function connect<A, S extends Session>(
  vendor: Vendor,
  login: Login<A, S>,
  where: Where,
  settings: Settings,
  deadline: Deadline,
): Promise<S> {
  return login.logIn(accessTo(vendor, login, where, settings), settings, deadline);
}

/**
 * Says what {@link connect} would say before its first request, but for what is only absent here.
 *
 * @param where.recorded - the pair is in state, and so has its region there.
 * @throws PreflightError
 */
export function preflight(
  vendor: Vendor,
  login: Login<unknown, Session>,
  where: Where & { recorded?: boolean },
  settings: Settings,
): void {
  const faultOf = (at: Where): PreflightError | undefined => {
    try {
      accessTo(vendor, login, at, settings);
      return undefined;
    } catch (error) {
      return isUnavailable(error) ? undefined : (error as PreflightError);
    }
  };
  const { connection, ...rest } = where;
  const fault = faultOf(where);
  if (!fault || (fault.property === "region" && where.recorded && !where.region)) return;
  // What is not wrong without the connection is wrong with it.
  if (connection && faultOf(rest)?.message !== fault.message) fault.property ??= "connection";
  throw fault;
}

function accessTo<A>(vendor: Vendor, login: Login<A, Session>, where: Where, settings: Settings): A {
  checkAll(settings, { ...commonSettings, ...vendor.settings });
  return login.accessTo(where, settings);
}
