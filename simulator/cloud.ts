import type { IncomingHttpHeaders } from "node:http";

/** One cloud: its part of the world, and the HTTP services ("fronts") that act on it. */
export interface Cloud<State extends object> {
  /** What a fresh simulator holds. Plain JSON, made anew by each call. */
  defaultWorld(): State;
  /** In the order in which they get their ports. */
  fronts: Record<string, Front<State>>;
  /** What may be set by `faults.variants`; any other name is refused. */
  variants?: Record<string, Variant>;
  /** What a client needs to reach the fronts, e.g. urls and the first account's keys. */
  endpoints(urls: Record<string, string>, state: State): Record<string, string>;
  /** How a Pulumi program reaches them: its input is what `endpoints` gave. */
  stack(endpoints: Record<string, string>): StackSettings;
}

/** What makes a Pulumi program reach a cloud of the simulator, in the vendor's own names. Empty texts are left out. */
export interface StackSettings {
  /** Stack config. It suffices; objects and lists are JSON. */
  config: Record<string, string | undefined>;
  /** Environment variables that suffice, too. None where the vendor has no variable for an endpoint. */
  env: Record<string, string | undefined>;
}

/** Where a vendor is silent or has changed: what its service may do. The first choice is the default; `number`: any number. */
export type Variant = readonly [string, ...string[]] | "number";

/** One service of a cloud, e.g. Alibaba ECS. Methods throw `VendorError` to refuse. */
export interface Front<State extends object, Who extends Caller = Caller> {
  /** What is asked, read before anything is verified: fault rules and the journal go by it. */
  identify(request: Request): Call;
  /** Who asks, after verifying it. Where a call need not say (a login), a caller with no account. */
  authenticate(request: Request, call: Call, context: Context<State>): Who;
  /** Does the work. A `read` is given the world as its visibility delay shows it. */
  perform(request: Request, call: Call, context: Context<State>, caller: Who): Answer | Promise<Answer>;
  /** The vendor's form of a refusal. */
  refuse(error: VendorError, context: Context<State>, request: Request): Answer;
  /** What a write gets that names a parent which another write, not yet answered, names too; undefined: let it in. */
  overlap?(context: Context<State>): VendorError | undefined;
  /** The vendor's words for what can happen to any call. */
  errors: {
    throttled: VendorError;
    /** A parent is busy with an earlier write. */
    busy: VendorError;
    expired: VendorError;
    internal: VendorError;
  };
  /** A request id in the vendor's form. */
  requestId(): string;
  /** URL path under which clients find this front, default none. A path without a trailing slash. */
  path?: string;
}

/** A request as it arrived, its body read to the end. */
export interface Request {
  method: string;
  /** The whole URL; of an absolute-form target (a client using us as its proxy) the one that was meant. */
  url: URL;
  /** Path and query exactly as sent, for signatures. */
  target: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** `performance.now()` when it had arrived. */
  arrived: number;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

export interface Call {
  /** The vendor's own name, e.g. AttachVServerGroups. */
  action: string;
  /** A read sees the world behind the visibility delay; a session call (login, STS) does not, and changes no parent. */
  kind: "read" | "write" | "session";
  /** Every resource id that the request names. */
  ids: string[];
  /** What a write changes (instances, a scaling group): busy and overlap are told by it. */
  parents: string[];
  region?: string;
}

/** Who asks, as far as all clouds have it. */
export interface Caller {
  /** The account or project that is acted in, if the call is in one. */
  accountId?: string | undefined;
}

/** What a front may use while it answers one request. */
export interface Context<State extends object> {
  world: State;
  /** That of the caller, once `authenticate` has told. */
  accountId: string | undefined;
  requestId: string;
  /** Where this cloud's fronts listen, by name. */
  urls: Readonly<Record<string, string>>;
  /** The vendor's clock in milliseconds since 1970. */
  now(): number;
  /** Resolves after real time has passed; rejects when the simulator stops. */
  sleep(milliseconds: number): Promise<void>;
  /** One of the choices that the cloud declares in `variants`, if it is set. */
  variant(name: string): string | undefined;
  /** What a service remembers beside the world: nonces, client tokens. Lives as long as the simulator. */
  memory: Map<string, unknown>;
}

/** A refusal in the vendor's words. */
export class VendorError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = "VendorError";
  }
}
