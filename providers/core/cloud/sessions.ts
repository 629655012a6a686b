import type { Cloud, Connection, Session, Where } from "../contract/cloud";
import { canonical } from "../util/canonical";
import { printable } from "../util/printable";
import type { Settings } from "../util/settings";
import { notTheApis } from "./answer";
import { isUnavailable } from "./credentials";
import { once } from "./kept";
import { within } from "./renewable";
import { settingsKey } from "./settings-key";

/** A login serves many operations, so it has a limit of its own, in milliseconds; each operation waits as long as it may. */
const LOGIN_LIMIT = 60_000;

/**
 * The session for `where`: one login for all operations that would log in alike. A failed login is not kept.
 *
 * @param where.recorded - the pair is in state: a profile or role recorded there that is not to be had here (a laptop's name for
 *   it, in CI) gives way to the ambient credentials. {@link requireAccount} then tells whether they will do.
 */
export async function connect<S extends Session>(
  cloud: Cloud<S>,
  where: Where & { recorded?: boolean },
  settings: Settings,
): Promise<S> {
  const { connection, recorded } = where;
  const region = where.region ?? cloud.region(settings, connection);
  const logIn = (as?: Connection): Promise<S> => {
    const at = { ...(region ? { region } : {}), ...(as ? { connection: as } : {}) };
    const key = `session ${settingsKey(cloud, settings)} ${canonical(at)}`;
    return once(key, async () => checked(await cloud.connect(at, settings, within(LOGIN_LIMIT))));
  };
  try {
    return await logIn(connection);
  } catch (error) {
    if (!recorded || !connection || !isUnavailable(error)) throw error;
    return logIn().catch((other) => {
      throw isUnavailable(other) ? error : other;
    });
  }
}

/** @throws CloudError where a login tells of an account or a region that state cannot keep: half a surrogate pair breaks gRPC. */
function checked<S extends Session>(session: S): S {
  if ([session.accountId, session.region].every((name) => printable(name) === name)) return session;
  throw notTheApis("the login tells of an account or a region whose name is none", { action: "login" });
}

/**
 * Makes sure that a pair in state is looked for where it lives. To other credentials it looks deleted, and one CI job with
 * the wrong key would drop a whole stack.
 *
 * @throws Error if the session is of another account.
 */
export function requireAccount(cloud: Cloud<Session>, session: Session, recorded: string): void {
  if (session.accountId === recorded) return;
  throw new Error(
    `the credentials are of ${cloud.title} ${cloud.tenant} ${session.accountId}, the attachment is in ${cloud.tenant} ${recorded}; ` +
      `nothing was changed (hint: use credentials of that ${cloud.tenant}, or the argument connection to choose them)`,
  );
}

const names = new WeakMap<Session, string>();
let count = 0;

/** A name for a session in batch keys. */
export function nameOf(session: Session): string {
  const name = names.get(session) ?? `session ${++count}`;
  names.set(session, name);
  return name;
}
