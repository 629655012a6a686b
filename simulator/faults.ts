import { variants } from "./variants";

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
  /** Milliseconds: latency, busyAfterWrite, visibilityDelay, slowBody. */
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
} as const;

/** These change how a call goes on; all matching rules act. */
const conditions = {
  latency: "wait ms more, half before the work and half after",
  rateLimit: "calls beyond limit per windowMs get the throttling code",
  busyAfterWrite: "a write leaves its parents busy for ms: other writes get the busy code",
  visibilityDelay: "a read sees the world as it was ms ago",
  slowBody: "the headers at once, the body spread over ms",
} as const;

export type Ending = keyof typeof endings;
export type Condition = keyof typeof conditions;
export type FaultKind = Ending | Condition;

export interface Faults {
  rules: FaultRule[];
  /** Every call takes this long. Default 0. */
  latencyMs: number;
  /** Added to the machine's clock to make the vendors'. Default 0. */
  clockOffsetMs: number;
  /** How to behave where a vendor is silent; the README lists the names. */
  variants: Record<string, string>;
}

/** Those that come from the network or a gateway, before the service knows who asks. */
export const isTransport = ({ kind }: FaultRule): boolean => ["http", "reset", "hang"].includes(kind);

export const isEnding = (kind: FaultKind): kind is Ending => kind in endings;

const ruleKeys: Record<Exclude<keyof FaultRule, "kind">, "string" | "number" | "boolean" | "object"> = {
  action: "string",
  front: "string",
  id: "string",
  skip: "number",
  times: "number",
  afterWork: "boolean",
  ms: "number",
  limit: "number",
  windowMs: "number",
  status: "number",
  code: "string",
  message: "string",
  body: "string",
  contentType: "string",
  headers: "object",
};

/** Makes faults of what a test or `PUT /faults` gives; throws a sentence that names the wrong field. */
export function parseFaults(input: unknown): Faults {
  const given = record(input, "faults");
  for (const key of Object.keys(given)) {
    if (!["rules", "latencyMs", "clockOffsetMs", "variants"].includes(key)) {
      throw new TypeError(`faults.${key} is unknown; known: rules, latencyMs, clockOffsetMs, variants`);
    }
  }
  const rules = given.rules ?? [];
  if (!Array.isArray(rules)) throw new TypeError("faults.rules must be a list");
  return {
    rules: rules.map((rule, index) => parseRule(rule, `faults.rules[${index}]`)),
    latencyMs: milliseconds(given.latencyMs ?? 0, "faults.latencyMs"),
    clockOffsetMs: number(given.clockOffsetMs ?? 0, "faults.clockOffsetMs"),
    variants: parseVariants(record(given.variants ?? {}, "faults.variants")),
  };
}

function parseRule(input: unknown, where: string): FaultRule {
  const rule = record(input, where);
  const { kind } = rule;
  if (typeof kind !== "string" || !(kind in endings || kind in conditions)) {
    const known = [...Object.keys(endings), ...Object.keys(conditions)].join(", ");
    throw new TypeError(`${where}.kind is ${JSON.stringify(kind)}; known: ${known}`);
  }
  for (const [key, value] of Object.entries(rule)) {
    if (key === "kind") continue;
    const wanted = ruleKeys[key as keyof typeof ruleKeys];
    if (wanted === undefined)
      throw new TypeError(`${where}.${key} is unknown; known: ${Object.keys(ruleKeys).join(", ")}`);
    if (typeof value !== wanted || value === null) throw new TypeError(`${where}.${key} must be a ${wanted}`);
    if (wanted === "number") milliseconds(value, `${where}.${key}`);
  }
  const needs = (key: keyof FaultRule) => {
    if (rule[key] === undefined) throw new TypeError(`${where}: a rule of kind ${kind} needs ${key}`);
  };
  if (kind === "rateLimit") needs("limit");
  else if (kind in conditions) needs("ms");
  if (kind === "error") needs("code");
  return rule as unknown as FaultRule;
}

function parseVariants(given: Record<string, unknown>): Record<string, string> {
  const parsed = Object.entries(given).map(([name, value]) => {
    const where = `faults.variants.${name}`;
    const choices = variants[name];
    if (choices === undefined) {
      throw new TypeError(`${where} is unknown; known: ${Object.keys(variants).join(", ")}`);
    }
    const text = String(value);
    if (choices === "number" ? !Number.isFinite(Number(text)) : !choices.includes(text)) {
      throw new TypeError(
        `${where} is ${text}; known: ${choices === "number" ? "numbers" : choices.join(", ")}`,
      );
    }
    return [name, text] as const;
  });
  return Object.fromEntries(parsed);
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError(`${where} must be an object`);
  return value as Record<string, unknown>;
}

function number(value: unknown, where: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new TypeError(`${where} must be a number`);
  return value;
}

function milliseconds(value: unknown, where: string): number {
  if (number(value, where) < 0) throw new TypeError(`${where} must not be negative`);
  return value as number;
}

/** Counts the calls that each rule has seen, and says which rules act on one. */
export class Schedule {
  private readonly seen = new Map<FaultRule, number>();

  constructor(readonly faults: Faults) {}

  match(cloud: string, front: string, call: { action: string; ids: string[] }): FaultRule[] {
    const acting: FaultRule[] = [];
    let ended = false;
    for (const rule of this.faults.rules) {
      const ends = isEnding(rule.kind);
      if (ends && ended) continue;
      if (rule.action !== undefined && rule.action !== call.action) continue;
      if (rule.front !== undefined && rule.front !== front && rule.front !== `${cloud}.${front}`) continue;
      if (rule.id !== undefined && !call.ids.includes(rule.id)) continue;
      const before = this.seen.get(rule) ?? 0;
      this.seen.set(rule, before + 1);
      const skip = rule.skip ?? 0;
      if (before < skip || before >= skip + (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      ended ||= ends;
      acting.push(rule);
    }
    return acting;
  }

  /** How far back any read may look. */
  get longestVisibilityDelay(): number {
    return Math.max(
      0,
      ...this.faults.rules.map((rule) => (rule.kind === "visibilityDelay" ? (rule.ms ?? 0) : 0)),
    );
  }
}
