import { RunError } from "@pulumi/pulumi";

/**
 * A mistake in a program, shown as its one line. It carries no stack: users do not need ours, and with a frame in the SDK
 * (`node_modules/@pulumi/resource.ts`, as its source maps have it) Node 20.20.2's `util.inspect` runs for most of a
 * minute and takes gigabytes.
 */
export class ProgramError extends RunError {
  constructor(message: string) {
    super(message);
    this.stack = "";
  }
}
