import { memoized } from "../util/memoized";
import type { Cloud, Connection, Deadline, Session } from "./cloud";
import type { CloudError } from "./errors";
import { commonFields, type Field, type Fields } from "./fields";

/**
 * What one kind of association says of itself. Everything else (defaults, diffs, locks, batches, retries, deadlines, claims,
 * messages, state) is the core's, the same for all.
 *
 * @typeParam Args - the arguments of a program as plain values: the identity of the pair and its settings.
 * @typeParam S - the session with the cloud that its calls need.
 */
export interface Association<Args extends CommonArgs, S extends Session> {
  /** `<module>:<Type>` behind `pulumi-nodejs:dynamic/`, for example `alicloud/ecs:SecurityGroupAttachment`. Final once published. */
  readonly token: string;
  readonly cloud: Cloud<S>;
  /** Every argument of its own; the common ones (`region`, `connection`, `ifAttached`) are the core's. */
  readonly fields: Fields<Omit<Args, keyof CommonArgs>>;
  /** Groups of arguments of which a program gives exactly one. */
  readonly exactlyOne?: readonly (readonly (keyof Args & string)[])[];
  /**
   * The lists of the plural form, one resource for many pairs: which argument a list holds the values of, or which arguments
   * its objects have. A program gives exactly one of the lists, and what it does not list once, for all pairs.
   */
  readonly plural: Readonly<Record<string, (keyof Args & string) | readonly (keyof Args & string)[]>>;
  /** The resource id, in the form the vendor's other tools use where there is one. */
  id(pair: Args): string;
  /** The identity that a resource id says, the inverse of {@link id}, for import. Nothing is checked: the core checks each part. */
  parseId(id: string): { readonly [Name in keyof Args]?: Args[Name] | string | undefined };
  /** The two ends, for sentences: `{ what: "security group sg-1", where: "instance i-2" }`. */
  describe(pair: Args): { what: string; where: string };
  /** What only one write at a time may touch, the same for every resource type that writes to it: `instance i-2`. */
  parent(pair: Args): string;
  /** How many groups a parent must have at least and can have at most, where the vendor documents it for all accounts. */
  readonly perParent?: { readonly least?: number; readonly most?: number };
  /** The cloud knows the pair by its ids alone: it is the same whatever region it is asked for in. */
  readonly isGlobal?: true;
  /**
   * Turns what a program may give into the identity: a name into an id. Called once, by create.
   * @throws MissingError if there is nothing of that name.
   */
  resolve?(session: S, args: Args, deadline: Deadline): Promise<Args>;
  /** What the cloud says of a pair. Throws rather than guess. */
  readonly find: Verb<Args, S, Finding<Args>, Findings<Args>>;
  readonly attach: Verb<Args, S, void, void>;
  readonly detach: Verb<Args, S, void, void>;
  /**
   * Brings a pair that is attached, but not as declared, into its declared shape. Called only after an attach of the attached
   * pair was not refused: what is taken off in order to be put back must be accepted again.
   * @throws before it takes anything off, if it can tell that putting it back would be refused.
   */
  change?(session: S, pair: Args, deadline: Deadline): Promise<void>;
  /** Of these pairs, those that a failed batch's error names. */
  named?(error: CloudError, pairs: readonly Args[]): readonly Args[];
  /**
   * A pair of two ends that are not there, with ids as the cloud forms them. Given where a cloud tells that a permission is missing before
   * it looks for the ends: whether writes are allowed can then be asked by writes that change nothing.
   */
  readonly nowhere?: Args;
  /** The lists in which the cloud shows all that is attached where the session is, whatever attached it. */
  list?(session: S, filter: ListFilter): readonly List<Args>[];
}

/** How pairs get into calls: one pair a call, or several, whose result tells of all of them. */
export type Verb<Args, S, One, All> = Each<Args, S, One> | Batched<Args, S, All>;

/** An API that takes one pair a call. */
export interface Each<Args, S, Result> {
  readonly each: (session: S, pair: Args, deadline: Deadline) => Promise<Result>;
}

/** An API that takes several pairs a call. */
export interface Batched<Args, S, Result> {
  /** What all pairs of one call have in common: their batch key. A batch key has one call in flight. */
  readonly common: (pair: Args) => unknown;
  /** Whether the vendor takes these in one call. */
  readonly fits: (pairs: readonly Args[]) => boolean;
  /** @param common - of these pairs. */
  readonly batch: (session: S, pairs: readonly Args[], deadline: Deadline, common: never) => Promise<Result>;
}

