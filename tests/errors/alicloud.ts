import { ecsSecurityGroupAttachment } from "../../providers/alicloud/ecs/security-group-attachment";
import { ensSecurityGroupAttachment } from "../../providers/alicloud/ens/security-group-attachment";
import { vserverGroupAttachment } from "../../providers/alicloud/ess/vserver-group-attachment";
import type { Properties } from "../../providers/core/contract/inputs";
import type { Simulator } from "../../simulator/index";
import { alicloudConfig } from "../kit/clouds";
import type { Situation, Situations } from "./situation";

const reach = (simulator: Simulator) => alicloudConfig(simulator, "main");

/** A VServer group of its load balancer, at `asg-bp1web`. */
export const ess = (
  loadBalancerId: string,
  vserverGroupId: string,
  more: Partial<Situation> = {},
): Situation => ({
  association: vserverGroupAttachment,
  reach,
  ...more,
  inputs: { scalingGroupId: "asg-bp1web", loadBalancerId, vserverGroupId, port: 80, ...more.inputs },
});

const member = (id: string): Properties =>
  id.startsWith("eni-") ? { networkInterfaceId: id } : { instanceId: id };

const ecs = (id: string, securityGroupId: string, more: Partial<Situation> = {}): Situation => ({
  association: ecsSecurityGroupAttachment,
  reach,
  ...more,
  inputs: { ...member(id), securityGroupId, ...more.inputs },
});

const ens = (id: string, securityGroupId: string, more: Partial<Situation> = {}): Situation => ({
  ...ecs(id, securityGroupId, more),
  association: ensSecurityGroupAttachment,
});

const key = (accessKey: string, secretKey: string, more: Record<string, string> = {}) => ({
  "alicloud:accessKey": accessKey,
  "alicloud:secretKey": secretKey,
  ...more,
});

const web = "i-bp1web01";
const app = "sg-bp1app01";
const full = ["sg-bp1default", "sg-bp1app02", "sg-bp1app03", "sg-bp1app04", "sg-bp1app05"];

export const alicloudEss: Situations = {
  "the scaling group has as many VServer groups as it may have": ess("lb-bp1web", "rsp-bp1web01", {
    world: ({ alicloud }) => {
      const attached = alicloud.scalingGroups["asg-bp1web"]?.vserverGroups;
      for (const port of [81, 82, 83, 84, 85]) {
        attached?.push({ loadBalancerId: "lb-bp1web", vserverGroupId: "rsp-bp1web02", port, weight: 50 });
      }
    },
  }),
  "the load balancer has no listener with a health check": ess("lb-bp1unchecked", "rsp-bp1unchecked"),
  "the load balancer is inactive until the deadline": ess("lb-bp1inactive", "rsp-bp1inactive", {
    deadline: 1,
  }),
  "the load balancer is in another VPC": ess("lb-bp1othervpc", "rsp-bp1othervpc"),
  "the VServer group belongs to another load balancer": ess("lb-bp1web", "rsp-bp1api01"),
  "there is no such load balancer": ess("lb-bp1nowhere", "rsp-bp1web01"),
  "there is no such scaling group": ess("lb-bp1web", "rsp-bp1web01", {
    inputs: { scalingGroupId: "asg-bp1nowhere" },
  }),
  "the user may not attach": ess("lb-bp1web", "rsp-bp1web01", {
    config: key("simulator-reader-key", "simulator-reader-secret"),
  }),
};

export const alicloudEcs: Situations = {
  "the instance is in as many groups as it may be": ecs(web, app, {
    world: ({ alicloud }) => Object.assign(alicloud.instances[web] ?? {}, { securityGroupIds: full }),
  }),
  "it is the last group of the instance": ecs(web, app, {
    command: "destroy",
    world: ({ alicloud }) => Object.assign(alicloud.instances[web] ?? {}, { securityGroupIds: [app] }),
  }),
  "it is the last group of the network interface": ecs("eni-bp1web01", app, {
    command: "destroy",
    world: ({ alicloud }) =>
      Object.assign(alicloud.networkInterfaces["eni-bp1web01"] ?? {}, { securityGroupIds: [app] }),
  }),
  "the instance is locked": ecs("i-bp1locked", app),
  "the group is of the other type": ecs(web, "sg-bp1advanced"),
  "the group is in another VPC": ecs(web, "sg-bp1othervpc"),
  "another product manages the network interface": ecs("eni-bp1managed", app),
  "another product manages the group": ecs(web, "sg-bp1managed"),
  "it is the primary network interface": ecs("eni-bp1primary", app),
  "there is no such instance": ecs("i-bp1nowhere", app),
  "there is no such network interface": ecs("eni-bp1nowhere", app),
  "there is no such group": ecs(web, "sg-bp1nowhere"),
  "there is no such region": ecs(web, app, { config: { "alicloud:region": "cn-mars" } }),
  "the instance is in another region": ecs("i-2zeweb01", app),
  "the instance stays busy until the deadline": ecs(web, app, {
    deadline: 1,
    faults: { rules: [{ kind: "busy", action: "JoinSecurityGroup" }] },
  }),
  "the user may not join": ecs(web, app, { config: key("simulator-reader-key", "simulator-reader-secret") }),
  "there is no such access key": ecs(web, app, { config: key("simulator-no-key", "some-secret") }),
  "the secret is wrong": ecs(web, app, { config: key("simulator-main-key", "not-the-secret") }),
  "the secret is missing": ecs(web, app, { config: key("simulator-main-key", "") }),
  "the security token has expired": ecs(web, app, {
    world: ({ alicloud }) => {
      alicloud.sessions["STS.simulator"] = {
        secret: "expired-secret",
        securityToken: "expired-token",
        roleArn: "acs:ram::1000000000000001:role/deployer",
        sessionName: "laptop",
        expiration: "2024-01-01T00:00:00Z",
      };
    },
    config: key("STS.simulator", "expired-secret", { "alicloud:securityToken": "expired-token" }),
  }),
  "the clock is wrong": ecs(web, app, { faults: { clockOffsetMs: 3_600_000 } }),
  "the region is set nowhere": ecs(web, app, { config: { "alicloud:region": "" } }),
};

export const alicloudEns: Situations = {
  "ENS does not say what is wrong": ens("i-5ens01", "sg-5ensapp01", {
    command: "destroy",
    faults: { variants: { "ens.leaveLast": "interfaceError" } },
    world: ({ alicloud }) =>
      Object.assign(alicloud.ensInstances["i-5ens01"] ?? {}, { securityGroupIds: ["sg-5ensapp01"] }),
  }),
  "the instance is being reset until the deadline": ens("i-5ensresetting", "sg-5ensapp01", { deadline: 1 }),
  "there is no such instance": ens("i-5nowhere", "sg-5ensapp01"),
  "there is no such group": ens("i-5ens01", "sg-5nowhere"),
  "the user may not join": ens("i-5ens01", "sg-5ensapp01", {
    config: key("simulator-reader-key", "simulator-reader-secret"),
  }),
};
