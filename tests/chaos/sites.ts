import { ecsSecurityGroupAttachment } from "../../providers/alicloud/ecs/security-group-attachment";
import { ensSecurityGroupAttachment } from "../../providers/alicloud/ens/security-group-attachment";
import { vserverGroupAttachment } from "../../providers/alicloud/ess/vserver-group-attachment";
import type { AnyAssociation } from "../../providers/core/contract/association";
import type { Properties } from "../../providers/core/contract/inputs";
import * as huaweicloud from "../../providers/huaweicloud/ecs/security-group-attachment";
import * as openstack from "../../providers/openstack/compute/security-group-attachment";
import * as opentelekomcloud from "../../providers/opentelekomcloud/compute/security-group-attachment";
import { cvmSecurityGroupAttachment } from "../../providers/tencentcloud/cvm/security-group-attachment";
import type { World } from "../../simulator/index";
import { uuid } from "../contract/servers";
import { onMembers, onScalingGroups } from "../kit/attached";

/** A pair in the simulator's world, whoever attaches it. */
export interface Site {
  /** Unique in all clouds. */
  readonly key: string;
  readonly token: string;
  /** Its identity, as a program gives it. */
  readonly args: Properties;
  /** The same, in the other form that a program may use. */
  readonly otherForm?: Properties;
  /** The association has a setting that the cloud shows. */
  readonly hasWeight: boolean;
  /** Where others attach things, too: a write in flight may undo what they do at the same moment. */
  readonly isRewritten: boolean;
  /** Behind the program's back. */
  attach(world: World): void;
  detach(world: World): void;
}

/** One of ten kinds of parents: sites that programs declare, and such that only others attach. */
interface Kind {
  readonly declared: readonly Site[];
  readonly foreign: readonly Site[];
}

/** Three groups for programs and one for others: beside the default group that is what a parent takes. */
const GROUPS = 3;
const NUMBERS = [1, 2, 3, 4];
const PARENTS = [1, 2, 3];
const two = (number: number) => String(number).padStart(2, "0");

function kind(parents: readonly number[], site: (parent: number, group: number) => Site): Kind {
  const all = parents.flatMap((parent) => NUMBERS.map((group) => ({ group, site: site(parent, group) })));
  const of = (isForeign: boolean) =>
    all.filter(({ group }) => group > GROUPS === isForeign).map((each) => each.site);
  return { declared: of(false), foreign: of(true) };
}

/** Instances or network interfaces with a list of groups. */
function members(
  association: AnyAssociation,
  table: (world: World) => Record<string, { securityGroupIds: string[] }>,
  [parentName, parentPrefix]: [string, string],
  groupPrefix: string,
): Kind {
  return kind(PARENTS, (parent, group) => {
    const parentId = `${parentPrefix}${two(parent)}`;
    const securityGroupId = `${groupPrefix}${two(group)}`;
    const args = { [parentName]: parentId, securityGroupId };
    const change = (world: World, edit: (groups: string[]) => string[]) => {
      const member = table(world)[parentId];
      if (member) member.securityGroupIds = edit(member.securityGroupIds);
    };
    const off = (groups: string[]) => groups.filter((each) => each !== securityGroupId);
    return {
      key: `${association.token} ${association.id(args)}`,
      token: association.token,
      args,
      hasWeight: false,
      isRewritten: false,
      attach: (world) => change(world, (groups) => [...off(groups), securityGroupId]),
      detach: (world) => change(world, off),
    };
  });
}

const scalingGroups = ["asg-bp1web", "asg-bp1api"];
const vserverGroups = [
  { loadBalancerId: "lb-bp1web", vserverGroupId: "rsp-bp1web01", port: 80 },
  { loadBalancerId: "lb-bp1web", vserverGroupId: "rsp-bp1web01", port: 81 },
  { loadBalancerId: "lb-bp1api", vserverGroupId: "rsp-bp1api01", port: 80 },
  { loadBalancerId: "lb-bp1api", vserverGroupId: "rsp-bp1api02", port: 80 },
];

const ess = kind([1, 2], (parent, group) => {
  const scalingGroupId = scalingGroups[parent - 1] as string;
  const entry = vserverGroups[group - 1] as (typeof vserverGroups)[number];
  const args = { scalingGroupId, ...entry };
  const change = (world: World, more: readonly object[]) => {
    const found = world.alicloud.scalingGroups[scalingGroupId];
    if (!found) return;
    const rest = found.vserverGroups.filter(
      (each) => each.vserverGroupId !== entry.vserverGroupId || each.port !== entry.port,
    );
    found.vserverGroups = [...rest, ...more] as typeof rest;
  };
  return {
    key: `${vserverGroupAttachment.token} ${vserverGroupAttachment.id(args as never)}`,
    token: vserverGroupAttachment.token,
    args,
    hasWeight: true,
    isRewritten: false,
    attach: (world) => change(world, [{ ...entry, weight: 7 }]),
    detach: (world) => change(world, []),
  };
});

