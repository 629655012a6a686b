import type * as pulumi from "@pulumi/pulumi";
import { sdk } from "./sdk";

/** What `pulumi.dynamic.Resource` is, constructed from a type token rather than from a provider object. */
interface DynamicResource {
  new (
    type: string,
    name: string,
    props: pulumi.Inputs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.dynamic.Resource;
}

/**
 * `pulumi.dynamic.Resource` without its constructor. That constructor turns a provider object into source text, which loads
 * the TypeScript compiler into every program (some 300 ms, SDK 3.248.0), only for us to put a constant text in its place.
 */
export const ConstantDynamicResource: DynamicResource = function construct(...args: unknown[]) {
  inheritFromSdk();
  return Reflect.construct(sdk().CustomResource, args, new.target ?? construct);
} as unknown as DynamicResource;

let inherits = false;

/** Makes it and its instances what the SDK's are, `instanceof` and `isInstance` included: as soon as a program loads the package. */
export function inheritFromSdk(): void {
  if (inherits) return;
  const { Resource } = sdk().dynamic;
  Object.setPrototypeOf(ConstantDynamicResource, Resource);
  Object.setPrototypeOf(ConstantDynamicResource.prototype as object, Resource.prototype as object);
  inherits = true;
}
