import assert from "node:assert/strict";
import { simulatorForEachTest } from "../kit/simulator";
import { type CallOptions, call, otherKey, refusal } from "./alicloud-client";

interface Listed {
  SecurityGroupIds: { SecurityGroupId?: string[]; SecurityGroup?: string[] };
}

describe("Alibaba Cloud ENS", () => {
  const simulator = simulatorForEachTest();

  const ens = (action: string, parameters: Record<string, unknown>, options?: CallOptions) =>
    call(simulator, "ens", action, parameters, options);
  const join = (parameters: Record<string, unknown>) => ens("JoinSecurityGroup", parameters);
  const leave = (parameters: Record<string, unknown>) => ens("LeaveSecurityGroup", parameters);
  const pair = { InstanceId: "i-5ens01", SecurityGroupId: "sg-5ensapp01" };
  const eniPair = { NetworkInterfaceId: "eni-5ens01", SecurityGroupId: "sg-5ensapp01" };

  async function instances(parameters: Record<string, unknown>, options?: CallOptions): Promise<Listed[]> {
    return ((await ens("DescribeInstances", parameters, options)).Instances as { Instance: Listed[] })
      .Instance;
  }
  const groupsOf = async (InstanceId: string) =>
    (await instances({ InstanceId }))[0]?.SecurityGroupIds.SecurityGroupId;
  async function groupsOfEni(NetworkInterfaceId: string): Promise<string[] | undefined> {
    const body = await ens("DescribeNetworkInterfaces", { NetworkInterfaceIds: [NetworkInterfaceId] });
    const { NetworkInterfaceSet } = body.NetworkInterfaceSets as { NetworkInterfaceSet: Listed[] };
    return NetworkInterfaceSet[0]?.SecurityGroupIds.SecurityGroup;
  }

  it("joins and leaves: instance and ENI, and the group shows both", async () => {
    await join(pair);
    await join(eniPair);
    assert.deepEqual(await groupsOf("i-5ens01"), ["sg-5ensdefault", "sg-5ensapp01"]);
    assert.deepEqual(await groupsOfEni("eni-5ens01"), ["sg-5ensdefault", "sg-5ensapp01"]);
    const body = await ens("DescribeSecurityGroups", { SecurityGroupId: "sg-5ensapp01" });
    const { SecurityGroup } = body.SecurityGroups as { SecurityGroup: Record<string, unknown>[] };
    assert.deepEqual(SecurityGroup[0]?.InstanceIds, { InstanceId: ["i-5ens01"] });
    assert.deepEqual(SecurityGroup[0]?.NetworkInterfaceIds, { NetworkInterfaceId: ["eni-5ens01"] });
    await leave(pair);
    await leave(eniPair);
    assert.deepEqual(await groupsOf("i-5ens01"), ["sg-5ensdefault"]);
    assert.deepEqual(await groupsOfEni("eni-5ens01"), ["sg-5ensdefault"]);
  });

  it("refuses everything with HTTP 400", async () => {
    const cases: [string, Record<string, unknown>][] = [
      ["400 InvalidInstanceId.NotFound", { ...pair, InstanceId: "i-gone" }],
      ["400 InvalidInstanceId.NotFound", { ...pair, InstanceId: "i-5ensother" }],
      ["400 InvalidSecurityGroupId.NotFound", { ...pair, SecurityGroupId: "sg-gone" }],
      ["400 InvalidSecurityGroupId.NotFound", { ...pair, SecurityGroupId: "sg-5ensotherapp" }],
      ["400 IncorrectInstanceStatus", { ...pair, InstanceId: "i-5ensresetting" }],
      ["400 InvalidParameter.NetworkInterfaceId", { ...eniPair, NetworkInterfaceId: "eni-gone" }],
      ["400 InvalidParameter", { ...pair, ...eniPair }],
      ["400 MissingParameter", { InstanceId: "i-5ens01" }],
      ["400 MissingParameter", { SecurityGroupId: "sg-5ensapp01" }],
    ];
    for (const [expected, parameters] of cases) {
      assert.equal(await refusal(join(parameters)), expected, `join ${JSON.stringify(parameters)}`);
      assert.equal(await refusal(leave(parameters)), expected, `leave ${JSON.stringify(parameters)}`);
    }
  });

  const undocumented = {
    interfaceError: "400 ens.interface.error",
    callInterface: "400 CallInterface",
    invalidParameter: "400 InvalidParameter",
    noPermission: "400 NoPermission",
  };

  it("joining twice, leaving twice: success, or any of its codes by variant", async () => {
    await leave(pair);
    await join(pair);
    await join(pair);
    assert.deepEqual(await groupsOf("i-5ens01"), ["sg-5ensdefault", "sg-5ensapp01"]);
    for (const [variant, expected] of Object.entries(undocumented)) {
      simulator.setFaults({ variants: { "ens.joinMember": variant, "ens.leaveNotMember": variant } });
      assert.equal(await refusal(join(pair)), expected);
      assert.equal(await refusal(leave({ ...pair, SecurityGroupId: "sg-5ensapp02" })), expected);
    }
  });

  it("leaving the last group: refused, or allowed by variant", async () => {
    const last = { InstanceId: "i-5ens01", SecurityGroupId: "sg-5ensdefault" };
    assert.equal(await refusal(leave(last)), "400 ens.interface.error");
    assert.deepEqual(await groupsOf("i-5ens01"), ["sg-5ensdefault"]);
    simulator.setFaults({ variants: { "ens.leaveLast": "success" } });
    await leave(last);
    assert.deepEqual(await groupsOf("i-5ens01"), []);
  });

  it("ANDs filters, ignores empty ones, and finds nothing by an empty list", async () => {
    assert.equal((await instances({ InstanceIds: '["i-5ens01","i-5ens02","i-gone"]' })).length, 2);
    assert.equal(
      (await instances({ InstanceIds: '["i-5ens01"]', SecurityGroupId: "sg-5ensapp01" })).length,
      0,
    );
    assert.equal((await instances({ InstanceIds: "[]" })).length, 0);
    assert.equal((await instances({ InstanceId: "" })).length, 10);
    assert.equal((await instances({ PageSize: "100" })).length, 13);
    assert.equal((await instances({ PageSize: "100" }, { key: otherKey })).length, 1);
    assert.equal(await refusal(instances({ InstanceIds: "i-5ens01" })), "400 InvalidParameter.InstanceIds");
  });
});
