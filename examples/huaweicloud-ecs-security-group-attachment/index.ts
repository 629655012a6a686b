import * as pulumi from "@pulumi/pulumi";
import * as attach from "pulumi-cloud-attachments";

// The defaults are ids of the simulator's world; `pulumi config set <name> <id>` names resources of your own,
// `pulumi config set --path 'securityGroupIds[0]' <id>` those of a list.
const config = new pulumi.Config();
const instanceId = config.get("instanceId") ?? "10000000-0000-4000-8000-000000000024";
const securityGroupIds = config.getObject<string[]>("securityGroupIds") ?? [
  "20000000-0000-4000-8000-000000000101",
  "20000000-0000-4000-8000-000000000102",
];

/** Each group on all network interfaces of the server, beside those it has. */
const groups = securityGroupIds.map(
  (securityGroupId) =>
    new attach.huaweicloud.ecs.SecurityGroupAttachment(`app-${securityGroupId}`, {
      instanceId,
      securityGroupId,
    }),
);

export const attachments = groups.map(({ id }) => id);
