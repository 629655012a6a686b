import { securityGroupAttachment } from "../../../providers/openstack/compute/security-group-attachment";
import type { Simulator } from "../../../simulator/index";
import { servers, uuid } from "../servers";
import { simulated } from "../stage";
import type { Subject } from "../subject";

const users = { main: "demo", other: "other", wrong: "demo" };

/** Config of a stack that reaches the simulator's OpenStack. */
export function openstackConfig(
  { endpoints, world }: Simulator,
  account: keyof typeof users,
): Record<string, string> {
  const { authUrl, region, userDomainName, projectDomainName } = endpoints.openstack as Record<
    string,
    string
  >;
  const user = Object.values(world.openstack.users).find(({ name }) => name === users[account]);
  return {
    "openstack:authUrl": authUrl ?? "",
    "openstack:region": region ?? "",
    "openstack:userName": users[account],
    "openstack:password": account === "wrong" ? "not-the-password" : (user?.password ?? ""),
    // Users of the simulator are named after their project.
    "openstack:tenantName": users[account],
    "openstack:userDomainName": userDomainName ?? "",
    "openstack:projectDomainName": projectDomainName ?? "",
  };
}

export const openstackServer: Subject = {
  association: securityGroupAttachment,
  actions: { attach: "addSecurityGroup", detach: "removeSecurityGroup", find: "listServerSecurityGroups" },
  unknownParent: { instanceId: uuid(1, 999), securityGroupId: uuid(2, 101) },
  unknownOther: { instanceId: uuid(1, 1), securityGroupId: uuid(2, 999) },
  except: { "last group": "Nova lets a server do without any group" },
  stage: () =>
    simulated({
      front: "openstack.compute",
      config: openstackConfig,
      ...servers((world) => world.openstack),
    }),
};
