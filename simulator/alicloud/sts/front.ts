import { VendorError } from "../../cloud";
import { rpcFront } from "../front";
import { assumeRole } from "./assume-role";
import { getCallerIdentity } from "./get-caller-identity";

/** Security Token Service: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-overview */
export const sts = rpcFront({
  name: "Sts",
  version: "2015-04-01",
  actions: { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole },
  forbidden: new VendorError(
    403,
    "NoPermission",
    "You are not authorized to do this action. You should be authorized by RAM.",
  ),
  busy: new VendorError(
    503,
    "ServiceUnavailable",
    "The request has failed due to a temporary failure of the server.",
  ),
});
