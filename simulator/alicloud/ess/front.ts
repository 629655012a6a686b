import { VendorError } from "../../cloud";
import { rpcFront } from "../front";
import { attachVServerGroups } from "./attach-vserver-groups";
import { rememberRefusal, withClientToken } from "./client-token";
import { describeScalingGroups } from "./describe-scaling-groups";
import { detachVServerGroups } from "./detach-vserver-groups";

/** Auto Scaling, API 2014-08-28: https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/ */
export const ess = rpcFront({
  name: "Ess",
  version: "2014-08-28",
  actions: {
    AttachVServerGroups: withClientToken(attachVServerGroups),
    DetachVServerGroups: withClientToken(detachVServerGroups),
    DescribeScalingGroups: describeScalingGroups,
  },
  refused: rememberRefusal,
  // Source: AttachVServerGroups, error codes.
  forbidden: new VendorError(
    403,
    "Forbidden.Unauthorized",
    "A required authorization for the specified action is not supplied.",
  ),
  // Not in the error tables: seen by terraform-provider-alicloud (pull requests 6508 and 7002), which retries it. The text is ours.
  busy: new VendorError(400, "VServerGroupProcessing", "The specified VServerGroup is processing."),
});
