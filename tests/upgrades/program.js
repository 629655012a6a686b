// What `npm run upgrades -- --record` runs and keeps beside the state: every type of resource, in every form of its arguments.
const {
  alicloud,
  huaweicloud,
  openstack,
  opentelekomcloud,
  tencentcloud,
} = require("pulumi-cloud-attachments");

new alicloud.ess.VServerGroupAttachment("ess", {
  scalingGroupId: "asg-bp1web",
  loadBalancerId: "lb-bp1web",
  vserverGroupId: "rsp-bp1web01",
  port: 80,
  weight: 70,
});
new alicloud.ess.VServerGroupAttachment("ess-defaults", {
  scalingGroupId: "asg-bp1web",
  loadBalancerId: "lb-bp1web",
  vserverGroupId: "rsp-bp1web02",
  port: 80,
});
new alicloud.ecs.SecurityGroupAttachment("ecs", { instanceId: "i-bp1web01", securityGroupId: "sg-bp1app01" });
new alicloud.ecs.SecurityGroupAttachment("ecs-interface", {
  networkInterfaceId: "eni-bp1web02",
  securityGroupId: "sg-bp1app01",
});
new alicloud.ens.SecurityGroupAttachment("ens", { instanceId: "i-5ens01", securityGroupId: "sg-5ensapp01" });
new alicloud.ens.SecurityGroupAttachment("ens-interface", {
  networkInterfaceId: "eni-5ens02",
  securityGroupId: "sg-5ensapp01",
});
new tencentcloud.cvm.SecurityGroupAttachment(
  "cvm",
  { instanceId: "ins-web00001", securityGroupId: "sg-app00001", ifAttached: "fail" },
  { customTimeouts: { create: "1m", update: "2m", delete: "3m" } },
);

const [instanceId, other] = ["10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002"];
const securityGroupId = "20000000-0000-4000-8000-000000000101";
for (const [name, SecurityGroupAttachment] of Object.entries({
  huaweicloud: huaweicloud.ecs.SecurityGroupAttachment,
  opentelekomcloud: opentelekomcloud.compute.SecurityGroupAttachment,
  openstack: openstack.compute.SecurityGroupAttachment,
})) {
  new SecurityGroupAttachment(name, { instanceId, securityGroupId });
  new SecurityGroupAttachment(`${name}-by-name`, { instanceId: other, securityGroupName: "app-01" });
}

// Resources that hold several pairs, in every form of their arguments.
new alicloud.ess.VServerGroupAttachments("ess-many", {
  scalingGroupId: "asg-bp1web",
  attachments: [
    { loadBalancerId: "lb-bp1api", vserverGroupId: "rsp-bp1api01", port: 80, weight: 65 },
    { loadBalancerId: "lb-bp1api", vserverGroupId: "rsp-bp1api02", port: 80 },
  ],
});
new alicloud.ecs.SecurityGroupAttachments("ecs-many", {
  securityGroupId: "sg-bp1app02",
  instanceIds: ["i-bp1web03", "i-bp1web04"],
});
new alicloud.ens.SecurityGroupAttachments("ens-many", {
  instanceId: "i-5ens03",
  securityGroupIds: ["sg-5ensapp01", "sg-5ensapp02"],
});
new tencentcloud.cvm.SecurityGroupAttachments(
  "cvm-many",
  { securityGroupId: "sg-app00002", instanceIds: ["ins-web00003", "ins-web00004"], ifAttached: "fail" },
  { customTimeouts: { create: "1m", update: "2m", delete: "3m" } },
);
for (const [name, SecurityGroupAttachments] of Object.entries({
  huaweicloud: huaweicloud.ecs.SecurityGroupAttachments,
  opentelekomcloud: opentelekomcloud.compute.SecurityGroupAttachments,
  openstack: openstack.compute.SecurityGroupAttachments,
})) {
  const securityGroupId = "20000000-0000-4000-8000-000000000102";
  new SecurityGroupAttachments(`${name}-many`, { securityGroupId, instanceIds: [instanceId, other] });
}
