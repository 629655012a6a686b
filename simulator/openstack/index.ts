import type { Cloud, Variant } from "../cloud";
import { defaultWorld } from "./default-world";
import { type Catalogue, keystoneFront } from "./keystone";
import { neutronFront } from "./neutron";
import { novaFront } from "./nova";
import { callerByToken } from "./tokens";
import type { OpenStackWorld } from "./world";

const catalogue: Catalogue = (urls) => [
  { type: "identity", name: "keystone", url: urls.identity ?? "" },
  { type: "compute", name: "nova", url: urls.compute ?? "" },
  { type: "network", name: "neutron", url: urls.network ?? "" },
];

export const novaVariants = {
  /** Later releases check roles and bodies more strictly, and pass Neutron's conflicts on. */
  "nova.release": ["zed", "2024.2"],
  /** How long a change of groups takes from reading the ports to writing them, default 10. */
  "nova.writeMs": "number",
  /** What a cloud that has changed its Nova may do; the first is what a true one does. The words are not the vendors'. */
  "nova.addTwice": ["error", "success"],
  "nova.removeLast": ["success", "error"],
} satisfies Record<string, Variant>;

/** A private OpenStack: Keystone, Nova, and what tells of groups and ports in Neutron. */
export const openstack: Cloud<OpenStackWorld> = {
  defaultWorld,
  variants: novaVariants,
  fronts: {
    identity: keystoneFront<OpenStackWorld>(catalogue),
    compute: novaFront<OpenStackWorld>(callerByToken),
    network: neutronFront<OpenStackWorld>(callerByToken),
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
};
