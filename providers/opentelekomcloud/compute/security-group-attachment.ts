import type * as pulumi from "@pulumi/pulumi";
import {
  type SecurityGroupAttachmentsArgs,
  SecurityGroupAttachmentsResource,
} from "../../core/program/security-groups";
import {
  onNova,
  type SecurityGroupAttachmentArgs,
  ServerSecurityGroupAttachment,
} from "../../openstack/compute/security-group-attachment";
import { opentelekomcloud } from "../cloud";

export type { SecurityGroupAttachmentArgs };

export type { SecurityGroupAttachmentsArgs };

/**
 * Attaches a security group to all network interfaces of an Open Telekom Cloud ECS. Additive: other groups are never touched.
 *
 * The identity is (instanceId, securityGroupId), the id is `<instanceId>/<securityGroupId>`. Source: "Native OpenStack Nova
 * APIs" (https://docs.otc.t-systems.com/elastic-cloud-server/api-ref/), which recommends at most five groups per ECS. Last
 * group: no rule is documented; what the cloud answers is shown. Credentials and region come from `opentelekomcloud:*` config,
 * `OS_*` variables or clouds.yaml; `connection.assumeRole.roleArn` is `<account name>/<agency>`.
 *
 * ```ts
 * new opentelekomcloud.compute.SecurityGroupAttachment("web", { instanceId, securityGroupName: "web" });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/opentelekomcloud-compute-security-group-attachment.md).
 */
export class SecurityGroupAttachment extends ServerSecurityGroupAttachment {
  constructor(name: string, args: SecurityGroupAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(securityGroupAttachment, name, args, opts);
  }
}

/**
 * Attaches a security group to many Open Telekom Cloud ECS, or many to one. Additive: other groups are never touched.
 *
 * The id is the group's or the instance's, whichever is given once. Last group: as for {@link SecurityGroupAttachment}.
 *
 * ```ts
 * new opentelekomcloud.compute.SecurityGroupAttachments("app-ssh", { securityGroupId, instanceIds: [instanceId] });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/opentelekomcloud-compute-security-group-attachment.md#many-at-once).
 */
export class SecurityGroupAttachments extends SecurityGroupAttachmentsResource {
  constructor(name: string, args: SecurityGroupAttachmentsArgs, opts?: pulumi.CustomResourceOptions) {
    super(securityGroupAttachment, name, args, opts);
  }
}

/** Nova's, behind Huawei's gateway. Whether its list names a group once per interface is not documented. */
export const securityGroupAttachment = onNova(
  "opentelekomcloud/compute:SecurityGroupAttachment",
  opentelekomcloud,
  { listsEachInterface: false },
);
