import assert from "node:assert/strict";
import EcsClient, * as models from "@alicloud/ecs20140526";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { simulatorForEachTest } from "../kit/simulator";
import { type Key, mainKey, otherKey, refusal } from "./alicloud-client";

const regionId = "cn-hangzhou";

describe("Alibaba Cloud ECS", () => {
  const simulator = simulatorForEachTest();

  const world = () => simulator.world.alicloud;
  const client = (key: Key = mainKey) =>
    new EcsClient(
      new $OpenApiUtil.Config({
        ...key,
        regionId,
        protocol: "HTTP",
        endpoint: new URL(simulator.endpoints.alicloud.ecs ?? "").host,
        readTimeout: 60_000,
        connectTimeout: 60_000,
      }),
    );
  type Pair = ConstructorParameters<typeof models.JoinSecurityGroupRequest>[0];
  const join = (pair: Pair, key?: Key) =>
    client(key).joinSecurityGroup(new models.JoinSecurityGroupRequest(pair));
  const leave = (pair: Pair, key?: Key) =>
    client(key).leaveSecurityGroup(new models.LeaveSecurityGroupRequest(pair));
  const instance = (instanceId: string, securityGroupId: string) => ({
    regionId,
    instanceId,
    securityGroupId,
  });
  const eni = (networkInterfaceId: string, securityGroupId: string) => ({
    regionId,
    networkInterfaceId,
    securityGroupId,
  });

  async function groupsOf(instanceId: string, region = regionId, key?: Key): Promise<string[] | undefined> {
    const request = new models.DescribeInstancesRequest({
      regionId: region,
      instanceIds: JSON.stringify([instanceId]),
    });
    const { body } = await client(key).describeInstances(request);
    return body?.instances?.instance?.[0]?.securityGroupIds?.securityGroupId;
  }
  async function groupsOfEni(networkInterfaceId: string): Promise<string[] | undefined> {
    const request = new models.DescribeNetworkInterfacesRequest({
      regionId,
      networkInterfaceId: [networkInterfaceId],
    });
    const { body } = await client().describeNetworkInterfaces(request);
    return body?.networkInterfaceSets?.networkInterfaceSet?.[0]?.securityGroupIds?.securityGroupId;
  }

  it("names security groups, those asked for or all, a page at a time", async () => {
    const named = async (more: object) => {
      const request = new models.DescribeSecurityGroupsRequest({ regionId, ...more });
      const { body } = await client().describeSecurityGroups(request);
      const groups = body?.securityGroups?.securityGroup ?? [];
      return {
        names: groups.map((each) => [each.securityGroupId, each.securityGroupName]),
        next: body?.nextToken,
      };
    };
    const ids = ["sg-bp1app01", "sg-bp1gone", "sg-bp1otherapp", "sg-2zeapp01"];
    const some = await named({ securityGroupIds: JSON.stringify(ids), maxResults: 100 });
    assert.deepEqual(some, { names: [["sg-bp1app01", "app-01"]], next: "" });
    const first = await named({ maxResults: 10 });
    const second = await named({ maxResults: 10, nextToken: first.next });
    assert.equal(first.names.length, 10);
    assert.ok(second.names.length > 0 && second.next === "");
  });

  it("joins and leaves: instance and ENI, each with its own groups", async () => {
    await join(instance("i-bp1web01", "sg-bp1app01"));
    await join(eni("eni-bp1web01", "sg-bp1app02"));
    assert.deepEqual(await groupsOf("i-bp1web01"), ["sg-bp1default", "sg-bp1app01"]);
    assert.deepEqual(await groupsOfEni("eni-bp1web01"), ["sg-bp1default", "sg-bp1app02"]);
    assert.deepEqual(await groupsOfEni("eni-bp1primary"), ["sg-bp1default", "sg-bp1app01"]);
    await leave(instance("i-bp1web01", "sg-bp1app01"));
    await leave(eni("eni-bp1web01", "sg-bp1default"));
    assert.deepEqual(await groupsOf("i-bp1web01"), ["sg-bp1default"]);
    assert.deepEqual(await groupsOfEni("eni-bp1web01"), ["sg-bp1app02"]);
  });

  it("finds the instance by its id alone, too", async () => {
    await join({ instanceId: "i-bp1stopped", securityGroupId: "sg-bp1app01" });
    const request = new models.DescribeInstanceAttributeRequest({ instanceId: "i-bp1stopped" });
    const { body } = await client().describeInstanceAttribute(request);
    assert.deepEqual(body?.securityGroupIds?.securityGroupId, ["sg-bp1default", "sg-bp1app01"]);
    const gone = new models.DescribeInstanceAttributeRequest({ instanceId: "i-gone" });
    assert.equal(await refusal(client().describeInstanceAttribute(gone)), "404 InvalidInstanceId.NotFound");
  });

  it("refuses both ways as the tables say", async () => {
    const cases: [string, Pair][] = [
      ["404 InvalidInstanceId.NotFound", instance("i-gone", "sg-bp1app01")],
      ["404 InvalidInstanceId.NotFound", instance("i-2zeweb01", "sg-bp1app01")],
      ["404 InvalidInstanceId.NotFound", instance("i-bp1other", "sg-bp1app01")],
      ["400 InvalidInstanceId.Malformed", instance("web_01", "sg-bp1app01")],
      ["404 InvalidSecurityGroupId.NotFound", instance("i-bp1web01", "sg-gone")],
      ["404 InvalidSecurityGroupId.NotFound", instance("i-bp1web01", "sg-2zeapp01")],
      ["404 InvalidSecurityGroupId.NotFound", instance("i-bp1web01", "sg-bp1otherapp")],
      ["403 InvalidOperation.ResourceManagedByCloudProduct", instance("i-bp1web01", "sg-bp1managed")],
      ["403 IncorrectInstanceStatus", instance("i-bp1starting", "sg-bp1app01")],
      ["403 InstanceLockedForSecurity", instance("i-bp1locked", "sg-bp1app01")],
      ["404 InvalidEniId.NotFound", eni("eni-gone", "sg-bp1app01")],
      ["403 InvalidParam.Malformed", eni("eni/1", "sg-bp1app01")],
      ["403 InvalidOperation.EniServiceManaged", eni("eni-bp1managed", "sg-bp1app01")],
      ["403 InvalidOperation.InvalidEniType", eni("eni-bp1primary", "sg-bp1app01")],
      [
        "400 MissingParameter.RegionId",
        { networkInterfaceId: "eni-bp1web01", securityGroupId: "sg-bp1app01" },
      ],
      ["400 MissingParameter", { regionId, securityGroupId: "sg-bp1app01" }],
      ["400 MissingParameter", { regionId, instanceId: "i-bp1web01" }],
      [
        "403 InvalidParam.EniIdAndInstanceId.Conflict",
        { ...instance("i-bp1web01", "sg-bp1app01"), networkInterfaceId: "eni-bp1web01" },
      ],
      ["404 InvalidRegionId.NotFound", { ...instance("i-bp1web01", "sg-bp1app01"), regionId: "mars-1" }],
    ];
    for (const [expected, pair] of cases) {
      assert.equal(await refusal(join(pair)), expected, `join ${JSON.stringify(pair)}`);
      assert.equal(await refusal(leave(pair)), expected, `leave ${JSON.stringify(pair)}`);
    }
  });

  it("refuses states of an ENI and an instance that pass", async () => {
    const [networkInterface, machine] = [
      world().networkInterfaces["eni-bp1web01"],
      world().instances["i-bp1web01"],
    ];
    assert.ok(networkInterface && machine);
    networkInterface.status = "Attaching";
    machine.status = "Pending";
    assert.equal(
      await refusal(join(eni("eni-bp1web01", "sg-bp1app01"))),
      "400 InvalidOperation.InvalidEniState",
    );
    const pending = join(instance("i-bp1web01", "sg-bp1app01"));
    assert.equal(await refusal(pending), "403 Forbidden.InstanceIsBeingCreated");
  });

  it("refuses to join what does not fit", async () => {
    const cases: [string, Pair][] = [
      ["400 InvalidInstanceId.Mismatch", instance("i-bp1web01", "sg-bp1othervpc")],
      ["403 InvalidOperation.VpcMismatch", eni("eni-bp1web01", "sg-bp1othervpc")],
      ["400 InvalidOperation.MultiGroupType", instance("i-bp1web01", "sg-bp1advanced")],
      ["403 InvalidInstanceId.AlreadyExists", instance("i-bp1web01", "sg-bp1default")],
      ["403 InvalidInstanceId.AlreadyExists", eni("eni-bp1web01", "sg-bp1default")],
    ];
    for (const [expected, pair] of cases)
      assert.equal(await refusal(join(pair)), expected, JSON.stringify(pair));
    simulator.setFaults({ variants: { "ecs.joinEniTwice": "success" } });
    await join(eni("eni-bp1web01", "sg-bp1default"));
    assert.deepEqual(await groupsOfEni("eni-bp1web01"), ["sg-bp1default"]);
  });

  it("keeps the limits: five groups a member, so many members a group", async () => {
    for (const number of [1, 2, 3, 4]) await join(instance("i-bp1web01", `sg-bp1app0${number}`));
    const sixth = join(instance("i-bp1web01", "sg-bp1app05"));
    assert.equal(await refusal(sixth), "400 InstanceSecurityGroupLimitExceeded");
    world().quotas.securityGroupsPerInstance = 6;
    await join(instance("i-bp1web01", "sg-bp1app05"));
    world().quotas.membersPerBasicGroup = 1;
    const full = join(instance("i-bp1web02", "sg-bp1app05"));
    assert.equal(await refusal(full), "403 SecurityGroupInstanceLimitExceeded");
  });

  it("keeps the last group, of instance and ENI", async () => {
    assert.equal(
      await refusal(leave(instance("i-bp1web01", "sg-bp1default"))),
      "403 InstanceLastSecurityGroup",
    );
    assert.equal(
      await refusal(leave(eni("eni-bp1web01", "sg-bp1default"))),
      "403 InvalidOperation.AtLeastInOneGroup",
    );
    assert.deepEqual(await groupsOf("i-bp1web01"), ["sg-bp1default"]);
  });

  it("says when a member is not in the group, as it does since 2024 or as it did", async () => {
    const pairs = [instance("i-bp1web01", "sg-bp1app01"), eni("eni-bp1web01", "sg-bp1app01")];
    for (const pair of pairs)
      assert.equal(await refusal(leave(pair)), "400 InvalidSecurityGroupAssociation.NotFound");
    simulator.setFaults({ variants: { "ecs.leaveNotMember": "success" } });
    for (const pair of pairs) await leave(pair);
    simulator.setFaults({ variants: { "ecs.leaveNotMember": "notInGroup" } });
    for (const pair of pairs) assert.equal(await refusal(leave(pair)), "403 InstanceNotInSecurityGroup");
  });

  it("refuses a write that overlaps another on the same instance", async () => {
    simulator.setFaults({ latencyMs: 1000 });
    const results = await Promise.allSettled([
      join(instance("i-bp1web01", "sg-bp1app01")),
      join(instance("i-bp1web01", "sg-bp1app02")),
      join(instance("i-bp1web02", "sg-bp1app01")),
    ]);
    assert.deepEqual(results.map(({ status }) => status).sort(), ["fulfilled", "fulfilled", "rejected"]);
    const refused = simulator.journal.filter(({ code }) => code === "InvalidOperation.Conflict");
    assert.equal(refused.length, 1);
    assert.equal(refused[0]?.status, 409);
    assert.equal((await groupsOf("i-bp1web01"))?.length, 2);
  });

  it("shows nothing of another region or account, without an error", async () => {
    assert.equal(await groupsOf("i-bp1web01", "cn-beijing"), undefined);
    assert.equal(await groupsOf("i-bp1web01", regionId, otherKey), undefined);
    assert.deepEqual(await groupsOf("i-2zeweb01", "cn-beijing"), ["sg-2zedefault"]);
  });

  it("forgets a group that is deleted", async () => {
    await join(instance("i-bp1web01", "sg-bp1app01"));
    delete world().securityGroups["sg-bp1app01"];
    assert.deepEqual(await groupsOf("i-bp1web01"), ["sg-bp1default"]);
    const gone = leave(instance("i-bp1web01", "sg-bp1app01"));
    assert.equal(await refusal(gone), "404 InvalidSecurityGroupId.NotFound");
  });

  it("pages: ten unless asked for more, also when ids are given", async () => {
    const ids = Object.keys(world().instances).filter((id) => id.startsWith("i-bp1web"));
    const list = async (parameters: object) => {
      const request = new models.DescribeInstancesRequest({ regionId, ...parameters });
      const { body } = await client().describeInstances(request);
      return [body?.instances?.instance?.length, body?.totalCount, body?.nextToken];
    };
    assert.deepEqual(await list({ instanceIds: JSON.stringify(ids) }), [10, 12, "2"]);
    assert.deepEqual(await list({ instanceIds: JSON.stringify(ids), pageSize: 100 }), [12, 12, ""]);
    assert.deepEqual(await list({ instanceIds: JSON.stringify(ids), maxResults: 1 }), [10, 12, "2"]);
    assert.deepEqual(await list({ instanceIds: JSON.stringify(ids), maxResults: 10, nextToken: "2" }), [
      2,
      12,
      "",
    ]);
    const tooMany = JSON.stringify(Array.from({ length: 101 }, (_, number) => `i-${number}`));
    assert.equal(await refusal(list({ instanceIds: tooMany })), "400 InvalidInstanceIds.Malformed");
    assert.equal(await refusal(list({ instanceIds: "i-bp1web01" })), "400 InvalidInstanceIds.Malformed");
  });

  it("lists names, networks and tags, and network interfaces by their type", async () => {
    Object.assign(world().instances["i-bp1web01"] as object, { name: "web-01", tags: { team: "shop" } });
    const instanceIds = JSON.stringify(["i-bp1web01", "i-bp1web02"]);
    const { body } = await client().describeInstances(
      new models.DescribeInstancesRequest({ regionId, instanceIds }),
    );
    const [first, second] = body?.instances?.instance ?? [];
    assert.deepEqual([first?.instanceName, first?.vpcAttributes?.vpcId], ["web-01", "vpc-bp1main"]);
    assert.deepEqual(
      first?.tags?.tag?.map(({ tagKey, tagValue }) => [tagKey, tagValue]),
      [["team", "shop"]],
    );
    assert.equal(second?.instanceName, "i-bp1web02");
    const types = async (type: string) => {
      const request = new models.DescribeNetworkInterfacesRequest({ regionId, type, maxResults: 100 });
      const { body: listed } = await client().describeNetworkInterfaces(request);
      return new Set(listed?.networkInterfaceSets?.networkInterfaceSet?.map((each) => each.type));
    };
    assert.deepEqual(await types("Secondary"), new Set(["Secondary"]));
    assert.deepEqual(await types("Primary"), new Set(["Primary"]));
  });
});
