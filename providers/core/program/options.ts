import type * as pulumi from "@pulumi/pulumi";
import type { AnyAssociation } from "../contract/association";
import { isPlural } from "../contract/plural";
import { programError, sdk } from "./sdk";

const INSTEAD = "give the arguments `region` and `connection: { profile, assumeRole }` instead";

/**
 * Refuses options that Pulumi would ignore without a word, or answer with an error that says nothing.
 *
 * @param opts - as they are in the end, after all transformations.
 */
export function refuseOptions(
  association: AnyAssociation,
  owner: string,
  opts: pulumi.CustomResourceOptions,
): void {
  const packageName = packageOf(opts.provider);
  if (packageName !== undefined && packageName !== "pulumi-nodejs") {
    throw programError(
      `${owner}: opts.provider is a provider of package "${packageName}", which a dynamic resource cannot use; ${INSTEAD}`,
    );
  }
  // The delete would come before any create that could claim the pairs which stay.
  if (opts.deleteBeforeReplace && isPlural(association)) {
    throw programError(
      `${owner}: with opts.deleteBeforeReplace, taking one pair off the list would detach all of them for a while; leave it out, or ` +
        "declare a resource for each pair where a replacement has to detach first",
    );
  }
  // Pulumi imports by id alone, which leaves a dynamic resource without the code to read it.
  if (opts.import !== undefined) {
    throw programError(
      `${owner}: opts.import does not work with a dynamic resource, and is not needed; ` +
        "leave it out: pulumi up adopts what is attached already",
    );
  }
}

function packageOf(provider: pulumi.ProviderResource | undefined): string | undefined {
  // `getPackage` is left out of the SDK's published types.
  return (provider as { getPackage?(): string } | undefined)?.getPackage?.();
}

/** Parents whose providers a warning has named, with the packages of these. */
const warned = new WeakMap<pulumi.Resource, Set<string>>();

/**
 * Whether the parent hands down a provider of the vendor's own package, which the user will believe to count here, too. The
 * first time for each parent and package; not for a resource that says its own region or credentials.
 */
export function handsDownProvider(
  { cloud }: AnyAssociation,
  { region, connection }: pulumi.Inputs,
  { parent }: pulumi.CustomResourceOptions,
): boolean {
  const isHandedDown = parent?.getProvider(`${cloud.name}:index:Any`) !== undefined;
  if (!parent || !isHandedDown || region !== undefined || connection !== undefined) return false;
  const told = warned.get(parent) ?? new Set();
  if (told.has(cloud.name)) return false;
  warned.set(parent, told.add(cloud.name));
  return true;
}

/** @param resource - constructed: a warning is shown at its URN. */
export function warnOfIgnoredProvider(
  { cloud }: AnyAssociation,
  owner: string,
  resource: pulumi.Resource,
): void {
  void sdk().log.warn(
    `${owner}: its parent hands down a provider of package "${cloud.name}", which a dynamic resource cannot use: region and ` +
      `credentials are those of config and environment; where they should be that provider's, ${INSTEAD} ` +
      "(said once for each parent)",
    resource,
  );
}
