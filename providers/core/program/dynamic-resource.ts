import * as pulumi from "@pulumi/pulumi";

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
  return Reflect.construct(pulumi.CustomResource, args, new.target ?? construct);
} as unknown as DynamicResource;
Object.setPrototypeOf(ConstantDynamicResource, pulumi.dynamic.Resource);
Object.defineProperty(ConstantDynamicResource, "prototype", { value: pulumi.dynamic.Resource.prototype });
