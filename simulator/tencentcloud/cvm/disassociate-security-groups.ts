import { binding } from "./binding";
import { errors } from "./errors";

/**
 * Source: Tencent Cloud CVM API 2017-03-12, DisassociateSecurityGroups (2024-11-27,
 * https://www.tencentcloud.com/document/api/213/33253).
 */
export const disassociateSecurityGroups = binding("DisassociateSecurityGroups", {
  check({ groups }, groupId, { variant }) {
    const isBound = groups.includes(groupId);
    if (!isBound && variant("cvm.disassociateNotBound") === "error") throw errors.unsupported;
    if (isBound && groups.length === 1 && variant("cvm.disassociateLast") === "error")
      throw errors.unsupported;
  },
  change: (groups, groupId) => groups.filter((id) => id !== groupId),
});
