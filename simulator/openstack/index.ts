import type { Cloud } from "../cloud";
import { callerByToken } from "./authentication";
import { computeFront } from "./compute/front";
import { defaultWorld } from "./default-world";
import { identityFront } from "./identity/front";
import type { Catalogue } from "./identity/operation";
import { networkFront } from "./network/front";
import { variants } from "./variants";
import type { OpenStackWorld } from "./world";

const catalogue: Catalogue = (urls) => [
  { type: "identity", name: "keystone", url: urls.identity ?? "" },
  { type: "compute", name: "nova", url: urls.compute ?? "" },
  { type: "network", name: "neutron", url: urls.network ?? "" },
];

/** A private OpenStack: Keystone, Nova, and what tells of groups and ports in Neutron. */
export const openstack: Cloud<OpenStackWorld> = {
  defaultWorld,
  variants,
  fronts: {
    identity: identityFront<OpenStackWorld>(catalogue),
    compute: computeFront<OpenStackWorld>(callerByToken),
    network: networkFront<OpenStackWorld>(callerByToken),
  },
  endpoints(urls, world) {
    const [userId = "", user] = Object.entries(world.users)[0] ?? [];
    const [projectId = ""] = Object.keys(user?.roles ?? {});
    const project = world.projects[projectId];
    const credential = Object.entries(world.applicationCredentials).find(
      ([, { userId: id }]) => id === userId,
    );
    return {
      authUrl: urls.identity ?? "",
      compute: urls.compute ?? "",
      network: urls.network ?? "",
      username: user?.name ?? "",
      password: user?.password ?? "",
      projectName: project?.name ?? "",
      projectId,
      userDomainName: world.domains[user?.domainId ?? ""]?.name ?? "",
      projectDomainName: world.domains[project?.domainId ?? ""]?.name ?? "",
      region: world.region,
      ...(credential !== undefined && {
        applicationCredentialId: credential[0],
        applicationCredentialSecret: credential[1].secret,
      }),
    };
  },
  stack({ authUrl, username, password, projectName, userDomainName, projectDomainName, region }) {
    return {
      config: {
        "openstack:authUrl": authUrl,
        "openstack:userName": username,
        "openstack:password": password,
        "openstack:tenantName": projectName,
        "openstack:userDomainName": userDomainName,
        "openstack:projectDomainName": projectDomainName,
        "openstack:region": region,
      },
      env: {
        OS_AUTH_URL: authUrl,
        OS_USERNAME: username,
        OS_PASSWORD: password,
        OS_PROJECT_NAME: projectName,
        OS_USER_DOMAIN_NAME: userDomainName,
        OS_PROJECT_DOMAIN_NAME: projectDomainName,
        OS_REGION_NAME: region,
      },
    };
  },
};
