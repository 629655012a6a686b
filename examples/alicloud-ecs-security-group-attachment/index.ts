import * as pulumi from "@pulumi/pulumi";
import * as attach from "pulumi-cloud-attachments";

// The defaults are ids of the simulator's world; `pulumi config set <name> <id>` names resources of your own,
// `pulumi config set --path 'securityGroupIds[0]' <id>` those of a list.
const config = new pulumi.Config();
const instanceId = config.get("instanceId") ?? "i-bp1foreign";
const securityGroupIds = config.getObject<string[]>("securityGroupIds") ?? ["sg-bp1app01", "sg-bp1app02"];

/** The instance joins each of these groups, beside those it has. */
const onInstance = securityGroupIds.map(
  (securityGroupId) =>
    new attach.alicloud.ecs.SecurityGroupAttachment(`app-${securityGroupId}`, {
      instanceId,
      securityGroupId,
    }),
);

/** A secondary network interface has groups of its own. */
const onInterface = new attach.alicloud.ecs.SecurityGroupAttachment("backup-network", {
  networkInterfaceId: config.get("networkInterfaceId") ?? "eni-bp1web01",
  securityGroupId: config.get("backupGroupId") ?? "sg-bp1app03",
});

export const attachments = [...onInstance, onInterface].map(({ id }) => id);
