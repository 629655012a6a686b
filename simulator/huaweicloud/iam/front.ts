import { identityFront } from "../../openstack/identity/front";
import type { Catalogue } from "../../openstack/identity/operation";
import { authenticate } from "../authentication";
import { behindGateway } from "../front";
import type { HuaweicloudWorld } from "../world";
import { createTemporaryAccessKey } from "./create-temporary-access-key";
import { keystoneListAuthDomains } from "./keystone-list-auth-domains";
import { keystoneListAuthProjects } from "./keystone-list-auth-projects";
import { keystoneListProjects } from "./keystone-list-projects";

/** Urls hold the project, as in the catalogues of Huawei Cloud and Open Telekom Cloud. */
const catalogue: Catalogue = (urls, projectId) => [
  { type: "identity", name: "iam", url: `${urls.iam}/v3` },
  { type: "compute", name: "nova", url: `${urls.ecs}/v2.1/${projectId}` },
  { type: "network", name: "neutron", url: urls.vpc ?? "" },
];

/** Identity and Access Management: Keystone v3 with projects anybody may list, and temporary access keys. */
export const iam = behindGateway(
  identityFront<HuaweicloudWorld>(catalogue, {
    operations: {
      "GET /v3/projects": keystoneListProjects,
      "GET /v3/auth/projects": keystoneListAuthProjects,
      "GET /v3/auth/domains": keystoneListAuthDomains,
      "POST /v3.0/OS-CREDENTIAL/securitytokens": createTemporaryAccessKey,
    },
    callerOf: authenticate,
  }),
);
