import type * as Pulumi from "@pulumi/pulumi";

/**
 * Pulumi's SDK, which the first resource of a program loads: whoever only asks clouds (`pulumi-cloud-attachments/core`) loads the
 * associations, and with them their resource classes, but none of its 600 modules.
 */
export function sdk(): typeof Pulumi {
  return require("@pulumi/pulumi") as typeof Pulumi;
}
