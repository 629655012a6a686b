import { printable } from "../util/printable";

/** What an association does to a pair. */
export type Verb = "attach" | "detach" | "find";

/** What an error means, and so what the engine does next. It looks (`find`) before it repeats any write. */
export type Outcome =
  /** The pair is already as wanted, if a look confirms it. */
  | "settled"
  /** The parent or the other end does not exist: fine for detach, once a look confirms it. */
  | "missing"
  /** Something else is going on at the parent: wait and try again, until the deadline. */
  | "busy"
  /** Refused for its rate: slow down, until the deadline. */
  | "throttled"
  /** May work next time, may have worked this time: until the deadline. */
  | "transient"
  /** The vendor does not say: look, and try a few times more. */
  | "unclear"
  /** Will not get better by itself. */
  | "permanent";

/** What an error means to one verb, and what its user can do about it. */
export interface Verdict {
  outcome: Outcome;
  hint?: string;
  /** The caller has no permission for the action. */
  isDenied?: true;
}

/** Facts of a failed exchange with a cloud. */
export interface CloudErrorFacts {
  /** The vendor's code as sent; for a failure of the network Node's (`ECONNRESET`) or one of ours (`Timeout`, `UnreadableAnswer`). */
  code: string;
  message: string;
  status?: number;
  requestId?: string;
  /** Milliseconds the cloud asks us to wait. */
  retryAfter?: number;
  /** The API action, `DetachVServerGroups`. */
  action?: string;
}

/** Longest code, request id and action that is kept, in characters. The vendors' own stay under 100. */
const LONGEST_NAME = 200;

/**
 * Longest wait that a cloud can ask for, in milliseconds. None of these APIs counts requests over more than a minute (Tencent: a
 * second; Alibaba and Huawei's gateway: a minute), so after a minute it is right to ask again, which costs one request.
 */
export const LONGEST_WAIT = 60_000;

/**
 * A failed exchange with a cloud, in one shape for all of them. Its message never holds a secret or a signed URL. Whatever the
 * facts hold, its texts are {@link printable} and its wait is at most {@link LONGEST_WAIT}.
 */
export class CloudError extends Error implements CloudErrorFacts {
  readonly code: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly retryAfter?: number;
  readonly action?: string;

  constructor({ code, message, status, requestId, retryAfter = 0, action }: CloudErrorFacts) {
    super(printable(message));
    this.name = "CloudError";
    this.code = printable(code, LONGEST_NAME);
    if (status !== undefined) this.status = status;
    if (requestId) this.requestId = printable(requestId, LONGEST_NAME);
    // Not for NaN, either.
    if (retryAfter > 0) this.retryAfter = Math.min(retryAfter, LONGEST_WAIT);
    if (action) this.action = printable(action, LONGEST_NAME);
  }
}

/** An end of the pair does not exist, as far as the cloud shows. */
export class MissingError extends Error {
  /** @param what - names it: `instance i-2`. */
  constructor(
    readonly what: string,
    message: string,
  ) {
    super(message);
    this.name = "MissingError";
  }
}

/** One row of a vendor's error table. A verb left out takes `otherwise`. */
export interface ErrorRow {
  attach?: Outcome;
  detach?: Outcome;
  find?: Outcome;
  otherwise?: Outcome;
  /** What the user can do: after any verb, or after those named. What helps an attach is often no help to a detach. */
  hint?: string | Partial<Record<Verb, string>>;
  /** It says that the caller has no permission for the action. */
  isDenied?: true;
}

/** A vendor's codes, matched whole and case-sensitively. */
export interface ErrorTable {
  codes: Readonly<Record<string, ErrorRow>>;
  /** Rows for all codes that begin with `<family>.`, where the vendor names them so. */
  families?: Readonly<Record<string, ErrorRow>>;
}

/** The service, not the request, is at fault. */
export const serviceFails: ErrorRow = {
  otherwise: "transient",
  hint: "the service itself fails: see its status page",
};

/** More requests than the vendor takes. */
export const tooMany: ErrorRow = {
  otherwise: "throttled",
  hint: "this account sends more requests than the API takes: run fewer jobs at once",
};

