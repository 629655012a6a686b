import { setTimeout as sleep } from "node:timers/promises";
import type { CloudError } from "../contract/errors";
import { objectSetting, type Settings } from "../util/settings";
import { keep } from "./kept";

/** Config: requests a second by action, for accounts that others use, too: `{"AssociateSecurityGroups": 2}`. */
export const RATES_CONFIG = "pulumi-cloud-attachments:requestsPerSecond";

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

/** Lets requests of one account, region and action through as fast as the vendor takes them. */
export class Gate {
  /** When the last requests went through, oldest first. */
  readonly #passed: number[] = [];
  #spacing = 0;
  #notBefore = 0;
  #last: Promise<void> = Promise.resolve();

  /** @param perSecond - undefined: only what refusals teach. */
  constructor(readonly perSecond: number | undefined) {}

  /** Resolves when it is this request's turn; they pass in the order in which they came. */
  async enter(signal: AbortSignal): Promise<void> {
    const turn = this.#last.then(async () => {
      const wait = this.#wait(Date.now());
      // Its own error says less than the reason.
      if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => {});
      signal.throwIfAborted();
      this.#note(Date.now());
    });
    this.#last = turn.catch(() => {});
    await turn;
  }

  /** Milliseconds that a request would have to wait now. */
  delay(): number {
    return Math.max(0, this.#wait(Date.now()));
  }

  /** The vendor refused a request for its rate. */
  refused(retryAfter = 0): void {
    this.#spacing = Math.min(MOST_SPACING, Math.max(FIRST_SPACING, this.#spacing * 2));
    this.#notBefore = Math.max(this.#notBefore, Date.now() + Math.max(retryAfter, this.#spacing));
  }

  /** The vendor took a request: it may take them a little faster. */
  taken(): void {
    this.#spacing = this.#spacing < 5 ? 0 : this.#spacing * 0.9;
  }

  #wait(now: number): number {
    const previous = this.#passed.at(-1) ?? 0;
    return Math.max(previous + this.#spacing, this.#notBefore, this.#allowed(previous)) - now;
  }

  /** When the published rate allows the next one: half of a second's requests at once, the others evenly spread. */
  #allowed(previous: number): number {
    if (this.perSecond === undefined) return 0;
    const limit = Math.max(1, Math.floor(this.perSecond));
    const window = 1000 / Math.min(1, this.perSecond) + SLACK;
    const full = this.#passed.at(-limit);
    const half = this.#passed.at(-Math.ceil(limit / 2));
    const isHalf = half !== undefined && previous - half < window;
    return Math.max(full === undefined ? 0 : full + window, isHalf ? previous + window / limit : 0);
  }

  #note(now: number): void {
    this.#passed.push(now);
    if (this.#passed.length > Math.max(1, this.perSecond ?? 1)) this.#passed.shift();
  }
}

/** Before a login tells the account, requests under the same settings share a rate. */
const nameless = new WeakMap<Settings, string>();
let logins = 0;

/** The gate of an action for all sessions of one account and region that are configured to the same rates. */
export function gateFor(
  at: { cloud: string; accountId: string; region: string; action: string },
  limits: RateLimits,
  settings: Settings,
): Gate {
  const login = nameless.get(settings) ?? `login ${++logins}`;
  nameless.set(settings, login);
  const account = at.accountId || login;
  const key = [at.cloud, account, at.region, at.action, settings.config(RATES_CONFIG)].join(" ");
  return keep(`gate ${key}`, () => new Gate(configured(at.action, settings) ?? limits.perSecond[at.action]));
}

function configured(action: string, settings: Settings): number | undefined {
  const rate = objectSetting<Record<string, unknown>>(settings, RATES_CONFIG)?.[action];
  if (rate === undefined || (typeof rate === "number" && rate > 0)) return rate;
  throw new Error(`config ${RATES_CONFIG}: ${action} must be a number above 0`);
}
