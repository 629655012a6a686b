import * as pulumi from "@pulumi/pulumi";
import { canonical } from "./canonical";
import type { Field } from "./fields";
import type { AnyAssociation } from "./kind";

/** Hidden input: what the program knows of its other pairs. Only `check` sees it. */
export const DECLARED = "__declared";

/** The value of that input. */
export interface Declared {
  /** Name of the resource that declared the same pair first. */
  first?: string;
  /** Pairs of the same type that the program declares, too (JSON): their arguments that tell which and where they are. */
  others?: string;
}

/** Most pairs that are announced together: what one call can ask for. */
const BLOCK = 100;

/** The pairs that the program of one stack declares. */
class Program {
  /** First declaration by pair. */
  readonly #owners = new Map<string, object & { name: string }>();
  /** By type, the pairs declared in this turn of the event loop, and what will announce them. */
  readonly #blocks = new Map<string, { pairs: object[]; text: Promise<string | undefined> }>();

  /** The name of the resource that declared this pair before. */
  owner(pair: string, self: { name: string }): string | undefined {
    const owner = this.#owners.get(pair) ?? self;
    this.#owners.set(pair, owner);
    return owner === self ? undefined : owner.name;
  }

  /** What tells of the pairs declared in the same turn. Each of them carries it: in which order they arrive is the engine's. */
  announce(token: string, pair: object): Promise<string | undefined> {
    let block = this.#blocks.get(token);
    if (!block || block.pairs.length === BLOCK) {
      const pairs: object[] = [];
      const text = new Promise<string | undefined>((resolve) => {
        setImmediate(() => {
          if (this.#blocks.get(token)?.pairs === pairs) this.#blocks.delete(token);
          resolve(pairs.length > 1 ? JSON.stringify(pairs) : undefined);
        });
      });
      block = { pairs, text };
      this.#blocks.set(token, block);
    }
    block.pairs.push(pair);
    return block.text;
  }
}

/** Several stacks may run in this process. */
const programs = new WeakMap<object, Program>();
const noStack = {};

/**
 * Notes in the program that `name` declares this pair. Two things only the program can tell: that another resource declared
 * the same pair before (check and diff know no names, and the same inputs reach check twice before a replacement), and
 * which pairs are about to follow, since the engine registers them one by one.
 */
export function declare(association: AnyAssociation, name: string, inputs: pulumi.Inputs): pulumi.Inputs {
  const stack = pulumi.runtime.getStackResource() ?? noStack;
  const program = programs.get(stack) ?? new Program();
  programs.set(stack, program);
  const self = { name };
  const identity = namesOf(association);
  const note = (values: Record<string, unknown>): pulumi.Inputs | undefined => {
    const { connection: _, region, ...ids } = values;
    const pair = canonical(association.isGlobal ? ids : { ...ids, region });
    const first = program.owner(`${association.token} ${pair}`, self);
    const others = association.find.lane && program.announce(association.token, values);
    return first || others ? { ...(first ? { first } : {}), ...(others ? { others } : {}) } : undefined;
  };
  const values = Object.fromEntries(
    [...identity, "region", "connection"].map((key) => [key, inputs[key]] as const),
  );
  // An Output costs a dozen promises: none for a program that gives plain ids.
  const isPlain = Object.values(values).every((value) => typeof value !== "object");
  return { [DECLARED]: isPlain ? note(values) : pulumi.output(values).apply(note) };
}

function namesOf(association: AnyAssociation): string[] {
  const fields = Object.entries(association.fields) as [string, Field][];
  return fields.flatMap(([name, field]) => (field.role === "identity" ? [name] : []));
}