type NovaName = "openstack" | "huaweicloud" | "opentelekomcloud";

/** Servers, of which the last has two network interfaces; the group may be given by its name. */
function servers(association: AnyAssociation, name: NovaName): Kind {
  return kind([1, 2, 21], (parent, group) => {
    const instanceId = uuid(1, parent);
    const securityGroupId = uuid(2, 100 + group);
    const args = { instanceId, securityGroupId };
    const change = (world: World, more: readonly string[]) => {
      for (const port of Object.values(world[name].ports)) {
        if (port.serverId !== instanceId) continue;
        const rest = port.securityGroupIds.filter((each) => each !== securityGroupId);
        port.securityGroupIds = [...rest, ...more];
      }
    };
    return {
      key: `${association.token} ${association.id(args)}`,
      token: association.token,
      args,
      otherForm: { instanceId, securityGroupName: `app-${two(group)}` },
      hasWeight: false,
      isRewritten: true,
      attach: (world) => change(world, [securityGroupId]),
      detach: (world) => change(world, []),
    };
  });
}

const kinds: readonly Kind[] = [
  ess,
  members(
    ecsSecurityGroupAttachment,
    (world) => world.alicloud.instances,
    ["instanceId", "i-bp1web"],
    "sg-bp1app",
  ),
  members(
    ecsSecurityGroupAttachment,
    (world) => world.alicloud.networkInterfaces,
    ["networkInterfaceId", "eni-bp1web"],
    "sg-bp1app",
  ),
  members(
    ensSecurityGroupAttachment,
    (world) => world.alicloud.ensInstances,
    ["instanceId", "i-5ens"],
    "sg-5ensapp",
  ),
  members(
    ensSecurityGroupAttachment,
    (world) => world.alicloud.ensNetworkInterfaces,
    ["networkInterfaceId", "eni-5ens"],
    "sg-5ensapp",
  ),
  members(
    cvmSecurityGroupAttachment,
    (world) => world.tencentcloud.instances,
    ["instanceId", "ins-web000"],
    "sg-app000",
  ),
  servers(openstack.securityGroupAttachment, "openstack"),
  servers(huaweicloud.securityGroupAttachment, "huaweicloud"),
  servers(opentelekomcloud.securityGroupAttachment, "opentelekomcloud"),
];

/** Those that programs declare, so mixed that any few beside each other are of several kinds. */
export const declaredSites: readonly Site[] = mixed(kinds.map(({ declared }) => declared));

/** Those that only others attach. */
export const foreignSites: readonly Site[] = mixed(kinds.map(({ foreign }) => foreign));

function mixed(lists: readonly (readonly Site[])[]): Site[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list[index] ?? [])).flat();
}

const novas = { openstack, huaweicloud, opentelekomcloud };

/** All that is attached anywhere in this world, ours and others', by {@link Site.key}: each with its weight, or on how many of the server's network interfaces. */
export function attachedIn(world: World): Map<string, string> {
  const found = new Map<string, string>();
  const {
    scalingGroups: groups,
    instances,
    networkInterfaces,
    ensInstances,
    ensNetworkInterfaces,
  } = world.alicloud;
  for (const [id, group] of Object.entries(groups)) {
    for (const { id: attached } of onScalingGroups({ [id]: group })) {
      const weight = group.vserverGroups.find((each) =>
        attached.endsWith(`:${each.vserverGroupId}:${each.port}`),
      );
      found.set(`${vserverGroupAttachment.token} ${attached}`, `weight ${weight?.weight}`);
    }
  }
  for (const [token, table, separator] of [
    [ecsSecurityGroupAttachment.token, instances, ":"],
    [ecsSecurityGroupAttachment.token, networkInterfaces, ":"],
    [ensSecurityGroupAttachment.token, ensInstances, ":"],
    [ensSecurityGroupAttachment.token, ensNetworkInterfaces, ":"],
    [cvmSecurityGroupAttachment.token, world.tencentcloud.instances, "#"],
  ] as const) {
    for (const { id } of onMembers(table, separator)) found.set(`${token} ${id}`, "attached");
  }
  for (const [name, { securityGroupAttachment }] of Object.entries(novas)) {
    const ports = Object.values(world[name as NovaName].ports);
    for (const { serverId, securityGroupIds } of ports) {
      const all = ports.filter((port) => port.serverId === serverId && port.portSecurityEnabled);
      for (const group of securityGroupIds) {
        const on = all.filter((port) => port.securityGroupIds.includes(group)).length;
        found.set(
          `${securityGroupAttachment.token} ${serverId}/${group}`,
          on === all.length ? "attached" : `on ${on} of ${all.length} interfaces`,
        );
      }
    }
  }
  return found;
}

/** What {@link attachedIn} shows of a pair that is as declared. */
export function shapeOf(site: Site, weight: number): string {
  return site.hasWeight ? `weight ${weight}` : "attached";
}
