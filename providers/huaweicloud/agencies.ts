import type { AssumeRole, Where } from "../core/contract/cloud";
import { CloudError } from "../core/contract/errors";
import { objectSetting, type Settings } from "../core/util/settings";
import { classify } from "./errors";
import { type Agency, ASSUME } from "./iam";
import type { Profile } from "./profiles";

/**
 * The agency of `connection.assumeRole`: `<agency>`, or `<account name>/<agency>`.
 *
 * @param domain - the account that made the agency, where the role does not name it.
 * @param where - how the user can name it otherwise.
 * @throws Error for what an agency does not have.
 */
export function agencyOfRole(role: AssumeRole, domain: Agency["domain"] | undefined, where: string): Agency {
  if (role.externalId !== undefined) throw new Error("assumeRole.externalId: an agency has none");
  if (role.policy !== undefined)
    throw new Error("assumeRole.policy: an agency's keys can be narrowed for OBS only");
  const [, account, name = ""] = /^(?:([^/]+)\/)?([^/]+)$/.exec(role.roleArn) ?? [];
  if (name === "") throw new Error("assumeRole.roleArn must be <agency>, or <account name>/<agency>");
  const owner = account ? { name: account } : domain;
  if (!owner)
    throw new Error(
      `the account of agency ${name} is not known; write roleArn as <account name>/${name}, or ${where}`,
    );
  return {
    name,
    domain: owner,
    ...(role.durationSeconds ? { durationSeconds: role.durationSeconds } : {}),
    ...(role.sessionName ? { sessionName: role.sessionName } : {}),
  };
}

interface ConfiguredRole {
  agencyName?: string;
  domainName?: string;
  domainId?: string;
  duration?: number;
}

function configuredRole(settings: Settings): ConfiguredRole {
  const inConfig = objectSetting<ConfiguredRole>(settings, "huaweicloud:assumeRole");
  if (inConfig) return inConfig;
  const variable = (part: string) => settings.env(`HW_ASSUME_ROLE_${part}`);
  const [agencyName, domainName, domainId] = [
    variable("AGENCY_NAME"),
    variable("DOMAIN_NAME"),
    variable("DOMAIN_ID"),
  ];
  const duration = Number(variable("DURATION"));
  return {
    ...(agencyName ? { agencyName } : {}),
    ...(domainName ? { domainName } : {}),
    ...(domainId ? { domainId } : {}),
    ...(duration > 0 ? { duration } : {}),
  };
}

/** The agency of `connection.assumeRole`; its account, where the role does not name it, is the configured one. */
export function agencyOfConnection(role: AssumeRole, settings: Settings): Agency {
  const how = "set config huaweicloud:assumeRole.domainName or HW_ASSUME_ROLE_DOMAIN_NAME";
  return agencyOfRole(role, ownerOf(settings), how);
}

function ownerOf(settings: Settings): Agency["domain"] | undefined {
  const { domainId, domainName } = configuredRole(settings);
  if (domainId) return { id: domainId };
  return domainName ? { name: domainName } : undefined;
}

/** Config `huaweicloud:assumeRole`, else HW_ASSUME_ROLE_*. @throws Error if it names no account. */
export function agencyOf(settings: Settings): Agency | undefined {
  const { agencyName, duration } = configuredRole(settings);
  const domain = ownerOf(settings);
  if (!agencyName) return undefined;
  if (!domain)
    throw new Error(
      `config huaweicloud:assumeRole names agency ${agencyName}, but not its account: set domainName`,
    );
  return { name: agencyName, domain, ...(duration ? { durationSeconds: duration } : {}) };
}

/** The agency of a profile of Huawei's CLI. @throws Error if it names no account. */
export function agencyOfProfile(profile: Profile | undefined): Agency | undefined {
  const { agencyName, agencyDomainId, agencyDomainName } = profile ?? {};
  if (!agencyName) return undefined;
  if (agencyDomainId) return { name: agencyName, domain: { id: agencyDomainId } };
  if (agencyDomainName) return { name: agencyName, domain: { name: agencyDomainName } };
  throw new Error(`the profile names agency ${agencyName}, but not its account`);
}

/**
 * Logs in as `where` says. A recorded agency that cannot be assumed from here gives way to what is configured here; the caller
 * compares the account.
 */
export async function orConfigured<S>(where: Where, connect: (where: Where) => Promise<S>): Promise<S> {
  try {
    return await connect(where);
  } catch (error) {
    if (!where.recorded || !where.connection?.assumeRole || !isRefused(error)) throw error;
    return connect({ ...where, connection: {} });
  }
}

function isRefused(error: unknown): boolean {
  return (
    error instanceof CloudError && error.action === ASSUME && classify(error, "find").outcome === "permanent"
  );
}
