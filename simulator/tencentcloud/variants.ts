import type { Variant } from "../cloud";

export const variants = {
  /** Not documented: to bind what is bound, to unbind what is not, to unbind the last group. */
  "cvm.associateTwice": ["success", "error"],
  "cvm.disassociateNotBound": ["success", "error"],
  "cvm.disassociateLast": ["success", "error"],
  /** Not documented: whether the instances before the one that is refused have been changed. */
  "cvm.partialFailure": ["none", "some"],
  /** How long a write is OPERATING after its answer, default 0; how it ends; and whether its result shows at its end. */
  "cvm.operationMs": "number",
  "cvm.operationEnds": ["success", "failed"],
  "cvm.operationShows": ["atEnd", "atOnce"],
  /** The code for an instance that is OPERATING. */
  "cvm.busy": ["mutex", "inProgress"],
  /** Credentials of AssumeRole live so many seconds, whatever was asked for. */
  "sts.sessionSeconds": "number",
} satisfies Record<string, Variant>;
