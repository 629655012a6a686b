import { vserverGroupAttachment } from "../../../providers/alicloud/ess/vserver-group-attachment";
import type { World } from "../../../simulator/index";
import { alicloudConfig } from "../../kit/clouds";
import { simulated } from "../stage";
import type { Subject } from "../subject";
import { rpc } from "../wire";

const PARENT = "asg-bp1api";
const pair = (loadBalancerId: string, vserverGroupId: string) => ({
  scalingGroupId: PARENT,
  loadBalancerId,
  vserverGroupId,
  port: 80,
});

const group = (world: World) => world.alicloud.scalingGroups[PARENT];

/** Four pairs beside a foreign one: five is what a scaling group takes. */
const pairs = [
  pair("lb-bp1web", "rsp-bp1web01"),
  pair("lb-bp1web", "rsp-bp1web02"),
  pair("lb-bp1api", "rsp-bp1api01"),
  pair("lb-bp1api", "rsp-bp1api02"),
];

export const ess: Subject = {
  association: vserverGroupAttachment,
  actions: { attach: "AttachVServerGroups", detach: "DetachVServerGroups", find: "DescribeScalingGroups" },
  wire: rpc("ScalingGroups", "ScalingGroup", {
    items: {
      parent: PARENT,
      item: (ScalingGroupId, attached) => ({
        ScalingGroupId,
        LifecycleState: "Active",
        VServerGroups: { VServerGroup: attached },
      }),
    },
  }),
  unknownParent: { ...pairs[0], scalingGroupId: "asg-bp1nowhere" },
  unknownOther: { ...pairs[0], loadBalancerId: "lb-bp1nowhere" },
  setting: { name: "weight", from: 50, to: 70 },
  except: { "last group": "a scaling group needs no VServer group" },
  stage: () =>
    simulated({
      front: "alicloud.ess",
      config: alicloudConfig,
      pairs,
      attached: (world) =>
        (group(world)?.vserverGroups ?? []).map((entry) =>
          [PARENT, entry.loadBalancerId, entry.vserverGroupId, entry.port].join(":"),
        ),
      attach(world, { loadBalancerId, vserverGroupId, port, weight = 50 }) {
        group(world)?.vserverGroups.push({ loadBalancerId, vserverGroupId, port, weight } as never);
      },
      detach(world, gone) {
        const parent = group(world);
        if (!parent) return;
        parent.vserverGroups = parent.vserverGroups.filter(
          (entry) => entry.vserverGroupId !== gone.vserverGroupId,
        );
      },
      removeParent(world) {
        delete world.alicloud.scalingGroups[PARENT];
      },
      removeOther(world, { vserverGroupId }) {
        delete world.alicloud.vserverGroups[vserverGroupId as string];
      },
    }),
};
