import { unavailable } from "../core/cloud/credentials";
import { regionFor } from "../core/cloud/endpoint";
import type { TlsSettings } from "../core/cloud/http";
import type { AssumeRole, Where } from "../core/contract/cloud";
import { given } from "../core/util/given";
import { inConfig, inEnvironment, namesOf, type Settings, settingOf, textOf } from "../core/util/settings";
import { tlsOf } from "../openstack/credentials";
import type { Login, Reference } from "../openstack/keystone";
import { endpointsOf, type GatewayEndpoints } from "./endpoints";
import type { Agency } from "./iam";
import { type Profile, readProfile } from "./profiles";
import { ambientSources, first, type Name, names, pointsElsewhere, type Source, vendor } from "./settings";
import type { Keys } from "./signer";

/** How to reach, with an access key, a Nova behind Huawei's gateway. */
export interface KeyAccess extends GatewayEndpoints {
  keys: Keys;
  /** Whose temporary keys to use in place of these. */
  agency?: Agency;
  region: string;
  /** By name it is looked up, in the account that the keys in use belong to. */
  project: { id: string } | { name: string };
  tls: TlsSettings;
}

/** With an access key, or with a token to be had for a login. */
export type HuaweiAccess = KeyAccess | (Omit<KeyAccess, "keys" | "agency"> & { login: Login });

/**
 * Who we are on Huawei Cloud: `connection.profile`; else config, then HW_* variables, then OS_*, then the profile of Huawei's
 * CLI. Keys, their secret and their token come from one and the same of these.
 *
 * @throws Error that says what is missing, and where it can be set.
 */
export function accessTo(where: Where, settings: Settings): HuaweiAccess {
  const { profile: named, assumeRole } = where.connection ?? {};
  const ambient = ambientSources(settings);
  const isAmbient = named === undefined;
  const isProfile = !isAmbient || !ambient.some(hasIdentity);
  const profile = isProfile ? readProfile(named ?? first(ambient, "profile"), settings) : undefined;
  const sources = [...(isAmbient ? ambient : []), ...(profile ? [fromProfile(profile)] : [])];
  const configured = first(sources, "region");
  const region = regionFor(where.region ?? configured, vendor, names.region);
  // A project belongs to one region and one account: what is configured says nothing of others.
  const isHome = !assumeRole && (configured === undefined || region === configured);
  const shared = {
    region,
    project: (isHome && projectOf(sources)) || { name: region },
    ...endpointsOf(region, first(ambient, "cloud"), first(ambient, "authUrl"), settings),
  };
  const agency = assumeRole
    ? agencyOfRole(assumeRole, configuredAgency(settings).domain, `set ${OWNER}`)
    : (agencyOf(settings) ?? agencyOfProfile(profile));
  // Last: that there are none here hides nothing else.
  const identity = identityOf(sources, settings);
  const tls = tlsOf(
    {
      ca: [names.cacertFile, textOf(settings, names.cacertFile)],
      cert: [names.cert, textOf(settings, names.cert)],
      key: [names.key, textOf(settings, names.key)],
    },
    settingOf(settings, names.insecure) ?? false,
    settings,
  );
  if ("access" in identity) return given({ ...shared, tls, keys: identity, agency });
  if (!agency) {
    const domain = domainOf(sources);
    const project = "name" in shared.project && domain ? { ...shared.project, domain } : shared.project;
    return { ...shared, tls, login: { authUrl: shared.iam, identity, project, tls } };
  }
  throw new Error(
    "an agency can be assumed with an access key only; set config huaweicloud:accessKey and secretKey",
  );
}

function hasIdentity(source: Source): boolean {
  return (["token", "accessKey", "userId", "userName"] as const).some((name) => source(name) !== undefined);
}

function identityOf(sources: Source[], settings: Settings): Keys | Login["identity"] {
  const source = sources.find(hasIdentity);
  const token = source?.("token");
  if (token) return { method: "token", token };
  const access = source?.("accessKey");
  if (access) {
    const [secret, securityToken] = [source?.("secretKey"), source?.("securityToken")];
    if (!secret)
      throw new Error(
        "incomplete credentials: the secret key is not where the access key is; set both in one place",
      );
    return given({ access, secret, securityToken });
  }
  if (source) return { method: "password", user: userOf(source, sources), password: passwordOf(sources) };
  const without = (["secretKey", "password"] as const).find((name) => first(sources, name) !== undefined);
  if (without) {
    throw new Error(
      `incomplete credentials: ${namesOf(names[without])} is set without ${without === "password" ? "the user" : "the access key"} it belongs to`,
    );
  }
  const foreign = pointsElsewhere(sources, settings)
    ? "; OS_* variables do not count: OS_AUTH_URL is of another cloud"
    : "";
  throw unavailable(
    new Error(
      "no credentials: set config huaweicloud:accessKey and secretKey, or HW_ACCESS_KEY and HW_SECRET_KEY, or " +
        `huaweicloud:profile${foreign}`,
    ),
  );
}

