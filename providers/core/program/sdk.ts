import type * as Pulumi from "@pulumi/pulumi";

/**
 * Pulumi's SDK, which the first resource of a program loads: the command `cloud-attachments`, which only asks clouds, loads the
 * associations, and with them their resource classes, but none of its 600 modules.
 */
export function sdk(): typeof Pulumi {
  return require("@pulumi/pulumi") as typeof Pulumi;
}

/**
 * A mistake in a program, shown as its one line. It carries no stack: users do not need ours, and with a frame in the SDK
 * (`node_modules/@pulumi/resource.ts`, as its source maps have it) Node 20.20.2's `util.inspect` runs for most of a
 * minute and takes gigabytes.
 */
export function programError(message: string): Error {
  const { RunError } = sdk();
  return Object.assign(new RunError(message), { stack: "" });
}
