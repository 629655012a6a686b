import { securityGroupAttachment } from "../../providers/openstack/compute/security-group-attachment";
import type { Stage } from "../contract/stage";
import { contract } from "../contract/suite";
import { Nova, type OpenRc, openRc } from "./nova";

const NOWHERE = "11111111-2222-4333-8444-555555555555";

describe("a true OpenStack", () => {
  let rc: OpenRc;
  before(function () {
    rc = openRc(this);
  });

  contract({
    association: securityGroupAttachment,
    actions: { attach: "addSecurityGroup", detach: "removeSecurityGroup", find: "listServerSecurityGroups" },
    unknownParent: { instanceId: NOWHERE, securityGroupId: NOWHERE },
    get unknownOther() {
      return { instanceId: rc.servers["one-nic"], securityGroupId: NOWHERE };
    },
    except: {
      "last group": "Nova lets a server do without any group",
      "remove parent": "its servers are for all tests",
      "remove other": "Neutron refuses to delete a security group that is in use",
    },
    stage: async () => stageOn(rc),
  });
});

/** The server `one-nic`, and the groups made for tests. */
function stageOn(rc: OpenRc): Stage {
  const nova = new Nova(rc);
  const server = rc.servers["one-nic"] as string;
  const groups = Object.values(rc.security_groups).slice(0, 10);
  const group = (pair: { securityGroupId?: unknown }) => String(pair.securityGroupId);
  const users = { main: rc.username, other: "other", wrong: rc.username };
  return {
    pairs: groups.map((securityGroupId) => ({ instanceId: server, securityGroupId })),
    config: (account = "main") => ({
      "openstack:authUrl": rc.auth_url,
      "openstack:region": rc.region,
      "openstack:userName": users[account],
      "openstack:password": account === "wrong" ? "not-the-password" : rc.password,
      "openstack:tenantName": account === "other" ? (rc.other_users?.other ?? "other") : rc.project_name,
      "openstack:userDomainId": rc.user_domain_id,
      "openstack:projectDomainId": rc.project_domain_id,
    }),
    attached: async () => (await nova.groups(server)).map((id) => `${server}/${id}`).sort(),
    attach: (pair) => nova.add(server, group(pair)),
    detach: (pair) => nova.remove(server, group(pair)),
    removeParent: () => Promise.reject(new Error("its servers are for all tests")),
    removeOther: () => Promise.reject(new Error("Neutron refuses to delete a group in use")),
    async begin() {
      for (const id of await nova.groups(server)) if (groups.includes(id)) await nova.remove(server, id);
    },
    stop: async () => {},
  };
}
