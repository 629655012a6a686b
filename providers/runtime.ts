/**
 * What saved state loads, for ever: one handler for each resource type, under its type token in camelCase.
 * Nothing here may be renamed or removed.
 */
import { ecsSecurityGroupAttachment } from "./alicloud/ecs/security-group-attachment";
import { ensSecurityGroupAttachment } from "./alicloud/ens/security-group-attachment";
import { vserverGroupAttachment } from "./alicloud/ess/vserver-group-attachment";
import { handler } from "./association/handler";
import { cvmSecurityGroupAttachment } from "./tencentcloud/cvm/security-group-attachment";

export const alicloudEcsSecurityGroupAttachment = handler(ecsSecurityGroupAttachment);
export const alicloudEnsSecurityGroupAttachment = handler(ensSecurityGroupAttachment);
export const alicloudEssVServerGroupAttachment = handler(vserverGroupAttachment);
export const tencentcloudCvmSecurityGroupAttachment = handler(cvmSecurityGroupAttachment);
