import * as pulumi from "@pulumi/pulumi";
import { canonical } from "./canonical";
import type { Field } from "./fields";
import type { AnyAssociation } from "./kind";

/** Hidden input: the name of the resource that declared the same pair first, or "". Only `check` sees it. */
export const DUPLICATE = "__duplicateOf";

/** First declaration by pair, for each stack that runs in this process. */
const stacks = new WeakMap<object, Map<string, { name: string }>>();
const noStack = {};

/**
 * Notes in the program that `name` declares this pair, and tells whether another resource did so before. Neither check
 * nor diff could: they know no names, and the same inputs reach check twice before a replacement.
 */
export function declare(association: AnyAssociation, name: string, inputs: pulumi.Inputs): pulumi.Inputs {
  const stack = pulumi.runtime.getStackResource() ?? noStack;
  const owners = stacks.get(stack) ?? new Map<string, { name: string }>();
  stacks.set(stack, owners);
  const self = { name };
  const ownerOf = (identity: unknown) => {
    const pair = `${association.token} ${canonical(identity)}`;
    const owner = owners.get(pair) ?? self;
    owners.set(pair, owner);
    return owner === self ? "" : owner.name;
  };
  const identity = identityOf(association, inputs);
  // An Output costs a dozen promises: none for a program that gives plain ids.
  const isPlain = Object.values(identity).every((value) => typeof value !== "object");
  return { [DUPLICATE]: isPlain ? ownerOf(identity) : pulumi.output(identity).apply(ownerOf) };
}

function identityOf(association: AnyAssociation, inputs: pulumi.Inputs): pulumi.Inputs {
  const fields = Object.entries(association.fields) as [string, Field][];
  const names = fields.flatMap(([name, field]) => (field.role === "identity" ? [name] : []));
  const place = association.isGlobal ? [] : ["region"];
  return Object.fromEntries([...names, ...place].map((name) => [name, inputs[name]]));
}
