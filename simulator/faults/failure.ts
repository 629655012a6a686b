import { type Answer, type Front, VendorError } from "../cloud";
import type { FaultRule } from "./rules";

/** How a call ended: with an answer, or without one. */
export type Ending =
  | { answer: Answer; code?: string }
  | { gone: "reset" | "hang" }
  | { gone: "reset"; downMs: number };

/** Ends a call with what is not the service's own answer. */
export class Failure extends Error {
  constructor(readonly ending: Ending) {
    super();
  }
}

/** What to throw where this rule ends a call. */
export function failureOf(rule: FaultRule, errors: Front<object>["errors"]): VendorError | Failure {
  if (rule.kind === "reset" || rule.kind === "hang") return new Failure({ gone: rule.kind });
  if (rule.kind === "down") return new Failure({ gone: "reset", downMs: rule.ms ?? 0 });
  if (rule.kind === "http") return new Failure(gatewayPage(rule));
  const { throttled, busy, expired, internal } = errors;
  const usual = { throttle: throttled, busy, expired }[rule.kind as string];
  return worded(usual ?? internal, rule);
}

function gatewayPage({ status = 503, contentType = "text/html", body, headers }: FaultRule): Ending {
  const page = body ?? `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>\n`;
  const answer = { status, headers: { ...headers, "content-type": contentType }, body: page };
  return { answer, code: `HTTP ${status} ${contentType}` };
}

/** The vendor's refusal, in the rule's own words where it has some. */
export const worded = (error: VendorError, rule: FaultRule): VendorError =>
  new VendorError(rule.status ?? error.status, rule.code ?? error.code, rule.message ?? error.message, {
    ...error.headers,
    ...rule.headers,
  });