/** A finding for each pair, in their order; an Error fails that pair alone. */
export type Findings<Args> = readonly (Finding<Args> | Error)[];

/** What of a list is wanted. The caller filters once more: a list takes what its API can filter by, and leaves the rest. */
export interface ListFilter {
  /** Ids of parents (instances, network interfaces, scaling groups, servers). Undefined: any. */
  readonly parents?: readonly string[];
  /** Ids of groups. Undefined: any. */
  readonly groups?: readonly string[];
}

/** One list of parents, read page by page: after a failure, the same page is asked for again. */
export interface List<Args> {
  /** What is listed, for sentences: `instances`. */
  readonly what: string;
  /**
   * One page. Throws rather than guess.
   * @param at - `next` of the page before; undefined: the first.
   */
  page(deadline: Deadline, at: string | undefined): Promise<Page<Args>>;
}

/** A page of a list. */
export interface Page<Args> {
  readonly parents: readonly ListedParent<Args>[];
  /** What to ask for the next page with. Undefined: this is the last. */
  readonly next?: string;
  /** How many parents there are in all, where the API tells. */
  readonly total?: number;
}

/** What groups are attached to, and which. */
export interface ListedParent<Args> {
  readonly id: string;
  /** Its name, if it has one of its own. */
  readonly name?: string;
  /** The network it is in (VPC). */
  readonly network?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly attached: readonly ListedPair<Args>[];
}

/** A pair that is attached, with its settings as the cloud shows them, and what the cloud says of it. */
export interface ListedPair<Args> {
  readonly pair: Args;
  /** Id of the group. */
  readonly group: string;
  /** Its name, where the API tells it at no or few calls more. */
  readonly groupName?: string;
  readonly seen: Extract<Finding<Args>, { state: "attached" }>;
}

/** One call a pair. */
export function each<Args, S, Result>(
  call: (session: S, pair: Args, deadline: Deadline) => Promise<Result>,
): Each<Args, S, Result> {
  return { each: call };
}

/**
 * One call for several pairs.
 *
 * @param options.common - what all pairs of one call have in common. Default: any pairs share a call.
 * @param options.fits - whether the vendor takes these in one call. Default: any number.
 */
export function batched<Args, S, Result, Common = undefined>(
  options: { common?: (pair: Args) => Common; fits?: (pairs: readonly Args[]) => boolean },
  call: (session: S, pairs: readonly Args[], deadline: Deadline, common: Common) => Promise<Result>,
): Batched<Args, S, Result> {
  return {
    common: options.common ?? (() => undefined),
    fits: options.fits ?? (() => true),
    batch: call as Batched<Args, S, Result>["batch"],
  };
}

/** What the cloud says of one pair. */
export type Finding<Args> =
  /** Attached; `observed` holds what the cloud shows of the settings, `incomplete` says what is not yet as it should be. */
  | { state: "attached"; observed?: Partial<Args>; incomplete?: string; busy?: string }
  /** The parent is there, the pair is not. `busy`: the parent is changing, a write would collide. */
  | { state: "detached"; busy?: string }
  /** The parent is not there (`what` names it). Believed only from the account the pair is in. */
  | { state: "missing"; what: string };

/** Arguments that every association takes, as plain values. */
export interface CommonArgs {
  region?: string;
  connection?: Connection;
  ifAttached?: "adopt" | "fail";
}

/** Any association, when its arguments do not matter. */
// biome-ignore lint/suspicious/noExplicitAny: the arguments of different associations have nothing in common but this
export type AnyAssociation = Association<any, any>;

/** Keeps the types of an association's literal; does nothing else. */
export function association<Args extends CommonArgs, S extends Session>(
  definition: Association<Args, S>,
): Association<Args, S> {
  return definition;
}

/** Where a pair is, in keys of pairs and parents: an account, and a region of it unless that makes no difference. */
export function placeOf(association: AnyAssociation, at: Pick<Session, "accountId" | "region">): string {
  return association.isGlobal ? at.accountId : `${at.accountId} ${at.region}`;
}

/** Every field of an association, the common ones included. */
export const fieldsOf = memoized((association: AnyAssociation): readonly [string, Field][] =>
  Object.entries({ ...(association.fields as Record<string, Field>), ...commonFields }),
);

/** Names of the fields that are part of the attachment's identity. */
export const identityOf = memoized((association: AnyAssociation): readonly string[] =>
  fieldsOf(association).flatMap(([name, field]) => (field.role === "identity" ? [name] : [])),
);
