import type { Cloud } from "../core/contract/cloud";
import { from, secret, textOf } from "../core/util/settings";
import { classifyGateway } from "../huaweicloud/errors";
import type { NovaSession } from "../openstack/client";
import { keystoneSettings } from "../openstack/cloud";
import { classify } from "../openstack/errors";

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

/** Open Telekom Cloud: OpenStack's settings and login, and Huawei's access keys and gateway. */
export const opentelekomcloud: Cloud<NovaSession> = {
  name: "opentelekomcloud",
  title: "Open Telekom Cloud",
  settings: { ...names.auth, ...keyNames, ...agencyNames, ...names.refused, ...names.beside },
  region: (settings, connection) =>
    connection?.profile ? undefined : textOf(settings, names.beside.region_name),
  // Signers, credentials and clients load with the first operation, and never in a program.
  connect: async (where, settings, deadline) =>
    (require("./client") as typeof import("./client")).connect(where, settings, deadline),
  classify: (error, verb) => classifyGateway(error, verb) ?? classify(error, verb),
};
