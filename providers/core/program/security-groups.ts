import type * as pulumi from "@pulumi/pulumi";
import { attachmentsResource, type CommonInputs } from "./resource";

/**
 * Arguments of the plural form of every security group attachment: one group and many instances, or one instance and many groups.
 * The order of a list, and what it holds twice, make no difference. Up to 2,000 pairs.
 */
export type SecurityGroupAttachmentsArgs = InstancesOfGroup | GroupsOfInstance;

/** One security group on many instances. */
export interface InstancesOfGroup extends CommonInputs {
  /** Security group (string) that all instances join. A change replaces. */
  securityGroupId: pulumi.Input<string>;
  /**
   * Instances (list of strings). What is new is attached in place; a list that lost some replaces the resource under the same id, so
   * that a pair another resource has taken over in the same update is never detached.
   */
  instanceIds: pulumi.Input<pulumi.Input<string>[]>;
  instanceId?: undefined;
  securityGroupIds?: undefined;
}

/** Many security groups on one instance. */
export interface GroupsOfInstance extends CommonInputs {
  /** Instance (string) that joins all groups. A change replaces. */
  instanceId: pulumi.Input<string>;
  /**
   * Security groups (list of strings). What is new is attached in place; a list that lost some replaces the resource under the same id,
   * so that a pair another resource has taken over in the same update is never detached.
   */
  securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
  securityGroupId?: undefined;
  instanceIds?: undefined;
}

/** The class of the plural form, for every cloud with security groups. */
export const SecurityGroupAttachmentsResource = attachmentsResource<SecurityGroupAttachmentsArgs, string>();
