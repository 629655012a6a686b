import type { Vendor } from "../core/contract/cloud";
import { from, secret, textOf } from "../core/util/settings";
import { keystoneSettings } from "../openstack/settings";

const keystone = keystoneSettings("opentelekomcloud");

/** OpenStack's settings. Source: Terraform provider opentelekomcloud/opentelekomcloud, documentation. */
export const names = {
  ...keystone,
  beside: {
    ...keystone.beside,
    region_name: from("opentelekomcloud:region", "OS_REGION_NAME", "OS_REGION"),
  },
};

/** What stands in `auth` beyond Keystone's: access keys. */
export const keyNames = {
  ak: from("opentelekomcloud:accessKey", "OS_ACCESS_KEY"),
  sk: secret("opentelekomcloud:secretKey", "OS_SECRET_KEY"),
  security_token: secret("opentelekomcloud:securityToken", "OS_SECURITY_TOKEN"),
};

export const agencyNames = {
  agencyName: from("opentelekomcloud:agencyName", "OS_AGENCY_NAME"),
  agencyDomainName: from("opentelekomcloud:agencyDomainName", "OS_AGENCY_DOMAIN_NAME"),
  delegatedProject: from("opentelekomcloud:delegatedProject", "OS_DELEGATED_PROJECT"),
};

/** What is said of the vendor without a login. */
export const vendor: Vendor = {
  name: "opentelekomcloud",
  title: "Open Telekom Cloud",
  tenant: "project",
  settings: { ...names.auth, ...keyNames, ...agencyNames, ...names.refused, ...names.beside },
  region: (settings, connection) =>
    connection?.profile ? undefined : textOf(settings, names.beside.region_name),
};
