import type { Variant } from "../cloud";

const refusals = ["interfaceError", "callInterface", "invalidParameter", "noPermission"] as const;

export const variants = {
  /** AttachVServerGroups of a tuple that is attached, with another weight: not documented. */
  "ess.attachTwice": ["ignore", "updateWeight"],
  /** JoinSecurityGroup of an ENI that is in the group: the code in the table speaks of instances only. */
  "ecs.joinEniTwice": ["error", "success"],
  /** LeaveSecurityGroup of a group that it is not in: since 2024-07-08, before, and the older code in the table. */
  "ecs.leaveNotMember": ["notFound", "success", "notInGroup"],
  /** The three that ENS does not document. */
  "ens.joinMember": ["success", ...refusals],
  "ens.leaveNotMember": ["success", ...refusals],
  "ens.leaveLast": ["interfaceError", "success", ...refusals],
  /** Credentials of AssumeRole live so many seconds, whatever was asked for. */
  "sts.sessionSeconds": "number",
} satisfies Record<string, Variant>;
