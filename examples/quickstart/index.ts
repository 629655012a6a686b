import * as pulumi from "@pulumi/pulumi";
import * as attach from "pulumi-cloud-attachments";

// The defaults are ids of the simulator's world; `pulumi config set <name> <id>` names resources of your own.
const config = new pulumi.Config();

/** Instances that the scaling group launches receive the load balancer's traffic on this port. */
const api = new attach.alicloud.ess.VServerGroupAttachment("api-80", {
  scalingGroupId: config.get("scalingGroupId") ?? "asg-bp1api",
  loadBalancerId: config.get("loadBalancerId") ?? "lb-bp1api",
  vserverGroupId: config.get("vserverGroupId") ?? "rsp-bp1api01",
  port: config.getNumber("port") ?? 80,
});

export const attachments = [api.id];
