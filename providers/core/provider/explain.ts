import { CloudError } from "../contract/errors";
import { DeadlineError, type Operation } from "../reconcile/operation";

/**
 * The sentence a user reads: participle, tuple and region; the vendor's code and message; request id, attempts, time; hint.
 * What failed before anything was sent has no time to tell of.
 */
export function explain(operation: Operation, error: unknown): string {
  const { trouble } = operation;
  const isDeadline = error instanceof DeadlineError;
  const cause = isDeadline ? trouble?.error : error;
  const hint = trouble && trouble.error === cause ? trouble.verdict.hint : undefined;
  const wasSent = cause instanceof CloudError || operation.attempts > 0;
  const facts = [
    cause instanceof CloudError && cause.requestId ? `request ${cause.requestId}` : "",
    operation.attempts === 1 ? "1 attempt" : operation.attempts > 1 ? `${operation.attempts} attempts` : "",
    isDeadline || wasSent ? `${(operation.elapsed() / 1000).toFixed(1)} s` : "",
    isDeadline ? `hint: ${patience(operation, hint)}` : hint ? `hint: ${hint}` : "",
  ].filter((fact) => fact !== "");
  const sentence = `${operation.sentence}: ${isDeadline ? deadline(operation, cause) : say(error)}`;
  return facts.length > 0 ? `${sentence} (${facts.join("; ")})` : sentence;
}

function deadline(operation: Operation, last: unknown): string {
  const passed = `the deadline of ${operation.seconds} s passed`;
  return last === undefined ? `${passed}, still ${operation.step}` : `${passed}; last answer: ${say(last)}`;
}

function patience(operation: Operation, hint: string | undefined): string {
  const more = `raise customTimeouts.${operation.timeout}`;
  return hint ? `${hint}; if it only takes longer, ${more}` : more;
}

function say(error: unknown): string {
  if (!(error instanceof CloudError)) return error instanceof Error ? error.message : String(error);
  const message = error.message.replace(/\s+/g, " ").trim();
  return message.startsWith(error.code) ? message : `${error.code}: ${message}`;
}
