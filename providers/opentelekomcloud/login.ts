import type { Deadline, Where } from "../core/contract/cloud";
import { type Settings, setting } from "../core/util/settings";
import { agencyOfRole, orConfigured } from "../huaweicloud/agencies";
import type { Agency } from "../huaweicloud/iam";
import { type KeyAccess, keySession } from "../huaweicloud/session";
import type { NovaSession } from "../openstack/client";
import { type Access, accessTo } from "../openstack/credentials";
import type { Reference } from "../openstack/keystone";
import { keystoneSession, novaAt } from "../openstack/login";

/**
 * Logs in with a token, an access key or a password: "Token, AK/SK, and Password" is the order of the Terraform provider
 * (opentelekomcloud/opentelekomcloud, documentation, "Authentication").
 *
 * @throws CloudError, or an Error that says what is missing in the credentials.
 */
export function connect(where: Where, settings: Settings, deadline: Deadline): Promise<NovaSession> {
  return orConfigured(where, (at) => logIn(at, settings, deadline));
}

async function logIn(where: Where, settings: Settings, deadline: Deadline): Promise<NovaSession> {
  const { assumeRole, ...connection } = where.connection ?? {};
  const access = accessTo("opentelekomcloud", { ...where, connection }, settings);
  const agency = agencyFor(assumeRole, settings);
  const hasKey = access.value("ak") !== undefined && access.value("token") === undefined;
  if (hasKey)
    return keySession("opentelekomcloud", keyAccess(access, where, agency, settings), settings, deadline);
  if (!agency) return keystoneSession("opentelekomcloud", where.region, access, settings, deadline);
  throw new Error(
    "an agency can be assumed with an access key only; set config opentelekomcloud:accessKey and secretKey",
  );
}

function keyAccess(access: Access, where: Where, agency: Agency | undefined, settings: Settings): KeyAccess {
  const [key, secret, securityToken] = [
    access.value("ak"),
    access.value("sk"),
    access.value("security_token"),
  ];
  if (!key || !secret) {
    throw new Error(
      "incomplete credentials: the secret key is missing; set config opentelekomcloud:secretKey or OS_SECRET_KEY",
    );
  }
  const delegated = setting(settings, "opentelekomcloud:delegatedProject", "OS_DELEGATED_PROJECT");
  const project = agency ? delegated && { name: delegated } : access.project;
  const region = where.region ?? access.region ?? regionOfProject(project || undefined);
  if (!region)
    throw new Error("no region: give the argument region, config opentelekomcloud:region or OS_REGION_NAME");
  const compute = access.overrides.compute?.href ?? serviceOf(access.authUrl, "ecs");
  const network =
    access.overrides.network?.href ??
    (access.overrides.compute ? undefined : serviceOf(access.authUrl, "vpc"));
  return {
    keys: { access: key, secret, ...(securityToken ? { securityToken } : {}) },
    ...(agency ? { agency } : {}),
    region,
    project: project || { name: region },
    iam: access.authUrl,
    endpoints: (projectId) => ({
      compute: novaAt(new URL(compute), projectId),
      ...(network ? { network: new URL("/", network) } : {}),
    }),
    tls: access.tls,
  };
}

/** Projects are named after their region: `eu-de`, `eu-de_web`. */
function regionOfProject(project: Reference | undefined): string | undefined {
  return project && "name" in project ? project.name.split("_")[0] : undefined;
}

/** Services stand beside IAM: `iam.eu-de.otc.t-systems.com`, `ecs.eu-de.otc.t-systems.com`. */
function serviceOf(iam: URL, service: string): string {
  const host = iam.host.replace(/^iam(-pub)?\./, `${service}.`);
  if (host !== iam.host) return `https://${host}`;
  throw new Error(
    `the ${service} endpoint cannot be told from the authentication URL (${iam.host}); set config opentelekomcloud:endpointOverrides`,
  );
}

function agencyFor(
  role: NonNullable<Where["connection"]>["assumeRole"],
  settings: Settings,
): Agency | undefined {
  const name = setting(settings, "opentelekomcloud:agencyName", "OS_AGENCY_NAME");
  const domain = setting(settings, "opentelekomcloud:agencyDomainName", "OS_AGENCY_DOMAIN_NAME");
  const wanted = role ?? (name ? { roleArn: name } : undefined);
  const how = "set config opentelekomcloud:agencyDomainName or OS_AGENCY_DOMAIN_NAME";
  return wanted && agencyOfRole(wanted, domain ? { name: domain } : undefined, how);
}