const unreachable: ErrorRow = {
  otherwise: "transient",
  hint: "this endpoint does not answer: check the network and any proxy",
};
const brokenOff: ErrorRow = {
  otherwise: "transient",
  hint: "the connection breaks: check the network and any proxy",
};

/** Node's codes of a certificate that it does not accept. */
const untrusted: ErrorRow = {
  otherwise: "permanent",
  hint: "this machine does not trust the certificate: if a proxy or the cloud has an authority of its own, name its file in NODE_EXTRA_CA_CERTS",
};
const notValid: ErrorRow = {
  otherwise: "permanent",
  hint: "the certificate is not valid now: check the clock of this machine, then tell the operator of the endpoint",
};
export const certificates: Readonly<Record<string, ErrorRow>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_HAS_EXPIRED: notValid,
  CERT_NOT_YET_VALID: notValid,
  ERR_TLS_CERT_ALTNAME_INVALID: {
    otherwise: "permanent",
    hint: "the certificate is of another host: check the endpoint and any proxy",
  },
};

/** Failures of the network, the same for every cloud: the request may have arrived, so nothing is known of its outcome. */
export const network: Readonly<Record<string, ErrorRow>> = {
  ...certificates,
  ECONNREFUSED: {
    otherwise: "transient",
    hint: "nothing answers at this endpoint: check the endpoint and the network",
  },
  NetworkError: { otherwise: "unclear" },
  ECONNRESET: brokenOff,
  EPIPE: brokenOff,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EAI_AGAIN: { otherwise: "transient", hint: "no name server answers: check the network" },
  ENOTFOUND: {
    otherwise: "unclear",
    hint: "this host name does not exist: check the region and the endpoint",
  },
  ProxyError: { otherwise: "unclear", hint: "the proxy refuses: check HTTPS_PROXY and NO_PROXY" },
  Timeout: unreachable,
  UnreadableAnswer: {
    otherwise: "unclear",
    hint: "what answered is not this API: check the endpoint and any proxy",
  },
};

/**
 * What the user can do where a vendor refuses to detach the last security group.
 *
 * @param rule - the vendor's rule.
 */
export function lastGroup(rule: string): string {
  return `${rule}: attach another one first; if the program deletes the instance too, the option deletedWith spares the detach, and retainOnDelete leaves the group on it`;
}

/** What `row` means to `verb`. */
export function verdictOf(row: ErrorRow, verb: Verb, otherwise: Outcome = "permanent"): Verdict {
  const hint = typeof row.hint === "string" ? row.hint : row.hint?.[verb];
  const outcome = row[verb] ?? row.otherwise ?? otherwise;
  return { outcome, ...(hint ? { hint } : {}), ...(row.isDenied ? { isDenied: true } : {}) };
}

/** What `error` means to `verb` by `table`; `permanent` when no row says. */
export function lookUp(table: ErrorTable, error: CloudError, verb: Verb): Verdict {
  const family = error.code.split(".", 1)[0] ?? "";
  const fallback: ErrorRow = isServerFault(error) ? serviceFails : { otherwise: "permanent" };
  const row = table.codes[error.code] ?? table.families?.[family] ?? network[error.code] ?? fallback;
  return verdictOf(row, verb, fallback.otherwise);
}

/** `verdict` with the action in place of "this action", and with the policy that allows it, if one is known. */
export function withAction(verdict: Verdict, action: string, policy?: string): Verdict {
  const { hint } = verdict;
  if (!hint) return verdict;
  const named = `the action ${action}${policy ? `, which ${policy} holds` : ""}`;
  return action ? { ...verdict, hint: hint.replace("this action", named) } : verdict;
}

/** What shows that a host cannot be reached, and not only that it is slow. */
const refused: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH"]);
const silent: ReadonlySet<string> = new Set(["ETIMEDOUT", "Timeout"]);

/**
 * What `verdict` becomes for an error of a login: where the host cannot be reached it will hardly be later, so it is tried
 * a few times only.
 *
 * @param hint - names the setting for the endpoint.
 */
export function atLogin(error: CloudError, verdict: Verdict, hint: string): Verdict {
  if (refused.has(error.code)) return { outcome: "unclear", hint };
  return silent.has(error.code) ? { ...verdict, hint } : verdict;
}

function isServerFault(error: CloudError): boolean {
  return error.status !== undefined && error.status >= 500;
}
