import * as pulumi from "@pulumi/pulumi";
import { identityOf } from "../contract/fields";
import { type AnyAssociation, perAssociation } from "../contract/kind";
import { canonical } from "../util/canonical";

/** Hidden input: what the program knows of its other pairs. Only `check` sees it. */
export const DECLARED = "__declared";

/**
 * What that input holds: the name of the resource that declared the same pair first; else, as JSON, the pairs that are declared
 * with it, as the arguments that tell which and where they are (one string costs a registration less than an array).
 */
export type Declared = { first: string } | string;

/** So many resources carry the same news: their own block's pairs, and the next one's. */
const BLOCK = 50;

/** What a program declares of one type in one turn of the event loop. */
interface Turn {
  pairs: object[];
  /** By block, once the turn is over. */
  news: Promise<string | undefined>[];
  over: Promise<void>;
}

/** Arguments that tell which and where a pair is. */
type Values = Record<string, unknown>;

/** The pairs that the program of one stack declares. */
class Program {
  /** First declaration by pair. */
  readonly #owners = new Map<string, object & { name: string }>();
  /** The turn under way, by type. */
  readonly #turns = new Map<string, Turn>();

  /** The name of the resource that declared this pair before. */
  owner(pair: string, self: { name: string }): string | undefined {
    const owner = this.#owners.get(pair) ?? self;
    this.#owners.set(pair, owner);
    return owner === self ? undefined : owner.name;
  }

  /**
   * News of the pairs declared with this one. Each of them carries it: those that did not have to wait for it would be
   * registered, and created, before those that do.
   */
  announce(token: string, pair: object): Promise<string | undefined> {
    const { pairs, news, over } = this.#turn(token);
    const block = Math.floor((pairs.push(pair) - 1) / BLOCK);
    news[block] ??= over.then(() => {
      const others = pairs.slice(block * BLOCK, (block + 2) * BLOCK);
      return others.length > 1 ? JSON.stringify(others) : undefined;
    });
    return news[block];
  }

  #turn(token: string): Turn {
    const known = this.#turns.get(token);
    if (known) return known;
    const over = new Promise<void>((resolve) => {
      setImmediate(() => {
        this.#turns.delete(token);
        resolve();
      });
    });
    const turn: Turn = { pairs: [], news: [], over };
    this.#turns.set(token, turn);
    return turn;
  }
}

/** Several stacks may run in this process. */
const programs = new WeakMap<object, Program>();
const noStack = {};

function programOf(stack: object = pulumi.runtime.getStackResource() ?? noStack): Program {
  const program = programs.get(stack) ?? new Program();
  programs.set(stack, program);
  return program;
}

/**
 * Notes in the program that `name` declares this pair. Two things only the program can tell: that another resource declared
 * the same pair before (check and diff know no names, and the same inputs reach check twice before a replacement), and
 * which pairs are about to follow, since the engine registers them one by one.
 */
export function declare(association: AnyAssociation, name: string, inputs: pulumi.Inputs): pulumi.Inputs {
  const program = programOf();
  const self = { name };
  const ownerOf = ({ connection: _, region, ...ids }: Values) => {
    const pair = canonical(association.isGlobal ? ids : { ...ids, region });
    return program.owner(`${association.token} ${pair}`, self);
  };
  const note = (known: Values, isSecret: boolean): pulumi.Input<Declared | undefined> => {
    const first = ownerOf(known);
    if (first !== undefined) return { first };
    // Other resources would carry it openly. And there is a use for it only where one call can ask for several that are known
    // by their arguments alone.
    if (isSecret || !association.find.lane || association.resolve) return undefined;
    return program.announce(association.token, known);
  };
  const values: Values = Object.fromEntries(
    namesOf(association).map((name) => [name, inputs[name]] as const),
  );
  // An Output costs a dozen promises: none for a program that gives plain ids.
  const isPlain = Object.values(values).every((value) => typeof value !== "object");
  if (isPlain) {
    const declared = note(values, false);
    return declared === undefined ? {} : { [DECLARED]: declared };
  }
  const eventual = pulumi.output(values);
  return {
    [DECLARED]: pulumi
      .unsecret(eventual)
      .apply(async (known) => note(known, await pulumi.isSecret(eventual))),
  };
}

/** The arguments that tell which and where a pair is. */
const namesOf = perAssociation((association) => [...identityOf(association), "connection"]);
