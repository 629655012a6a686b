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
import { huaweicloud } from "../cloud";

export type { SecurityGroupAttachmentArgs };

export type { SecurityGroupAttachmentsArgs };

/**
 * Attaches a security group to all network interfaces of a Huawei Cloud ECS. Additive: other groups are never touched.
 *
 * The identity is (instanceId, securityGroupId), the id is `<instanceId>/<securityGroupId>`. The calls are those of Nova
 * (https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_03_0601.html), which Huawei serves, but lists among its historical
 * ones. Huawei recommends at most five groups per ECS. Last group: Huawei documents no rule; what it answers is shown.
 * Credentials and region come from `huaweicloud:*` config, `HW_*` and `OS_*` variables or the profiles of Huawei's CLI;
 * `connection.assumeRole.roleArn` is `<account name>/<agency>`.
 *
 * ```ts
 * new huaweicloud.ecs.SecurityGroupAttachment("web", { instanceId, securityGroupId });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/huaweicloud-ecs-security-group-attachment.md).
 */
export class SecurityGroupAttachment extends ServerSecurityGroupAttachment {
  constructor(name: string, args: SecurityGroupAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(securityGroupAttachment, name, args, opts);
  }
}

/**
 * Attaches a security group to many Huawei Cloud ECS, or many to one. Additive: other groups are never touched.
 *
 * The id is the group's or the instance's, whichever is given once. Last group: as for {@link SecurityGroupAttachment}.
 *
 * ```ts
 * new huaweicloud.ecs.SecurityGroupAttachments("app-ssh", { securityGroupId, instanceIds: [instanceId] });
 * ```
 *
 * Permissions, conflicts and errors: [its page](../../../docs/huaweicloud-ecs-security-group-attachment.md#many-at-once).
 */
export class SecurityGroupAttachments extends SecurityGroupAttachmentsResource {
  constructor(name: string, args: SecurityGroupAttachmentsArgs, opts?: pulumi.CustomResourceOptions) {
    super(securityGroupAttachment, name, args, opts);
  }
}

/** Nova's, with Huawei's signature. Whether its list names a group once per interface is not documented. */
export const securityGroupAttachment = onNova("huaweicloud/ecs:SecurityGroupAttachment", huaweicloud, {
  listsEachInterface: false,
});
