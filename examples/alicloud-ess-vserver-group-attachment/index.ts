import * as pulumi from "@pulumi/pulumi";
import * as attach from "pulumi-cloud-attachments";

// The defaults are ids of the simulator's world; `pulumi config set <name> <id>` names resources of your own.
const config = new pulumi.Config();
const scalingGroupId = config.get("scalingGroupId") ?? "asg-bp1api";
const loadBalancerId = config.get("loadBalancerId") ?? "lb-bp1api";

/** Instances that the scaling group launches from now on take part, with the weight 50. */
const api = new attach.alicloud.ess.VServerGroupAttachment("api-80", {
  scalingGroupId,
  loadBalancerId,
  vserverGroupId: config.get("apiGroupId") ?? "rsp-bp1api01",
  port: 80,
});

/** Present instances, too, with a tenth of the traffic that a server of weight 100 gets; destroy takes them out again. */
const canary = new attach.alicloud.ess.VServerGroupAttachment("canary-8080", {
  scalingGroupId,
  loadBalancerId,
  vserverGroupId: config.get("canaryGroupId") ?? "rsp-bp1api02",
  port: 8080,
  weight: 10,
  forceAttach: true,
  forceDetach: true,
});

export const attachments = [api.id, canary.id];
