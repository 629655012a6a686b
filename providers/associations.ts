import { ecsSecurityGroupAttachment } from "./alicloud/ecs/security-group-attachment";
import { ensSecurityGroupAttachment } from "./alicloud/ens/security-group-attachment";
import { vserverGroupAttachment } from "./alicloud/ess/vserver-group-attachment";
import type { AnyAssociation } from "./core/contract/association";
import * as huaweicloud from "./huaweicloud/ecs/security-group-attachment";
import * as openstack from "./openstack/compute/security-group-attachment";
import * as opentelekomcloud from "./opentelekomcloud/compute/security-group-attachment";
import { cvmSecurityGroupAttachment } from "./tencentcloud/cvm/security-group-attachment";

/**
 * Every association, by the name of its page in `docs/` and of its project in `examples/`. What is true of all of them (runtime,
 * index, documentation, examples, tests) is checked against this list.
 */
export const associations: Readonly<Record<string, AnyAssociation>> = {
  "alicloud-ess-vserver-group-attachment": vserverGroupAttachment,
  "alicloud-ecs-security-group-attachment": ecsSecurityGroupAttachment,
  "alicloud-ens-security-group-attachment": ensSecurityGroupAttachment,
  "tencentcloud-cvm-security-group-attachment": cvmSecurityGroupAttachment,
  "huaweicloud-ecs-security-group-attachment": huaweicloud.securityGroupAttachment,
  "opentelekomcloud-compute-security-group-attachment": opentelekomcloud.securityGroupAttachment,
  "openstack-compute-security-group-attachment": openstack.securityGroupAttachment,
};
