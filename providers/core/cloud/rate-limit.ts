import type { CloudError } from "../contract/errors";
import { orAborted } from "../util/abort";
import { now, sleep } from "../util/clock";
import { asJson, type Settings, settingOf, typed } from "../util/settings";
import { keep } from "./kept";

/** Config: requests a second by action, for accounts that others use, too: `{"AssociateSecurityGroups": 2}`. */
export const requestsPerSecond = typed(asRates, { config: "pulumi-cloud-attachments:requestsPerSecond" });

function asRates(text: string, what: string): Readonly<Record<string, number>> {
  const rates = asJson(text, what);
  if (typeof rates !== "object" || rates === null) throw new Error(`${what} must be an object`);
  for (const [action, rate] of Object.entries(rates)) {
    if (typeof rate !== "number" || !(rate > 0))
      throw new Error(`${what}: ${action} must be a number above 0`);
  }
  return rates as Record<string, number>;
}

/** What a vendor says of the rates of its API. */
export interface RateLimits {
  /** Requests a second that it takes of one account in one region, by action. For those left out we learn from its refusals. */
  perSecond: Readonly<Record<string, number>>;
  isThrottled(error: CloudError): boolean;
}

/** The vendor's second begins with the arrival of a request, not with its departure: leave this much more, in milliseconds. */
const SLACK = 60;
/** Spacing of requests after a first refusal, and at most, in milliseconds. */
const FIRST_SPACING = 50;
const MOST_SPACING = 2_000;
/** A time that has always passed. */
const LONG_AGO = Number.NEGATIVE_INFINITY;

/** Lets requests of one account, region and action through as fast as the vendor takes them. */
export class RateLimiter {
  /** When the last requests went through, oldest first. */
  readonly #passed: number[] = [];
  #spacing = 0;
  #notBefore = LONG_AGO;
  #last: Promise<void> = Promise.resolve();

  /** @param perSecond - undefined: only what refusals teach. */
  constructor(readonly perSecond: number | undefined) {}

  /**
   * Resolves when it is this request's turn; they pass in the order in which they came.
   * @throws the signal's reason as soon as it aborts; those behind then move up.
   */
  acquire(signal: AbortSignal): Promise<void> {
    const turn = this.#last.then(async () => {
      signal.throwIfAborted();
      const wait = this.#next() - now();
      if (wait > 0) await sleep(wait, signal);
      this.#note(now());
    });
    this.#last = turn.catch(() => {});
    return orAborted(turn, signal);
  }

  /** The vendor refused a request for its rate. @param retryAfter - milliseconds it asks us to wait. */
  throttled(retryAfter = 0): void {
    this.#spacing = Math.min(MOST_SPACING, Math.max(FIRST_SPACING, this.#spacing * 2));
    this.#notBefore = Math.max(this.#notBefore, now() + Math.max(retryAfter, this.#spacing));
  }

  /** The vendor took a request: it may take them a little faster. */
  accepted(): void {
    this.#spacing = this.#spacing < 5 ? 0 : this.#spacing * 0.9;
  }

  /** When the next request may go. */
  #next(): number {
    const previous = this.#passed.at(-1) ?? LONG_AGO;
    return Math.max(previous + this.#spacing, this.#notBefore, this.#allowed(previous));
  }

  /** When the published rate allows the next one: half of a second's requests at once, the others evenly spread. */
  #allowed(previous: number): number {
    if (this.perSecond === undefined) return LONG_AGO;
    const limit = Math.max(1, Math.floor(this.perSecond));
    const window = 1000 / Math.min(1, this.perSecond) + SLACK;
    const full = this.#passed.at(-limit);
    const half = this.#passed.at(-Math.ceil(limit / 2));
    const isHalf = half !== undefined && previous - half < window;
    return Math.max(
      full === undefined ? LONG_AGO : full + window,
      isHalf ? previous + window / limit : LONG_AGO,
    );
  }

  #note(time: number): void {
    this.#passed.push(time);
    if (this.#passed.length > Math.max(1, this.perSecond ?? 1)) this.#passed.shift();
  }
}

/** Before a login tells the account, requests under the same settings share a rate. */
const nameless = new WeakMap<Settings, string>();
let logins = 0;

/** The rate limiter of an action for all sessions of one account and region that are configured to the same rates. */
export function rateLimiterFor(
  at: { cloud: string; accountId: string; region: string; action: string },
  limits: RateLimits,
  settings: Settings,
): RateLimiter {
  const login = nameless.get(settings) ?? `login ${++logins}`;
  nameless.set(settings, login);
  const account = at.accountId || login;
  const key = [at.cloud, account, at.region, at.action, settings.config(requestsPerSecond.config ?? "")].join(
    " ",
  );
  const make = () =>
    new RateLimiter(settingOf(settings, requestsPerSecond)?.[at.action] ?? limits.perSecond[at.action]);
  return keep(`rate limiter ${key}`, make);
}
