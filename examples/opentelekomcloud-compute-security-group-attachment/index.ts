import * as pulumi from "@pulumi/pulumi";
import * as attach from "pulumi-cloud-attachments";

// The defaults are of the simulator's world; `pulumi config set <name> <value>` names resources of your own,
// `pulumi config set --path 'securityGroupNames[0]' <name>` those of a list.
const config = new pulumi.Config();
const instanceId = config.get("instanceId") ?? "10000000-0000-4000-8000-000000000024";
const securityGroupNames = config.getObject<string[]>("securityGroupNames") ?? ["web", "db"];

/** Groups by name, in the project of the credentials; what is attached and kept in state are their ids. */
const groups = securityGroupNames.map(
  (securityGroupName) =>
    new attach.opentelekomcloud.compute.SecurityGroupAttachment(securityGroupName, {
      instanceId,
      securityGroupName,
    }),
);

export const attachments = groups.map(({ id }) => id);
export const securityGroupIds = groups.map(({ securityGroupId }) => securityGroupId);
