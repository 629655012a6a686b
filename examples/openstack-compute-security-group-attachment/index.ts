import * as pulumi from "@pulumi/pulumi";
import * as attach from "pulumi-cloud-attachments";

// The defaults are ids of the simulator's world; `pulumi config set <name> <id>` names resources of your own,
// `pulumi config set --path 'instanceIds[0]' <id>` those of a list.
const config = new pulumi.Config();
const instanceIds = config.getObject<string[]>("instanceIds") ?? [
  "10000000-0000-4000-8000-000000000021",
  "10000000-0000-4000-8000-000000000024",
];
const securityGroupId = config.get("securityGroupId") ?? "20000000-0000-4000-8000-000000000003";

/** The same group for every server, on all of its network interfaces; one that is still being built is waited for. */
const database = instanceIds.map(
  (instanceId) =>
    new attach.openstack.compute.SecurityGroupAttachment(
      `db-${instanceId}`,
      { instanceId, securityGroupId },
      { customTimeouts: { create: "10m" } },
    ),
);

export const attachments = database.map(({ id }) => id);
