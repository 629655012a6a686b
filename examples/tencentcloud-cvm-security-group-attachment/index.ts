import * as pulumi from "@pulumi/pulumi";
import * as attach from "pulumi-cloud-attachments";

// The defaults are ids of the simulator's world; `pulumi config set <name> <id>` names resources of your own,
// `pulumi config set --path 'securityGroupIds[0]' <id>` those of a list.
const config = new pulumi.Config();
const instanceId = config.get("instanceId") ?? "ins-foreign1";
const securityGroupIds = config.getObject<string[]>("securityGroupIds") ?? ["sg-app00001", "sg-app00002"];

/** Groups apply in the order in which they were bound, so each waits for the one before it. */
const bound: attach.tencentcloud.cvm.SecurityGroupAttachment[] = [];
for (const securityGroupId of securityGroupIds) {
  bound.push(
    new attach.tencentcloud.cvm.SecurityGroupAttachment(
      `app-${securityGroupId}`,
      { instanceId, securityGroupId },
      { dependsOn: bound.slice(-1) },
    ),
  );
}

export const attachments = bound.map(({ id }) => id);
