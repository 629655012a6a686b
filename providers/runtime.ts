/**
 * What saved state loads, for ever: one handler for each resource type and one for its plural form, under its type token in camelCase.
 * Nothing here may be renamed or removed.
 */
import { ecsSecurityGroupAttachment } from "./alicloud/ecs/security-group-attachment";
import { ensSecurityGroupAttachment } from "./alicloud/ens/security-group-attachment";
import { vserverGroupAttachment } from "./alicloud/ess/vserver-group-attachment";
import { fleetHandler } from "./core/provider/fleet";
import { handler } from "./core/provider/handler";
import * as huaweicloud from "./huaweicloud/ecs/security-group-attachment";
import * as openstack from "./openstack/compute/security-group-attachment";
import * as opentelekomcloud from "./opentelekomcloud/compute/security-group-attachment";
import { cvmSecurityGroupAttachment } from "./tencentcloud/cvm/security-group-attachment";

export const alicloudEcsSecurityGroupAttachment = handler(ecsSecurityGroupAttachment);
export const alicloudEnsSecurityGroupAttachment = handler(ensSecurityGroupAttachment);
export const alicloudEssVServerGroupAttachment = handler(vserverGroupAttachment);
export const huaweicloudEcsSecurityGroupAttachment = handler(huaweicloud.securityGroupAttachment);
export const openstackComputeSecurityGroupAttachment = handler(openstack.securityGroupAttachment);
export const opentelekomcloudComputeSecurityGroupAttachment = handler(
  opentelekomcloud.securityGroupAttachment,
);
export const tencentcloudCvmSecurityGroupAttachment = handler(cvmSecurityGroupAttachment);
export const alicloudEcsSecurityGroupAttachments = fleetHandler(ecsSecurityGroupAttachment);
export const alicloudEnsSecurityGroupAttachments = fleetHandler(ensSecurityGroupAttachment);
export const alicloudEssVServerGroupAttachments = fleetHandler(vserverGroupAttachment);
export const huaweicloudEcsSecurityGroupAttachments = fleetHandler(huaweicloud.securityGroupAttachment);
export const openstackComputeSecurityGroupAttachments = fleetHandler(openstack.securityGroupAttachment);
export const opentelekomcloudComputeSecurityGroupAttachments = fleetHandler(
  opentelekomcloud.securityGroupAttachment,
);
export const tencentcloudCvmSecurityGroupAttachments = fleetHandler(cvmSecurityGroupAttachment);
