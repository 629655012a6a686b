import type { Cloud, Session, Where } from "../contract/cloud";
import { canonical } from "../util/canonical";
import type { Settings } from "../util/settings";
import { within } from "./renewable";

/** A login serves many operations, so it has a limit of its own, in milliseconds; each operation waits as long as it may. */
const LOGIN_LIMIT = 60_000;

const sessions = new WeakMap<Settings, Map<string, Promise<Session>>>();

/** The session for `where`: one login for all operations under the same settings. A failed login is not kept. */
export async function connect<S extends Session>(
  cloud: Cloud<S>,
  where: Where,
  settings: Settings,
): Promise<S> {
  const known = sessions.get(settings) ?? new Map<string, Promise<Session>>();
  sessions.set(settings, known);
  const key = `${cloud.name} ${canonical(where)}`;
  let session = known.get(key) as Promise<S> | undefined;
  if (!session) {
    session = cloud.connect(where, settings, within(LOGIN_LIMIT));
    known.set(key, session);
    session.catch(() => known.delete(key));
  }
  return session;
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
    `the credentials are of ${cloud.title} account ${session.accountId}, the attachment is in account ${recorded}; ` +
      "nothing was changed (hint: use credentials of that account, or the `connection` argument to choose them)",
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
