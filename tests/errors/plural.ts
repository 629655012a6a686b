import { associations } from "../../providers/associations";
import type { AnyAssociation } from "../../providers/core/contract/association";
import type { Properties } from "../../providers/core/contract/inputs";
import { pluralOf } from "../../providers/core/contract/plural";
import { alicloudConfig, tencentcloudConfig } from "../kit/clouds";
import type { Situation, Situations } from "./situation";

const group = { securityGroupId: "sg-app00001" };
const instances = Array.from({ length: 14 }, (_each, at) => `ins-none${String(at + 1).padStart(4, "0")}`);
const cvm = (inputs: Properties, more: Partial<Situation> = {}): Situation => ({
  association: pluralOf(associations["tencentcloud-cvm-security-group-attachment"] as AnyAssociation),
  reach: (simulator) => tencentcloudConfig(simulator, "main"),
  ...more,
  inputs,
});
const ecs = (inputs: Properties): Situation => ({
  association: pluralOf(associations["alicloud-ecs-security-group-attachment"] as AnyAssociation),
  reach: (simulator) => alicloudConfig(simulator, "main"),
  inputs,
});

export const plural: Situations = {
  "one of two instances does not exist": cvm({ ...group, instanceIds: ["ins-web00001", "ins-nowhere1"] }),
  "none of fourteen instances exists": cvm({ ...group, instanceIds: instances }),
  'one is attached already, and ifAttached is "fail"': cvm(
    { ...group, instanceIds: ["ins-web00001", "ins-web00002"], ifAttached: "fail" },
    {
      world: ({ tencentcloud }) =>
        tencentcloud.instances["ins-web00001"]?.securityGroupIds.push("sg-app00001"),
    },
  ),
  "another resource declares one of them": cvm({
    ...group,
    instanceIds: ["ins-web00001"],
    __duplicateOf: { name: "web", pair: "ins-web00001#sg-app00001" },
  }),
  "more pairs than one resource takes": cvm({ ...group, instanceIds: Array(2_001).fill("ins-web00001") }),
  "neither list is given": cvm(group),
  "a network interface": ecs({ networkInterfaceId: "eni-1", securityGroupIds: ["sg-1"] }),
};
