import type { Where } from "../core/contract/cloud";
import type { Settings } from "../core/util/settings";
import { tlsOf } from "../openstack/credentials";
import type { Login, Reference } from "../openstack/keystone";
import { agencyOf, agencyOfConnection, agencyOfProfile } from "./agencies";
import { ambientSources, first, type Name, pointsElsewhere, type Source } from "./ambient";
import { endpointsOf } from "./endpoints";
import { type Profile, readProfile } from "./profiles";
import type { KeyAccess } from "./session";
import type { Keys } from "./signer";

/** With an access key, or with a token to be had for a login. */
export type HuaweiAccess = KeyAccess | (Omit<KeyAccess, "keys" | "agency"> & { login: Login });

/**
 * Who we are on Huawei Cloud: `connection.profile`; else config, then HW_* variables, then OS_*, then the profile of Huawei's
 * CLI. Keys, their secret and their token come from one and the same of these.
 *
 * @throws Error that says what is missing, and where it can be set.
 */
export function accessTo(where: Where, settings: Settings): HuaweiAccess {
  const ambient = ambientSources(settings);
  const named = namedProfile(where, settings);
  const profile =
    named ?? (ambient.some(hasIdentity) ? undefined : readProfile(first(ambient, "profile"), settings));
  const sources = [...(named ? [] : ambient), ...(profile ? [fromProfile(profile)] : [])];
  const identity = identityOf(sources, settings);

  const configured = first(sources, "region");
  const region = where.region ?? configured;
  if (!region) {
    throw new Error("no region: give the argument region, config huaweicloud:region or HW_REGION_NAME");
  }
  // A project belongs to one region and one account: what is configured says nothing of others.
  const role = where.connection?.assumeRole;
  const isHome = !role && (configured === undefined || region === configured);
  const shared = {
    region,
    project: (isHome && projectOf(sources)) || { name: region },
    ...endpointsOf(region, cloudOf(region, ambient), first(ambient, "authUrl"), settings),
    tls: tlsOf("huaweicloud", settings, undefined, ["HW_INSECURE", "OS_INSECURE"]),
  };
  const agency = role ? agencyOfConnection(role, settings) : (agencyOf(settings) ?? agencyOfProfile(profile));
  if ("access" in identity) return { ...shared, keys: identity, ...(agency ? { agency } : {}) };
  if (!agency) {
    const domain = domainOf(sources);
    const project = "name" in shared.project && domain ? { ...shared.project, domain } : shared.project;
    return { ...shared, login: { authUrl: shared.iam, identity, project, tls: shared.tls } };
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
    return { access, secret, ...(securityToken ? { securityToken } : {}) };
  }
  if (source) return { method: "password", user: userOf(source, sources), password: passwordOf(sources) };
  const foreign = pointsElsewhere(sources, settings)
    ? "; OS_* variables do not count: OS_AUTH_URL is of another cloud"
    : "";
  throw new Error(
    "no credentials: set config huaweicloud:accessKey and secretKey, or HW_ACCESS_KEY and HW_SECRET_KEY, or " +
      `huaweicloud:profile${foreign}`,
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
  const [id, name] = [first(sources, "domainId"), first(sources, "domainName")];
  if (id) return { id };
  return name ? { name } : undefined;
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
  const [id, name] = [source?.("projectId"), source?.("projectName")];
  if (id) return { id };
  return name ? { name } : undefined;
}

/** `connection.profile`; a recorded one that is not here gives way to the ambient credentials. */
function namedProfile(where: Where, settings: Settings): Profile | undefined {
  const name = where.connection?.profile;
  if (name === undefined) return undefined;
  try {
    return readProfile(name, settings);
  } catch (error) {
    if (where.recorded && (error as { code?: string }).code === "NoSuchProfile") return undefined;
    throw error;
  }
}

/** The vendor's own rule. */
function cloudOf(region: string, sources: Source[]): string {
  return (
    first(sources, "cloud") ?? (region.startsWith("eu-west-1") ? "myhuaweicloud.eu" : "myhuaweicloud.com")
  );
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
