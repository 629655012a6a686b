import type { Settings } from "../util/settings";
import type { CloudError, Verb, Verdict } from "./errors";
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
  resolve?(session: S, args: Args, call: Call): Promise<Args>;
  /** What the cloud says of these pairs, in their order; an Error in place of a finding fails that pair alone. Throws rather than guess. */
  readonly find: Batched<Args, S, (Finding<Args> | Error)[]>;
  readonly attach: Batched<Args, S, void>;
  readonly detach: Batched<Args, S, void>;
  /** Brings a pair that is attached, but not as declared, into its declared shape. Runs alone on its parent. */
  change?(session: S, pair: Args, call: Call): Promise<void>;
  /** Of these pairs, those that a failed batch's error names. */
  named?(error: CloudError, pairs: readonly Args[]): readonly Args[];
}

/** One API call for one pair, or for as many as the vendor takes at once. */
export interface Batched<Args, S, Result> {
  call(session: S, pairs: readonly Args[], call: Call): Promise<Result>;
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

/** Which of the vendor's credentials to use, for several accounts in one stack. Never holds a secret. */
export interface Connection {
  /** A profile of the vendor's own CLI or `clouds.yaml`. */
  profile?: string;
  /** A role to assume with those credentials. */
  assumeRole?: AssumeRole;
}

/** A role of another account (Alibaba RAM role, Tencent CAM role, Huawei agency). */
export interface AssumeRole {
  /** Alibaba `acs:ram::<account>:role/<name>`, Tencent `qcs::cam::uin/<account>:roleName/<name>`, Huawei the agency's name. */
  roleArn: string;
  /** Default: `pulumi-cloud-attachments`. */
  sessionName?: string;
  externalId?: string;
  policy?: string;
  /** Seconds the temporary credentials live. Default: the vendor's. */
  durationSeconds?: number;
}

/** A vendor: how to reach it, and how to read its errors. */
export interface Cloud<S extends Session> {
  /** Pulumi config namespace and folder name: `alicloud`. */
  readonly name: string;
  /** The vendor's name in sentences: `Alibaba Cloud`. */
  readonly title: string;
  /**
   * The region as configured, in a program or in the provider process; pure and cheap.
   * @param connection - credentials of another cloud may have a region of their own.
   */
  region(settings: Settings, connection?: Connection): string | undefined;
  /**
   * Logs in. The engine calls it once per process for each `where` and keeps the session; a failure is not kept.
   * @throws CloudError, or an Error whose message tells the user what is missing.
   */
  connect(where: Where, settings: Settings, call: Call): Promise<S>;
  /** What an error means to a verb. A code that is not in the vendor's table is `permanent`. */
  classify(error: CloudError, verb: Verb): Verdict;
}

/** A cloud reached with certain credentials in a certain region. */
export interface Session {
  /** The account (or project) that the credentials belong to, as the cloud itself says. */
  readonly accountId: string;
  readonly region: string;
  /** Milliseconds until the vendor's rate limit lets a call of `action` through. */
  delay?(action: string): number;
}

/** Where a pair is to be found. */
export interface Where {
  region?: string;
  connection?: Connection;
  /**
   * True for a pair already in state: a profile or role recorded there that does not exist here (a laptop's name for it, in
   * CI) gives way to the ambient credentials. The engine then compares the account.
   */
  recorded: boolean;
}

/** The limits of one operation, passed down to every request made for it. */
export interface Call {
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline. */
  remaining(): number;
}
