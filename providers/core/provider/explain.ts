import { CloudError } from "../contract/errors";
import { DeadlineError, type OperationDeadline } from "../reconcile/deadline";
import { Failure, type Fate } from "../reconcile/pair-task";
import { printable } from "../util/printable";

/**
 * The sentence a user reads: participle, tuple and region; the vendor's code and message; request id, attempts, time; hint.
 * What failed before anything was sent has no time to tell of.
 */
export function explain(fate: Fate, deadline: OperationDeadline, error: unknown): string {
  const isDeadline = error instanceof DeadlineError;
  const failure = error instanceof Failure ? error : isDeadline ? fate.failure : undefined;
  const cause = failure?.cause ?? (isDeadline ? undefined : error);
  const { attempts } = fate;
  const wasSent = cause instanceof CloudError || attempts > 0;
  const hint = isDeadline ? patience(fate, deadline, failure?.verdict.hint) : failure?.verdict.hint;
  const facts = [
    cause instanceof CloudError && cause.requestId ? `request ${cause.requestId}` : "",
    attempts === 1 ? "1 attempt" : attempts > 1 ? `${attempts} attempts` : "",
    isDeadline || wasSent ? `${(deadline.elapsed() / 1000).toFixed(1)} s` : "",
    hint ? `hint: ${hint}` : "",
  ].filter((fact) => fact !== "");
  const what = isDeadline ? passed(fate, deadline, cause) : say(cause);
  const sentence = `${fate.sentence}: ${what}`;
  // Ids come from programs, and say() may quote what others wrote.
  return printable(facts.length > 0 ? `${sentence} (${facts.join("; ")})` : sentence, 2_000);
}

function passed(fate: Fate, { seconds }: OperationDeadline, last: unknown): string {
  const passed = `the deadline of ${seconds} s passed`;
  return last === undefined ? `${passed}, still ${fate.step}` : `${passed}; last answer: ${say(last)}`;
}

function patience(fate: Fate, { timeout }: OperationDeadline, hint: string | undefined): string {
  const off = fate.wasTakenOff ? "it may be detached now, the next pulumi up attaches it again" : "";
  const more = `raise customTimeouts.${timeout}`;
  return [off, hint, hint ? `if it only takes longer, ${more}` : more].filter(Boolean).join("; ");
}

function say(error: unknown): string {
  if (!(error instanceof CloudError)) return error instanceof Error ? error.message : String(error);
  const { code, message } = error;
  return message.startsWith(code) ? message : `${code}: ${message}`;
}
