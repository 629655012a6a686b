import type * as pulumi from "@pulumi/pulumi";

/** What the SDK keeps at a resource, in no published type: its transformations and those of its parents, in the order in which they run. */
interface Listed {
  __transformations?: unknown;
}

/**
 * An own transformation of one resource that runs after all others, and so sees what the resource is registered with.
 *
 * The SDK runs a resource's own transformations, then its parent's and the stack's, and does not tell them what came out. All of
 * them stand in one list that it walks while it may grow (`new Resource`, the same in SDK 3.216.0 and 3.248.0), so this one puts itself at
 * its end. That list is private. Where there is none, the transformation runs in its place, after the other own ones. It leaves
 * the list in the end, since children inherit it.
 */
export function lastTransformation(apply: pulumi.ResourceTransformation): pulumi.ResourceTransformation {
  let self: pulumi.Resource | undefined;
  return function own(args) {
    const { resource } = args;
    self ??= resource;
    if (resource !== self) return undefined;
    const { __transformations: list } = resource as Listed;
    if (!Array.isArray(list) || !list.includes(own)) return apply(args);
    list.push(function last(args: pulumi.ResourceTransformationArgs) {
      list.pop();
      list.splice(list.indexOf(own), 1);
      return apply(args);
    });
    return undefined;
  };
}