function userOf(source: Source, sources: Source[]): Reference {
  const id = source("userId");
  if (id) return { id };
  const domain = domainOf(sources);
  if (domain) return { name: source("userName") ?? "", domain };
  throw new Error(
    "incomplete credentials: the account's name is missing; set config huaweicloud:domainName or HW_DOMAIN_NAME",
  );
}

/** The account, which IAM calls a domain. */
function domainOf(sources: Source[]): Reference | undefined {
  return idOrName(first(sources, "domainId"), first(sources, "domainName"));
}

function passwordOf(sources: Source[]): string {
  const password = first(sources, "password");
  if (password) return password;
  throw new Error(
    "incomplete credentials: the password is missing; set config huaweicloud:password or HW_USER_PASSWORD",
  );
}

function projectOf(sources: Source[]): { id: string } | { name: string } | undefined {
  const source = sources.find((each) => each("projectId") ?? each("projectName"));
  return idOrName(source?.("projectId"), source?.("projectName"));
}

function idOrName(
  id: string | undefined,
  name: string | undefined,
): { id: string } | { name: string } | undefined {
  if (id) return { id };
  return name ? { name } : undefined;
}

function fromProfile(profile: Profile): Source {
  const values: Partial<Record<Name, string | undefined>> = {
    region: profile.region,
    accessKey: profile.accessKeyId,
    secretKey: profile.secretAccessKey,
    securityToken: profile.securityToken,
    projectId: profile.projectId,
    domainId: profile.domainId,
  };
  return (name) => values[name] || undefined;
}

const OWNER = "config huaweicloud:assumeRole.domainName or HW_ASSUME_ROLE_DOMAIN_NAME";

/**
 * The agency of `connection.assumeRole`: `<agency>`, or `<account name>/<agency>`.
 *
 * @param domain - the account that made the agency, where the role does not name it.
 * @param how - how the user can name it otherwise.
 * @throws Error for what an agency does not have.
 */
export function agencyOfRole(role: AssumeRole, domain: Agency["domain"] | undefined, how: string): Agency {
  if (role.externalId !== undefined) throw new Error("assumeRole.externalId: an agency has none");
  if (role.policy !== undefined)
    throw new Error("assumeRole.policy: an agency's keys can be narrowed for OBS only");
  const [, account, name = ""] = /^(?:([^/]+)\/)?([^/]+)$/.exec(role.roleArn) ?? [];
  if (name === "") throw new Error("assumeRole.roleArn must be <agency>, or <account name>/<agency>");
  const owner = account ? { name: account } : domain;
  if (!owner)
    throw new Error(
      `the account of agency ${name} is not known; write roleArn as <account name>/${name}, or ${how}`,
    );
  return given({ name, domain: owner, durationSeconds: role.durationSeconds, sessionName: role.sessionName });
}

/** Config `huaweicloud:assumeRole`, else HW_ASSUME_ROLE_*: all from one of them. */
function configuredAgency(settings: Settings): Partial<Agency> {
  const { agencyName, agencyDomainId, agencyDomainName } = names;
  for (const read of [inConfig, inEnvironment]) {
    const name = read(settings, agencyName);
    const domain = idOrName(read(settings, agencyDomainId), read(settings, agencyDomainName));
    if (name ?? domain) return given({ name, domain });
  }
  return {};
}

/** @throws Error if it names no account. */
function agencyOf(settings: Settings): Agency | undefined {
  const { name, domain } = configuredAgency(settings);
  if (!name) return undefined;
  if (!domain) {
    throw new Error(
      `config huaweicloud:assumeRole names agency ${name}, but not its account: set domainName`,
    );
  }
  return given({ name, domain, durationSeconds: settingOf(settings, names.agencyDuration) });
}

/** The agency of a profile of Huawei's CLI. @throws Error if it names no account. */
function agencyOfProfile(profile: Profile | undefined): Agency | undefined {
  const { agencyName, agencyDomainId, agencyDomainName } = profile ?? {};
  if (!agencyName) return undefined;
  const domain = idOrName(agencyDomainId, agencyDomainName);
  if (domain) return { name: agencyName, domain };
  throw new Error(`the profile names agency ${agencyName}, but not its account`);
}
