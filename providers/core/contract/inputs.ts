/** Plain inputs or outputs, as they travel. */
export type Properties = Record<string, unknown>;

/** Hidden input: the text that the provider process evaluates to get our handler. The SDK keeps it in inputs and outputs. */
export const PROVIDER = "__provider";

/** Hidden input: `customTimeouts` in seconds ({@link Timeouts}). The engine never passes them to a dynamic provider. */
export const TIMEOUTS = "__timeouts";

/**
 * Hidden input: the name of the resource that declared the same pair first, if there is one. Only the program can tell, and
 * only check sees it: state never holds it.
 */
export const DUPLICATE_OF = "__duplicateOf";

/** The same of a list: the first of its pairs that another resource has declared, and that resource's name. */
export interface DuplicateMark {
  name: string;
  pair?: string;
}

/** Seconds an operation may take, by operation. */
export interface Timeouts {
  create?: number;
  update?: number;
  delete?: number;
}

/** Used where the program sets no `customTimeouts`. */
export const DEFAULT_TIMEOUT_SECONDS = 300;
