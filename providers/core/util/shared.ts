/**
 * What all copies of this package in one process share. Two versions of it can be loaded at once, and a lock that only one of
 * them knows locks nothing. It is data of the smallest shape, never a class: every later version has to live with it. Queues,
 * sessions and waiting rules belong to each copy.
 */
export interface Shared {
  /** The locks that are held, by their keys; each with what to call, once, when it is free. */
  readonly locks: Map<string, (() => void)[]>;
  /** The pairs that this deployment wants attached, by resource type and parent. */
  readonly claims: Map<string, SharedClaim[]>;
  /** The detaches that this deployment began, by pair. Each promise resolves at its end, whatever came of it. */
  readonly detaches: Map<string, Promise<unknown>>;
}

/** A pair that this deployment wants attached. */
export interface SharedClaim {
  /** What is known of its identity: arguments, and `accountId` and `region` once the login has told them. */
  readonly known: Readonly<Record<string, unknown>>;
  /** Whether it is in state in the end. Never rejects. */
  readonly held: Promise<boolean>;
}

const key = Symbol.for("pulumi-cloud-attachments");
const root = globalThis as { [key: symbol]: Partial<Shared> | undefined };

/** The tables of this process. A process serves one deployment; preview and update run in processes of their own. */
export function shared(): Shared {
  root[key] ??= {};
  const tables = root[key] as { -readonly [Name in keyof Shared]?: Shared[Name] };
  tables.locks ??= new Map();
  tables.claims ??= new Map();
  tables.detaches ??= new Map();
  return tables as Shared;
}
