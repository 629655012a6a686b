import { apiFront } from "../front";
import { assumeRole } from "./assume-role";
import { getCallerIdentity } from "./get-caller-identity";

/** Security Token Service, API 2018-08-13: https://www.tencentcloud.com/document/api/1150 */
export const sts = apiFront({
  name: "sts",
  version: "2018-08-13",
  regional: false,
  actions: { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole },
});
