import * as pulumi from "@pulumi/pulumi";
import * as attach from "pulumi-cloud-attachments";

// The defaults are ids of the simulator's world; `pulumi config set <name> <id>` names resources of your own.
const config = new pulumi.Config();

/** Instances that the scaling group launches receive the load balancer's traffic on this port. */
const traffic = new attach.alicloud.ess.VServerGroupAttachment("api-80", {
  scalingGroupId: config.get("scalingGroupId") ?? "asg-bp1api",
  loadBalancerId: config.get("loadBalancerId") ?? "lb-bp1api",
  vserverGroupId: config.get("vserverGroupId") ?? "rsp-bp1api01",
  port: config.getNumber("port") ?? 80,
});

/** An instance on Alibaba Cloud joins a security group, beside those it has. */
const instance = new attach.alicloud.ecs.SecurityGroupAttachment("app", {
  instanceId: config.get("instanceId") ?? "i-bp1foreign",
  securityGroupId: config.get("securityGroupId") ?? "sg-bp1app01",
});

/** So does a server on OpenStack; here the group is given by its name. */
const server = new attach.openstack.compute.SecurityGroupAttachment("web", {
  instanceId: config.get("serverId") ?? "10000000-0000-4000-8000-000000000024",
  securityGroupName: config.get("securityGroupName") ?? "web",
});

export const attachments = [traffic.id, instance.id, server.id];
