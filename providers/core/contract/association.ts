import type { Cloud, Connection, Deadline, Session } from "./cloud";
import type { CloudError } from "./errors";
import type { Fields } from "./fields";

/**
 * What one kind of association says of itself. Everything else (defaults, diffs, locks, batches, retries,
 * deadlines, ownership, messages, state) is the engine's, the same for all.
 *
 * @typeParam Args - the arguments of a program as plain values: the identity of the pair and its settings.
 * @typeParam S - the session with the cloud that its calls need.
 */
export interface Association<Args extends CommonArgs, S extends Session> {
  /** `<module>:<Type>` behind `pulumi-nodejs:dynamic/`, for example `alicloud/ecs:SecurityGroupAttachment`. Final once published. */
  readonly token: string;
  readonly cloud: Cloud<S>;
  /** Every argument of its own; the common ones (`region`, `connection`, `ifAttached`) are the engine's. */
  readonly fields: Fields<Omit<Args, keyof CommonArgs>>;
  /** Groups of arguments of which a program gives exactly one. */
  readonly exactlyOne?: readonly (readonly (keyof Args & string)[])[];
  /** The resource id, in the form the vendor's other tools use where there is one. */
  id(pair: Args): string;
  /** The two ends, for sentences: `{ what: "security group sg-1", where: "instance i-2" }`. */
  describe(pair: Args): { what: string; where: string };
  /** What only one write at a time may touch, the same for every resource type that writes to it: `instance i-2`. */
  parent(pair: Args): string;
  /** The cloud knows the pair by its ids alone: it is the same whatever region it is asked for in. */
  readonly isGlobal?: true;
  /** Turns what a program may give into the identity: a name into an id. Called once, by create. */
  resolve?(session: S, args: Args, deadline: Deadline): Promise<Args>;
  /** What the cloud says of these pairs, in their order; an Error in place of a finding fails that pair alone. Throws rather than guess. */
  readonly find: Batched<Args, S, (Finding<Args> | Error)[]>;
  readonly attach: Batched<Args, S, void>;
  readonly detach: Batched<Args, S, void>;
  /** Brings a pair that is attached, but not as declared, into its declared shape. Runs alone on its parent. */
  change?(session: S, pair: Args, deadline: Deadline): Promise<void>;
  /** Of these pairs, those that a failed batch's error names. */
  named?(error: CloudError, pairs: readonly Args[]): readonly Args[];
}

/** One API call for one pair, or for as many as the vendor takes at once. */
export interface Batched<Args, S, Result> {
  call(session: S, pairs: readonly Args[], deadline: Deadline): Promise<Result>;
  /** Pairs of the same lane may share a call; a lane has one call in flight. Absent: every pair goes alone. */
  lane?(pair: Args): string;
  /** The API action, if it has a rate limit of its own: what waits for that waits where others can join it. */
  readonly action?: string;
  /** Whether the vendor takes these in one call. */
  fits?(pairs: readonly Args[]): boolean;
}

/** What the cloud says of one pair. */
export type Finding<Args> =
  /** Attached; `observed` holds what the cloud shows of the settings, `incomplete` says what is not yet as it should be. */
  | { state: "attached"; observed?: Partial<Args>; incomplete?: string; busy?: string }
  /** The parent is there, the pair is not. `busy`: the parent is changing, a write would collide. */
  | { state: "detached"; busy?: string }
  /** The parent is not there (`what` names it). Believed only from the account the pair is in. */
  | { state: "missing"; what: string };

/** Arguments that every association takes. */
export interface CommonArgs {
  region?: string;
  connection?: Connection;
  ifAttached?: "adopt" | "fail";
}
