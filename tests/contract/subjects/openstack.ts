import { securityGroupAttachment } from "../../../providers/openstack/compute/security-group-attachment";
import { openstackConfig } from "../../kit/clouds";
import { servers, uuid } from "../servers";
import { simulated } from "../stage";
import type { Subject } from "../subject";
import { nova } from "../wire";

export const openstackServer: Subject = {
  association: securityGroupAttachment,
  actions: { attach: "addSecurityGroup", detach: "removeSecurityGroup", find: "listServerSecurityGroups" },
  wire: nova,
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
