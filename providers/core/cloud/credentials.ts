import type { AssumeRole, Connection, Deadline } from "../contract/cloud";
import { CloudError, type Verb, type Verdict } from "../contract/errors";
import { given } from "../util/given";
import { firstOf, type Setting, type Settings, settingOf, type Typed, textOf } from "../util/settings";
import { type Expiring, Renewable } from "./renewable";

/** Obtains a credential anew. */
export type Source<C> = (deadline: Deadline) => Promise<C>;

/** One way to credentials: undefined where it is not configured; throws where it is, but cannot work. */
export type Link<C> = readonly [name: string, find: () => Source<C> | undefined];

/**
 * The first link that is configured: the list is the documentation of their order.
 *
 * @param none - what is said where none is.
 * @throws what a link throws that is configured but cannot work; an Error marked {@link unavailable} if none is configured.
 */
export function chain<C>(links: readonly Link<C>[], none: string): Source<C> {
  const source = firstOf(links, ([, find]) => find());
  if (source) return source;
  throw unavailable(new Error(none));
}

/** Credentials of the source that `find` leads to. It is kept, since it may hold what it obtained, until it fails. */
export function credentialsFrom<C extends Expiring>(find: () => Source<C>): Renewable<C> {
  let source: Source<C> | undefined;
  return new Renewable(async (deadline) => {
    source ??= find();
    try {
      return await source(deadline);
    } catch (error) {
      source = undefined;
      throw error;
    }
  });
}

/** What a cloud with profiles and roles offers to {@link credentialsOf}. */
export interface Ways<C> {
  /** What applies without a `connection`. */
  ambient(): Source<C>;
  /** Ambient credentials before any role is assumed with them. */
  base(): Source<C>;
  /** A profile of the vendor's CLI. @throws Error marked {@link unavailable} if there is none of that name. */
  profile(name: string): Source<C>;
  assume(role: AssumeRole, source: Source<C>): Source<C>;
}

/** The credentials of `connection`; its role is assumed with those of its profile, else with the ambient ones. */
export function credentialsOf<C>(connection: Connection | undefined, ways: Ways<C>): Source<C> {
  const { profile, assumeRole } = connection ?? {};
  if (profile === undefined && assumeRole === undefined) return ways.ambient();
  const own = profile === undefined ? ways.base() : ways.profile(profile);
  return assumeRole ? ways.assume(assumeRole, own) : own;
}

const marked = new WeakSet<object>();

/**
 * Marks an error that says: this profile, role, credential or file is not to be had here. It may be elsewhere: a preview says
 * nothing of it, and a recorded connection gives way.
 */
export function unavailable<E extends Error>(error: E): E {
  marked.add(error);
  return error;
}

/** Whether an error is one of {@link unavailable}. */
export function isUnavailable(error: unknown): boolean {
  return typeof error === "object" && error !== null && marked.has(error);
}

/** What `assume` gives. A refusal that lasts means that the role is not to be had here; a cloud that stumbles says nothing. */
export async function role<T>(
  assume: () => Promise<T>,
  classify: (error: CloudError, verb: Verb) => Verdict,
): Promise<T> {
  try {
    return await assume();
  } catch (error) {
    const isAnswer = error instanceof CloudError && (error.requestId ?? error.status) !== undefined;
    throw isAnswer && classify(error, "find").outcome === "permanent" ? unavailable(error) : error;
  }
}

/** The role that is configured, if one is. @throws Error if its duration is no number. */
export function configuredRole(
  settings: Settings,
  names: Record<"roleArn" | "sessionName", Setting> & {
    duration: Typed<number>;
    policy?: Setting;
    externalId?: Setting;
  },
): AssumeRole | undefined {
  const text = (setting: Setting | undefined) => setting && textOf(settings, setting);
  const roleArn = text(names.roleArn);
  if (!roleArn) return undefined;
  return given({
    roleArn,
    sessionName: text(names.sessionName),
    policy: text(names.policy),
    externalId: text(names.externalId),
    durationSeconds: settingOf(settings, names.duration),
  });
}

/** Both parts of a key, or neither. @throws Error if one is missing. */
export function wholeKey(
  settings: Settings,
  ...names: readonly [id: Setting, secret: Setting]
): { id: string; secret: string } | undefined {
  const [id, secret] = names.map((name) => textOf(settings, name));
  if (id && secret) return { id, secret };
  if (!id && !secret) return undefined;
  const [given, missing] = id ? names : [names[1], names[0]];
  throw new Error(`${given.config} is set (in config or environment) but ${missing.config} is not`);
}
