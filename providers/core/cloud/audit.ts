import { appendFileSync } from "node:fs";
import type { Deadline } from "../contract/cloud";
import { CloudError } from "../contract/errors";
import type { Settings } from "../util/settings";
import { gateFor, type RateLimits } from "./rate-limit";

/** The environment variable that names the audit log's file. */
export const AUDIT_LOG = "PULUMI_CLOUD_ATTACHMENTS_LOG";

/** What is said of one request to a cloud. */
export interface Request {
  cloud: string;
  accountId: string;
  region: string;
  action: string;
  /** Ids the request is about, never a secret. */
  ids: readonly string[];
}

/** What came back. */
export interface Reply<T> {
  body: T;
  requestId?: string | undefined;
}

/**
 * Makes one request when the vendor's rate limit allows it and, if PULUMI_CLOUD_ATTACHMENTS_LOG names a file, appends one
 * JSON line about it: time, cloud, account, region, action, ids, request id, milliseconds, outcome.
 * Every request of every cloud passes through here.
 */
export async function send<T>(
  request: Request,
  { limits, settings }: { limits: RateLimits; settings: Settings },
  deadline: Deadline,
  exchange: () => Promise<Reply<T>>,
): Promise<T> {
  const gate = gateFor(request, limits, settings);
  await gate.enter(deadline.signal);
  const started = Date.now();
  try {
    const reply = await exchange();
    gate.taken();
    record(request, started, "ok", reply.requestId);
    return reply.body;
  } catch (error) {
    if (error instanceof CloudError && limits.isThrottled(error)) gate.refused(error.retryAfter);
    record(
      request,
      started,
      error instanceof CloudError ? error.code : "error",
      error instanceof CloudError ? error.requestId : undefined,
    );
    throw error;
  }
}

function record(request: Request, started: number, outcome: string, requestId: string | undefined): void {
  const file = process.env[AUDIT_LOG];
  if (!file) return;
  const line = {
    time: new Date(started).toISOString(),
    cloud: request.cloud,
    accountId: request.accountId,
    region: request.region,
    action: request.action,
    ids: request.ids,
    ...(requestId ? { requestId } : {}),
    milliseconds: Date.now() - started,
    outcome,
  };
  try {
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  } catch {
    // A log that cannot be written must not break an operation that can.
  }
}
