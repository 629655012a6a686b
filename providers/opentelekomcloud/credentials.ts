import { regionFor } from "../core/cloud/endpoint";
import type { AssumeRole, Where } from "../core/contract/cloud";
import { given } from "../core/util/given";
import { namesOf, type Settings, textOf } from "../core/util/settings";
import type { KeyAccess } from "../huaweicloud/credentials";
import { agencyOfRole } from "../huaweicloud/credentials";
import type { Agency } from "../huaweicloud/iam";
import { type Access, firstIn, accessTo as keystoneAccessTo } from "../openstack/credentials";
import type { Reference } from "../openstack/keystone";
import { endpointsOf } from "./endpoints";
import { agencyNames, keyNames, names, vendor } from "./settings";

/**
 * Who we are on Open Telekom Cloud: by token, access key or password. "Token, AK/SK, and Password" is the order of the
 * Terraform provider (opentelekomcloud/opentelekomcloud, documentation, "Authentication").
 *
 * @throws Error that says what is missing, and where it can be set.
 */
export function accessTo(where: Where, settings: Settings): KeyAccess | Access {
  const { assumeRole, ...connection } = where.connection ?? {};
  const access = keystoneAccessTo(names, { ...where, connection }, settings, keyNames);
  const agency = agencyFor(assumeRole, settings);
  const token = firstIn(access.sources, names.auth.token, "token");
  const [key, secret, securityToken] = (["ak", "sk", "security_token"] as const).map((name) =>
    firstIn(access.sources, keyNames[name], name),
  );
  if (key === undefined || token !== undefined) {
    if (secret && token === undefined) {
      throw new Error(`incomplete credentials: the access key is missing; set ${namesOf(keyNames.ak)}`);
    }
    access.identity();
    if (!agency) return access;
    throw new Error(
      "an agency can be assumed with an access key only; set config opentelekomcloud:accessKey and secretKey",
    );
  }
  if (!secret) {
    throw new Error(`incomplete credentials: the secret key is missing; set ${namesOf(keyNames.sk)}`);
  }
  const delegated = textOf(settings, agencyNames.delegatedProject);
  const project = agency ? (delegated ? { name: delegated } : undefined) : access.project;
  const region = regionFor(access.region ?? regionOfProject(project), vendor, names.beside.region_name);
  return given({
    ...endpointsOf(access),
    keys: given({ access: key, secret, securityToken }),
    agency,
    region,
    project: project ?? { name: region },
    tls: access.tls,
  });
}

/** Projects are named after their region: `eu-de`, `eu-de_web`. */
function regionOfProject(project: Reference | undefined): string | undefined {
  return project && "name" in project ? project.name.split("_")[0] : undefined;
}

function agencyFor(assumeRole: AssumeRole | undefined, settings: Settings): Agency | undefined {
  const [name, domain] = [agencyNames.agencyName, agencyNames.agencyDomainName].map((each) =>
    textOf(settings, each),
  );
  const wanted = assumeRole ?? (name ? { roleArn: name } : undefined);
  const how = "set config opentelekomcloud:agencyDomainName or OS_AGENCY_DOMAIN_NAME";
  return wanted && agencyOfRole(wanted, domain ? { name: domain } : undefined, how);
}
