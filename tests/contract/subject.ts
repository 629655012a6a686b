import type { AnyAssociation } from "../../providers/core/contract/kind";
import type { Properties } from "../../providers/core/provider/check";
import type { Stage } from "./stage";

/** An association under the contract suite. */
export interface Subject {
  association: AnyAssociation;
  /** Which of several kinds of parents, for the title. */
  variant?: string;
  stage(): Promise<Stage>;
  /** The vendor's actions, for faults. */
  actions: { attach: string; detach: string; find: string };
  /** An end that does not exist: inputs with a wrong parent, and with a wrong other end. */
  unknownParent: Properties;
  unknownOther: Properties;
  /** A setting to change in place, where the association has one that the cloud shows. */
  setting?: { name: string; from: unknown; to: unknown };
  /** Rows of the suite that do not apply, each with the reason. */
  except?: Partial<Record<Row, string>>;
}

/** Rows that not every cloud has. */
export type Row =
  | "last group"
  | "faults"
  | "journal"
  | "busy"
  | "remove parent"
  | "remove other"
  | "other account";
