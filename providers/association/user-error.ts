import { CloudError } from "./errors";
import { DeadlineError, type Operation } from "./operation";

/**
 * The sentence a user reads: participle, tuple and region; the vendor's code and message; request id, attempts, time; hint.
 */
export function explain(operation: Operation, error: unknown): string {
  const { trouble } = operation;
  const isDeadline = error instanceof DeadlineError;
  const cause = isDeadline ? trouble?.error : error;
  const hint = trouble && trouble.error === cause ? trouble.verdict.hint : undefined;
  const facts = [
    cause instanceof CloudError && cause.requestId ? `request ${cause.requestId}` : "",
    operation.attempts === 1 ? "1 attempt" : operation.attempts > 1 ? `${operation.attempts} attempts` : "",
    `${(operation.elapsed() / 1000).toFixed(1)} s`,
    isDeadline ? `hint: ${joined(hint, "or raise customTimeouts")}` : hint ? `hint: ${hint}` : "",
  ].filter((fact) => fact !== "");
  return `${operation.sentence}: ${isDeadline ? deadline(operation, cause) : say(error)} (${facts.join("; ")})`;
}

function deadline(operation: Operation, last: unknown): string {
  const passed = `the deadline of ${operation.seconds} s passed`;
  return last === undefined ? `${passed} while ${operation.step}` : `${passed}; last answer: ${say(last)}`;
}

function joined(hint: string | undefined, advice: string): string {
  return hint ? `${hint}, ${advice}` : advice.replace(/^or /, "");
}

function say(error: unknown): string {
  if (!(error instanceof CloudError)) return error instanceof Error ? error.message : String(error);
  const message = error.message.replace(/\s+/g, " ").trim();
  return message.startsWith(error.code) ? message : `${error.code}: ${message}`;
}
