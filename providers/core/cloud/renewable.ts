import type { Deadline } from "../contract/cloud";
import { CloudError } from "../contract/errors";
import { orAborted } from "../util/abort";
import { same } from "../util/canonical";
import { now } from "../util/clock";

/** Something with an end of its life, in milliseconds since 1970; absent: it lives for ever; 0: ask each time. */
export interface Expiring {
  expires?: number;
}

/** A credential is renewed this long before it expires, in milliseconds: a request on its way must not outlive it. */
const MARGIN = 5 * 60_000;

/** Longest time to obtain one, in milliseconds. */
const LIMIT = 60_000;

/**
 * A credential that is obtained when first needed and renewed before it expires: one request for all who ask meanwhile, and
 * a failure is never kept.
 */
export class Renewable<T extends Expiring> {
  #value: T | undefined;
  #pending: Promise<T> | undefined;

  constructor(readonly obtain: (deadline: Deadline) => Promise<T>) {}

  /** The present one. Waits no longer than `call` allows. */
  async current(deadline: Deadline): Promise<T> {
    deadline.signal.throwIfAborted();
    const { expires } = this.#value ?? { expires: 0 };
    if (this.#value && (expires === undefined || expires - MARGIN > Date.now())) return this.#value;
    this.#pending ??= this.#renew();
    return orAborted(this.#pending, deadline.signal);
  }

  /** Makes a call with the present one, and once more with another one if the cloud refuses it as expired: nothing was done. */
  async use<R>(
    deadline: Deadline,
    isExpired: (error: CloudError) => boolean,
    call: (credential: T) => Promise<R>,
  ): Promise<R> {
    const used = await this.current(deadline);
    try {
      return await call(used);
    } catch (error) {
      if (!(error instanceof CloudError) || !isExpired(error)) throw error;
      if (this.#value === used) this.#value = undefined;
      const other = await this.current(deadline);
      if (same(other, used)) throw error;
      return call(other);
    }
  }

  async #renew(): Promise<T> {
    try {
      this.#value = await this.obtain(within(LIMIT));
      return this.#value;
    } finally {
      this.#pending = undefined;
    }
  }
}

/** Limits of work that is done for several callers, and so must not end with one of them. */
export function within(milliseconds: number): Deadline {
  const end = now() + milliseconds;
  const controller = new AbortController();
  // What `AbortSignal.timeout` says is no answer of a cloud, and so would not be worth another try.
  const silence = new CloudError({ code: "Timeout", message: `no answer in ${milliseconds / 1000} s` });
  silence.name = "TimeoutError";
  setTimeout(() => controller.abort(silence), milliseconds).unref();
  return { signal: controller.signal, remaining: () => Math.max(0, end - now()) };
}
