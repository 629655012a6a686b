import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as attach from "../../providers/index";
import * as runtime from "../../providers/runtime";

/**
 * What saved states hold, by type token. Never to be changed: a state of any age loads its handler by this text, from
 * whatever version of the package is installed.
 */
const texts: Record<string, string> = {
  "alicloud/ess:VServerGroupAttachment": "alicloudEssVServerGroupAttachment",
  "alicloud/ecs:SecurityGroupAttachment": "alicloudEcsSecurityGroupAttachment",
  "alicloud/ens:SecurityGroupAttachment": "alicloudEnsSecurityGroupAttachment",
  "tencentcloud/cvm:SecurityGroupAttachment": "tencentcloudCvmSecurityGroupAttachment",
  "huaweicloud/ecs:SecurityGroupAttachment": "huaweicloudEcsSecurityGroupAttachment",
  "opentelekomcloud/compute:SecurityGroupAttachment": "opentelekomcloudComputeSecurityGroupAttachment",
  "openstack/compute:SecurityGroupAttachment": "openstackComputeSecurityGroupAttachment",
  "alicloud/ess:VServerGroupAttachments": "alicloudEssVServerGroupAttachments",
  "alicloud/ecs:SecurityGroupAttachments": "alicloudEcsSecurityGroupAttachments",
  "alicloud/ens:SecurityGroupAttachments": "alicloudEnsSecurityGroupAttachments",
  "tencentcloud/cvm:SecurityGroupAttachments": "tencentcloudCvmSecurityGroupAttachments",
  "huaweicloud/ecs:SecurityGroupAttachments": "huaweicloudEcsSecurityGroupAttachments",
  "opentelekomcloud/compute:SecurityGroupAttachments": "opentelekomcloudComputeSecurityGroupAttachments",
  "openstack/compute:SecurityGroupAttachments": "openstackComputeSecurityGroupAttachments",
};
const textOf = (name: string) => `exports.handler=()=>require("pulumi-cloud-attachments/runtime").${name};`;

describe("the text that state holds instead of code", () => {
  const registered: pulumi.runtime.MockResourceArgs[] = [];

  before(async () => {
    await pulumi.runtime.setMocks({
      newResource(args) {
        registered.push(args);
        return { id: args.name, state: args.inputs };
      },
      call: () => ({}),
    });
    const groups = { instanceId: "i-1", securityGroupId: "sg-1" };
    const many = { securityGroupId: "sg-1", instanceIds: ["i-1", pulumi.output("i-2")] };
    const created: pulumi.Resource[] = [
      new attach.alicloud.ess.VServerGroupAttachment("ess", {
        scalingGroupId: "asg-1",
        loadBalancerId: "lb-1",
        vserverGroupId: "rsp-1",
        port: 80,
      }),
      new attach.alicloud.ecs.SecurityGroupAttachment("ecs", groups),
      new attach.alicloud.ens.SecurityGroupAttachment("ens", groups),
      new attach.tencentcloud.cvm.SecurityGroupAttachment("cvm", groups),
      new attach.huaweicloud.ecs.SecurityGroupAttachment("huawei", groups),
      new attach.opentelekomcloud.compute.SecurityGroupAttachment("otc", groups),
      new attach.openstack.compute.SecurityGroupAttachment("nova", groups),
      new attach.alicloud.ess.VServerGroupAttachments("ess-many", {
        scalingGroupId: "asg-1",
        attachments: [{ loadBalancerId: "lb-1", vserverGroupId: "rsp-1", port: 80 }],
      }),
      new attach.alicloud.ecs.SecurityGroupAttachments("ecs-many", many),
      new attach.alicloud.ens.SecurityGroupAttachments("ens-many", many),
      new attach.tencentcloud.cvm.SecurityGroupAttachments("cvm-many", many),
      new attach.huaweicloud.ecs.SecurityGroupAttachments("huawei-many", many),
      new attach.opentelekomcloud.compute.SecurityGroupAttachments("otc-many", many),
      new attach.openstack.compute.SecurityGroupAttachments("nova-many", many),
    ];
    await Promise.all(
      created.map(
        (each) => new Promise((resolve) => pulumi.output((each as pulumi.CustomResource).id).apply(resolve)),
      ),
    );
  });

  it("is short, constant, and the same for all time", () => {
    const seen = Object.fromEntries(
      registered.map(({ type, inputs }) => [type, (inputs as { __provider: string }).__provider]),
    );
    const pinned = Object.entries(texts).map(([token, name]) => [
      `pulumi-nodejs:dynamic/${token}`,
      textOf(name),
    ]);
    assert.deepEqual(seen, Object.fromEntries(pinned));
    for (const text of Object.values(seen)) assert.ok(Buffer.byteLength(text) < 128, text);
  });

  it("names an export of runtime, and runtime has no other", () => {
    assert.deepEqual(Object.keys(runtime).sort(), Object.values(texts).sort());
    for (const handler of Object.values(runtime)) {
      for (const method of ["check", "diff", "create", "read", "update", "delete"]) {
        assert.equal(typeof (handler as unknown as Record<string, unknown>)[method], "function");
      }
    }
  });
});
