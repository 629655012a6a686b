import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { alicloud } from "../../../../providers";

/** What the resources of a program send to the engine, by name; the engine's place is taken by mocks. */
async function registered(
  program: () => pulumi.Resource[],
): Promise<Record<string, Record<string, unknown>>> {
  const inputs: Record<string, Record<string, unknown>> = {};
  await pulumi.runtime.setMocks({
    newResource: (args) => {
      inputs[args.name] = args.inputs;
      return { id: args.name, state: args.inputs };
    },
    call: () => ({}),
  });
  pulumi.runtime.setAllConfig({ "alicloud:region": "cn-hangzhou" });
  const resources = program();
  await Promise.all(resources.map(({ urn }) => new Promise((resolve) => urn.apply(resolve))));
  return inputs;
}

const attach = (name: string, securityGroupId: string, instanceId: pulumi.Input<string> = "i-1") =>
  new alicloud.ecs.SecurityGroupAttachment(name, { instanceId, securityGroupId });

describe("a pair that is declared twice", () => {
  it("is told with the second, by the name of the first, also where ids come later or are secret", async () => {
    const inputs = await registered(() => [
      attach("a1", "sg-1"),
      attach("a2", "sg-1"),
      attach("b1", "sg-2", pulumi.output(Promise.resolve("i-1"))),
      attach("b2", "sg-2", pulumi.secret("i-1")),
      attach("c1", "sg-1", "i-2"),
    ]);
    const told = Object.entries(inputs).map(([name, each]) => [name, each.__duplicateOf]);
    assert.deepEqual(Object.fromEntries(told), {
      a1: undefined,
      a2: "a1",
      b1: undefined,
      b2: "b1",
      c1: undefined,
    });
  });
});

describe("resource", () => {
  it("knows its region in a preview that does not know the role to assume yet", async () => {
    let inputs: { region?: unknown } = {};
    await pulumi.runtime.setMocks(
      {
        newResource: (args) => {
          inputs = args.inputs;
          return { id: "i-1:sg-2", state: args.inputs };
        },
        call: () => ({}),
      },
      "project",
      "stack",
      true,
    );
    pulumi.runtime.setAllConfig({ "alicloud:region": "cn-hangzhou" });
    // What the id of a resource is in a preview; left out of the SDK's published types.
    const { unknown } = pulumi as unknown as { unknown: string };
    const attachment = new alicloud.ecs.SecurityGroupAttachment("a", {
      instanceId: "i-1",
      securityGroupId: "sg-2",
      connection: { assumeRole: { roleArn: pulumi.output(unknown) } },
    });
    await new Promise((resolve) => attachment.urn.apply(resolve));
    assert.equal(inputs.region, "cn-hangzhou");
  });
});
