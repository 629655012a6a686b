/** One call, as it ended. The journal is a plain list of these, oldest answer first. */
export interface JournalEntry {
  /** When the request had arrived, ISO 8601, by the vendor's clock. */
  time: string;
  /** How long until the answer was handed out. */
  ms: number;
  /** e.g. `alicloud.ecs` */
  front: string;
  action: string;
  kind: "read" | "write" | "session";
  ids: string[];
  /** ok and error were answered; reset and hang were not. */
  outcome: "ok" | "error" | "reset" | "hang";
  /** Whether the work was done, whatever the client was told. */
  done: boolean;
  /** HTTP status and vendor code, if answered. */
  status?: number;
  code?: string;
  requestId: string;
  accountId?: string;
  region?: string;
}
