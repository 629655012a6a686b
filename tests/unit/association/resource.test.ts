import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { alicloud } from "../../../providers";

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
