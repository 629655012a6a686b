import type { AnyAssociation } from "../../providers/core/contract/association";
import type { Properties } from "../../providers/core/contract/inputs";
import type { Stage } from "./stage";
import type { Wire } from "./wire";

/** An association under the contract suite. */
export interface Subject {
  association: AnyAssociation;
  /** Which of several kinds of parents, for the title. */
  variant?: string;
  stage(): Promise<Stage>;
  /** The vendor's actions, for faults. */
  actions: { attach: string; detach: string; find: string };
  /** How the vendor writes its answers. Undefined where no others can be put in their place. */
  wire?: Wire;
  /** An end that does not exist: inputs with a wrong parent, and with a wrong other end. */
  unknownParent: Properties;
  unknownOther: Properties;
  /** A setting to change in place, where the association has one that the cloud shows. */
  setting?: { name: string; from: unknown; to: unknown };
  /** Rows that can never apply, each with the reason: the suite has no tests for them. */
  except?: Partial<Record<Row, string>>;
}

/** What not every cloud, or not every way to reach it, has. */
export type Row = "last group" | "faults" | "journal" | "remove parent" | "remove other" | "other account";
