import * as pulumi from "@pulumi/pulumi";

/** What a resource sends to the engine. */
export type Inputs = Record<string, unknown>;

/** The unknown value, which the id of a resource is in a preview; left out of the SDK's published types. */
export const { unknown } = pulumi as unknown as { unknown: unknown };

/**
 * What the resources of a program send, by name.
 *
 * @param options.to - `mocks`: as in a unit test of a user's. `engine` (default): as in a deployment; a stand-in for the engine takes it.
 */
export async function registered(
  program: () => pulumi.Resource[],
  options: { to?: "mocks" | "engine"; preview?: boolean; config?: Record<string, string> } = {},
): Promise<Record<string, Inputs>> {
  const inputs: Record<string, Inputs> = {};
  const { preview = false } = options;
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        inputs[args.name] = args.inputs;
        return { id: args.name, state: args.inputs };
      },
      call: () => ({}),
    },
    "project",
    "stack",
    preview,
  );
  if (options.to !== "mocks") {
    pulumi.runtime.setMockOptions(withoutMocks(pulumi.runtime.getMonitor()), "project", "stack", preview);
  }
  pulumi.runtime.setAllConfig({ "alicloud:region": "cn-hangzhou", ...options.config });
  const resources = program();
  await Promise.all(resources.map(({ urn }) => new Promise((resolve) => urn.apply(resolve))));
  return inputs;
}

/** A monitor that answers as the mocks do, and shows none. */
function withoutMocks(monitor: unknown): object {
  return new Proxy(monitor as object, { has: (target, key) => key !== "mocks" && key in target });
}
