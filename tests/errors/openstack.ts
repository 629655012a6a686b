import { securityGroupAttachment } from "../../providers/openstack/compute/security-group-attachment";
import { uuid } from "../contract/servers";
import { openstackConfig } from "../kit/clouds";
import type { Situation, Situations } from "./situation";

/** The server `web-01`, or another by its number, and the group `web`. */
const nova = (more: Partial<Situation> = {}): Situation => ({
  association: securityGroupAttachment,
  reach: (simulator) => openstackConfig(simulator, "main"),
  ...more,
  inputs: more.inputs ?? { instanceId: uuid(1, 1), securityGroupId: uuid(2, 2) },
});

const instanceId = uuid(1, 1);

export const openstack: Situations = {
  "there is no such server": nova({ inputs: { instanceId: uuid(1, 999), securityGroupId: uuid(2, 2) } }),
  "there is no such group": nova({ inputs: { instanceId, securityGroupId: uuid(2, 999) } }),
  "no group has that name": nova({ inputs: { instanceId, securityGroupName: "nothing" } }),
  "two groups have that name": nova({ inputs: { instanceId, securityGroupName: "twin" } }),
  "port security is off": nova({
    inputs: { instanceId: uuid(1, 25), securityGroupId: uuid(2, 2) },
    world: ({ openstack }) => {
      // The interface that takes no group comes before another that lacks it: Nova never gets there.
      const ports = Object.values(openstack.ports).filter(({ serverId }) => serverId === uuid(1, 25));
      const [able] = ports;
      if (able) openstack.ports["30000000-0000-4000-8000-000000009999"] = { ...able };
    },
  }),
  "a stateless group beside a stateful one": nova({ inputs: { instanceId, securityGroupId: uuid(2, 5) } }),
  "a stateless group beside a stateful one, on Nova 2024.2": nova({
    inputs: { instanceId, securityGroupId: uuid(2, 5) },
    faults: { variants: { "nova.release": "2024.2" } },
  }),
  "the server has no network interface": nova({
    world: ({ openstack }) => {
      for (const [id, port] of Object.entries(openstack.ports)) {
        if (port.serverId === instanceId) delete openstack.ports[id];
      }
    },
  }),
  "the server is being built until the deadline": nova({
    deadline: 1,
    inputs: { instanceId: uuid(1, 23), securityGroupId: uuid(2, 2) },
  }),
  "the user may only read": nova({
    config: { "openstack:userName": "reader" },
    faults: { variants: { "nova.release": "2024.2" } },
  }),
  "the server is in another project": nova({
    config: { "openstack:userName": "other", "openstack:tenantName": "other" },
  }),
  "there is no such project": nova({ config: { "openstack:tenantName": "nothing" } }),
  "the password is wrong": nova({ config: { "openstack:password": "not-the-password" } }),
  "the token has expired": nova({
    config: { "openstack:userName": "", "openstack:password": "", "openstack:token": "gAAAAABnot-a-token" },
  }),
  "the cloud has no such region": nova({ config: { "openstack:region": "RegionTwo" } }),
  "nothing answers for Keystone": nova({ config: { "openstack:authUrl": "http://127.0.0.1:1" } }),
  "the authentication URL is not Keystone's": nova({
    config: ({ openstack }) => ({ "openstack:authUrl": openstack.compute ?? openstack.network ?? "" }),
  }),
  "no credentials are set": nova({
    config: Object.fromEntries(
      ["authUrl", "userName", "password", "tenantName", "userDomainName", "projectDomainName"].map((name) => [
        `openstack:${name}`,
        "",
      ]),
    ),
  }),
};
