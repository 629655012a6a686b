/**
 * What goes wrong, and when. Rules are tried in their order against each call; all that is counted is calls, so a
 * schedule runs the same way every time.
 */
export interface FaultRule {
  kind: FaultKind;
  /** Only this action, e.g. AttachVServerGroups. Default any. */
  action?: string;
  /** Only this front, `ecs` or `alicloud.ecs`. Default any. */
  front?: string;
  /** Only calls that name this resource id. Default any. */
  id?: string;
  /** Let the first n matching calls pass. Default 0. */
  skip?: number;
  /** Then act on n calls. Default without end. */
  times?: number;
  /** Do the work first, then fail: the client does not know that it was done. Default false. */
  afterWork?: boolean;
  /** Milliseconds: down, latency, busyAfterWrite, visibilityDelay, slowBody. */
  ms?: number;
  /** rateLimit: calls let in per `windowMs` (default 1000) and account, region and action. */
  limit?: number;
  windowMs?: number;
  /** error, throttle, busy: instead of the vendor's usual ones. http: status (503), body and its type (an HTML page). */
  status?: number;
  code?: string;
  message?: string;
  body?: string;
  contentType?: string;
  headers?: Record<string, string>;
}

/** These end a call; of several matching rules the first acts, and the later ones do not count the call. */
const endings = {
  throttle: "the vendor's throttling code",
  busy: "the vendor's code for a parent at work",
  expired: "the vendor's code for an expired temporary credential",
  error: "a vendor error with the given code, status and message",
  http: "an answer not from the vendor's service but from a gateway before it",
  reset: "the connection is reset",
  hang: "no answer at all",
  down: "the connections are reset, and the port refuses others for ms",
} as const;

/** These change how a call goes on; all matching rules act. */
const conditions = {
  latency: "wait ms more, half before the work and half after",
  rateLimit: "calls beyond limit per windowMs get the throttling code",
  busyAfterWrite: "a write leaves its parents busy for ms: other writes get the busy code",
  visibilityDelay: "a read sees the world as it was ms ago",
  slowBody: "the headers at once, the body spread over ms",
  cut: "the connection breaks in the middle of the body",
} as const;

export type EndingKind = keyof typeof endings;
export type ConditionKind = keyof typeof conditions;
export type FaultKind = EndingKind | ConditionKind;

export interface Faults {
  rules: FaultRule[];
  /** Every call takes this long. Default 0. */
  latencyMs: number;
  /** Added to the machine's clock to make the vendors'. Default 0. */
  clockOffsetMs: number;
  /** How to behave where a vendor is silent; the README lists the names. */
  variants: Record<string, string>;
}

/** Whether it comes from the network or a gateway, before the service knows who asks. */
export const isTransport = ({ kind }: FaultRule): boolean => ["http", "reset", "hang", "down"].includes(kind);

export const isService = (rule: FaultRule): boolean => !isTransport(rule);

export const isEnding = (kind: FaultKind): kind is EndingKind => kind in endings;

export const kinds: readonly string[] = [...Object.keys(endings), ...Object.keys(conditions)];

export const isKind = (kind: string): kind is FaultKind => kinds.includes(kind);

/** The longest of the rules of this kind, in milliseconds. */
export const longest = (rules: FaultRule[], kind: ConditionKind): number =>
  Math.max(0, ...rules.map((rule) => (rule.kind === kind ? (rule.ms ?? 0) : 0)));
