import type * as pulumi from "@pulumi/pulumi";
import { type AnyAssociation, identityOf } from "../contract/association";
import { DUPLICATE_OF } from "../contract/inputs";
import { isPlural, pairsIn } from "../contract/plural";
import { canonical } from "../util/canonical";
import { memoized } from "../util/memoized";
import { sdk } from "./sdk";

/** First declaration of each pair, by stack: several stacks may run in this process. */
const declarations = new WeakMap<object, Map<string, { name: string }>>();
const noStack = {};

/**
 * Notes in the program that `name` declares this pair, and tells with a hidden input if another resource has declared it before.
 * Only the program can tell: check and diff know no names, and the same inputs reach check twice before a replacement.
 */
export function duplicateOf(association: AnyAssociation, name: string, inputs: pulumi.Inputs): pulumi.Inputs {
  const stack = sdk().runtime.getStackResource() ?? noStack;
  const first = declarations.get(stack) ?? new Map<string, { name: string }>();
  declarations.set(stack, first);
  const self = { name };
  const single = isPlural(association) ? association.single : association;
  const names = identityNames(single);
  const ownerOf = (values: Record<string, unknown>) => {
    const identity = Object.fromEntries(names.map((each) => [each, values[each]]));
    const pair = `${single.token} ${canonical(identity)}`;
    const known = first.get(pair) ?? self;
    first.set(pair, known);
    return known === self ? undefined : known.name;
  };
  const owner = (values: Record<string, unknown>) => {
    if (!isPlural(association)) return ownerOf(values);
    const marks = pairsIn(association, values).map((pair) => ({
      name: ownerOf(pair),
      pair: single.id(pair),
    }));
    return marks.find(({ name }) => name !== undefined);
  };
  const wanted = isPlural(association)
    ? [...identityNames(association), ...Object.keys(single.plural)]
    : names;
  const identity = Object.fromEntries(wanted.map((each) => [each, inputs[each]] as const));
  // An Output costs a dozen promises: none for a program that gives plain ids.
  const isPlain = Object.values(identity).every(
    (value) =>
      typeof value !== "object" || (Array.isArray(value) && value.every((each) => typeof each !== "object")),
  );
  const other = isPlain ? owner(identity) : sdk().unsecret(sdk().output(identity)).apply(owner);
  return other === undefined ? {} : { [DUPLICATE_OF]: other };
}

const identityNames = memoized((association: AnyAssociation) =>
  identityOf(association).filter((name) => name !== "region" || !association.isGlobal),
);
