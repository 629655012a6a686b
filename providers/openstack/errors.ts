import type { RateLimits } from "../core/cloud/rate-limit";
import {
  atLogin,
  type CloudError,
  type ErrorRow,
  lookUp,
  tooMany,
  type Verb,
  type Verdict,
  verdictOf,
} from "../core/contract/errors";

/** One kind of refusal. Nova gives one fault name to many, so the sentence counts, too. First match wins. */
export interface Refusal extends ErrorRow {
  status: number;
  /** The whole sentence. */
  message?: RegExp;
}

const STATEFUL =
  "stateful and stateless security groups cannot be on the same network interface: use a group of the kind of its others";

/**
 * Sentences as measured on Nova 26.2.2 (Zed), in the one line that a CloudError makes of them: Nova appends what Neutron says after
 * a line break. Their sources are nova/exception.py and nova/network/security_group_api.py.
 */
export const refusals: readonly Refusal[] = [
  // Neutron's validator: "Duplicate items in the list: '<id>'". On a server with several interfaces only some may have it.
  {
    status: 400,
    message:
      /^Invalid input for security_groups\. Reason: Duplicate items in the list: '.*'\.( Neutron server returns request_ids: \[.*\])?$/,
    attach: "settled",
    otherwise: "permanent",
  },
  {
    status: 400,
    message:
      /^Network requires port_security_enabled and subnet associated in order to apply security groups\.$/,
    otherwise: "permanent",
    hint: {
      attach:
        "a network interface of the server has port security disabled or no address, and so takes no security group: enable port security on that port",
    },
  },
  {
    status: 404,
    message: /^Instance \S+ could not be found\.$/,
    otherwise: "missing",
    hint: "check instanceId, region and project",
  },
  {
    status: 404,
    message: /^Security group .+ not associated with the instance \S+$/,
    detach: "settled",
    otherwise: "permanent",
  },
  // An attached group cannot be deleted (Neutron: SecurityGroupInUse), but it may belong to another project: a look decides.
  {
    status: 404,
    message: /^Security group .+ is not found for project \S+( Neutron server returns request_ids: \[.*\])?$/,
    detach: "missing",
    otherwise: "permanent",
    hint: "check securityGroupId, region and project",
  },
  // A server that is being built has no ports for a while; one without network interfaces never will.
  {
    status: 404,
    message: /^instance_id \S+ could not be found as device id on any ports$/,
    attach: "unclear",
    detach: "settled",
    otherwise: "permanent",
    hint: { attach: "the server has no network interface: attach one to it first" },
  },
  // "Multiple security_group matches found for name '%s', use an ID to be more specific."
  { status: 409, message: /^Multiple security_group matches found for name .*$/s, otherwise: "permanent" },
  // Neutron's SecurityGroupConflict; from Nova 30 (2024.2) on with its text, before without.
  {
    status: 409,
    message: /both stateful and stateless security groups/,
    otherwise: "permanent",
    hint: { attach: STATEFUL },
  },
  {
    status: 500,
    message: /<class 'neutronclient\.common\.exceptions\.Conflict'>$/,
    otherwise: "permanent",
    hint: { attach: STATEFUL },
  },
  // Keystone's answers to a login with a token that is not valid, or not any more.
  {
    status: 404,
    message: /^(Could not recognize Fernet token|Could not find token.*)$/,
    otherwise: "permanent",
    hint: "the token is not valid, or has expired: get another one",
  },
  // It never tells why.
  {
    status: 401,
    otherwise: "permanent",
    hint: "check the authentication URL, user, password, project and domains; a token or application credential may have expired",
  },
  {
    status: 403,
    otherwise: "permanent",
    hint: "the user's roles in this project do not allow it: ask for the role member",
  },
  // A plain 404 comes from whatever answers in place of the API, and says nothing about the pair.
  { status: 404, otherwise: "permanent", hint: "this is not the API: check the endpoint and the region" },
  { status: 408, otherwise: "transient" },
  { status: 409, otherwise: "busy" },
  { status: 413, ...tooMany },
  { status: 429, ...tooMany },
];

/** What an answer of Nova or Neutron means, and what a failure of the network does. */
export function classifyNova(error: CloudError, verb: Verb): Verdict {
  const row = refusals.find(
    (refusal) => refusal.status === error.status && (refusal.message?.test(error.message) ?? true),
  );
  if (!row) return lookUp({ codes: {} }, error, verb);
  return verdictOf(row, verb);
}

/** The actions of Keystone, and of Huawei's IAM, that log in. */
export const LOGIN = {
  token: "issueToken",
  agency: "CreateTemporaryAccessKeyByAgency",
  projects: "KeystoneListProjects",
} as const;
const logins: ReadonlySet<string | undefined> = new Set(Object.values(LOGIN));

/**
 * A verdict with the hints that only a cloud with a login of its own can give.
 *
 * @param authority - the settings that name a certificate's authority.
 * @param login - the settings that say where to log in.
 */
export function withSettings(error: CloudError, verdict: Verdict, authority: string, login: string): Verdict {
  const { outcome, hint } = logins.has(error.action)
    ? atLogin(
        error,
        verdict,
        `the login does not answer from here: check ${login}, the network and any proxy`,
      )
    : verdict;
  return hint
    ? { outcome, hint: hint.replace(/(?<=in )NODE_EXTRA_CA_CERTS$/, `$&, or by ${authority}`) }
    : { outcome };
}

/** What an answer of Nova, Neutron or Keystone means. */
export function classify(error: CloudError, verb: Verb): Verdict {
  const authority = "config cacertFile, OS_CACERT, or cacert in clouds.yaml";
  const login = "authUrl (OS_AUTH_URL, auth_url in clouds.yaml)";
  return withSettings(error, classifyNova(error, verb), authority, login);
}

/** An OpenStack has such limits only if its operator set them, and does not tell them. */
export const limits: RateLimits = {
  perSecond: {},
  isThrottled: (error) => classify(error, "find").outcome === "throttled",
};
