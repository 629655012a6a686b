import * as pulumi from "@pulumi/pulumi";
import * as attach from "pulumi-cloud-attachments";

// The defaults are ids of the simulator's world; `pulumi config set <name> <id>` names resources of your own,
// `pulumi config set --path 'instanceIds[0]' <id>` those of a list.
const config = new pulumi.Config();
const instanceIds = config.getObject<string[]>("instanceIds") ?? ["i-5ens01", "i-5ens02", "i-5ens03"];
const securityGroupId = config.get("securityGroupId") ?? "sg-5ensapp01";

/** The same group for every instance, on whatever edge node it runs. */
const edge = instanceIds.map(
  (instanceId) =>
    new attach.alicloud.ens.SecurityGroupAttachment(`edge-${instanceId}`, { instanceId, securityGroupId }),
);

export const attachments = edge.map(({ id }) => id);
