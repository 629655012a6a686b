import type { Deadline } from "../contract/cloud";
import { CloudError } from "../contract/errors";
import { now } from "../util/clock";
import type { Settings } from "../util/settings";
import { logRequest, prepareLog, type Request } from "./audit-log";
import { type RateLimits, rateLimiterFor } from "./rate-limit";

/** What came back. */
export interface Reply<T> {
  body: T;
  requestId?: string | undefined;
}

/**
 * Makes one request as soon as the vendor's rate limit allows it, and writes one line about it into the audit log.
 * Every request of every cloud passes through here.
 *
 * @throws what `exchange` throws; the reason of `deadline.signal` if that aborts before it is this request's turn.
 */
export async function send<T>(
  request: Request,
  { limits, settings }: { limits: RateLimits; settings: Settings },
  deadline: Deadline,
  exchange: () => Promise<Reply<T>>,
): Promise<T> {
  prepareLog();
  const limiter = rateLimiterFor(request, limits, settings);
  await limiter.acquire(deadline.signal);
  const time = new Date();
  const started = now();
  const log = (outcome: string, requestId: string | undefined) =>
    logRequest(request, { time, milliseconds: Math.round(now() - started), outcome, requestId });
  try {
    const reply = await exchange();
    limiter.accepted();
    log("ok", reply.requestId);
    return reply.body;
  } catch (error) {
    const failure = error instanceof CloudError ? error : undefined;
    if (failure && limits.isThrottled(failure)) limiter.throttled(failure.retryAfter);
    log(failure?.code ?? "error", failure?.requestId);
    throw error;
  }
}
