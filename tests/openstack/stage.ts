import type { AnyAssociation } from "../../providers/core/contract/association";
import type { Stage } from "../contract/stage";
import type { Subject } from "../contract/subject";
import { Nova, type OpenRc } from "./nova";

const NOWHERE = "11111111-2222-4333-8444-555555555555";

/** An association of a server of the true OpenStack with its groups, however that is reached. */
export function trueServer(
  association: AnyAssociation,
  rc: () => OpenRc,
  stage: () => Promise<Stage>,
  except: Subject["except"],
  variant?: string,
): Subject {
  return {
    association,
    stage,
    ...(variant ? { variant } : {}),
    actions: { attach: "addSecurityGroup", detach: "removeSecurityGroup", find: "listServerSecurityGroups" },
    unknownParent: { instanceId: NOWHERE, securityGroupId: NOWHERE },
    get unknownOther() {
      return { instanceId: rc().servers["one-nic"], securityGroupId: NOWHERE };
    },
    except: {
      "last group": "Nova lets a server do without any group",
      "remove parent": "its servers are for all tests",
      "remove other": "Neutron refuses to delete a security group that is in use",
      ...(process.env.REMOTE === "1"
        ? { "other account": "the other users of this cloud are not known" }
        : {}),
      ...except,
    },
  };
}

/** The server `one-nic`, and the groups made for tests. */
export function stageOn(rc: OpenRc, config: Stage["config"]): Stage {
  const nova = new Nova(rc);
  const server = rc.servers["one-nic"] as string;
  const groups = Object.values(rc.security_groups).slice(0, 10);
  const group = (pair: { securityGroupId?: unknown }) => String(pair.securityGroupId);
  return {
    config,
    pairs: groups.map((securityGroupId) => ({ instanceId: server, securityGroupId })),
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
