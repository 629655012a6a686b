import * as pulumi from "@pulumi/pulumi";
import { canonical } from "./canonical";
import type { AnyAssociation } from "./kind";

/** Hidden input: the name of the resource that declared the same pair first, or "". Only `check` sees it. */
export const DUPLICATE = "__duplicateOf";

/** First name by pair, for each stack that runs in this process. */
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
  const pair = pulumi.output(identityOf(association, inputs));
  const first = pair.apply((identity) => {
    const key = `${association.token} ${canonical(identity)}`;
    const owner = owners.get(key) ?? self;
    owners.set(key, owner);
    return owner === self ? "" : owner.name;
  });
  return { [DUPLICATE]: first };
}

function identityOf(association: AnyAssociation, inputs: pulumi.Inputs): pulumi.Inputs {
  const names = Object.entries(association.fields).flatMap(([name, field]) =>
    (field as { role: string }).role === "identity" ? [name] : [],
  );
  return Object.fromEntries([...names, "region"].map((name) => [name, inputs[name]]));
}
