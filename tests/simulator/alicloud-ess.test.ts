import assert from "node:assert/strict";
import { simulatorForEachTest } from "../kit/simulator";
import { type CallOptions, call, otherKey, refusal } from "./alicloud-client";

const region = "cn-hangzhou";
const tuple = (LoadBalancerId: string, VServerGroupId: string, Port = 80, Weight?: number) => ({
  VServerGroup: [
    {
      LoadBalancerId,
      VServerGroupAttribute: [{ VServerGroupId, Port, ...(Weight !== undefined && { Weight }) }],
    },
  ],
});
const web = (number: number, port = 80) => tuple("lb-bp1web", `rsp-bp1web0${number}`, port);

describe("Alibaba Cloud Auto Scaling", () => {
  const simulator = simulatorForEachTest();

  const act = (verb: "Attach" | "Detach", parameters: Record<string, unknown>, options: CallOptions = {}) =>
    call(
      simulator,
      "ess",
      `${verb}VServerGroups`,
      { RegionId: region, ScalingGroupId: "asg-bp1web", ...parameters },
      options,
    );
  const attach = (parameters: Record<string, unknown>, options?: CallOptions) =>
    act("Attach", parameters, options);
  const detach = (parameters: Record<string, unknown>, options?: CallOptions) =>
    act("Detach", parameters, options);
  const world = () => simulator.world.alicloud;

  /** What DescribeScalingGroups lists, as `lb rsp:port weight`. */
  async function attached(
    scalingGroupId = "asg-bp1web",
    options: CallOptions = {},
  ): Promise<string[] | undefined> {
    const parameters = { RegionId: region, ScalingGroupId: [scalingGroupId] };
    const body = await call(simulator, "ess", "DescribeScalingGroups", parameters, options);
    const { ScalingGroup } = body.ScalingGroups as {
      ScalingGroup: {
        VServerGroups: {
          VServerGroup: {
            LoadBalancerId: string;
            VServerGroupAttributes: {
              VServerGroupAttribute: { VServerGroupId: string; Port: number; Weight: number }[];
            };
          }[];
        };
      }[];
    };
    return ScalingGroup[0]?.VServerGroups.VServerGroup.flatMap((item) =>
      item.VServerGroupAttributes.VServerGroupAttribute.map(
        ({ VServerGroupId, Port, Weight }) => `${item.LoadBalancerId} ${VServerGroupId}:${Port} ${Weight}`,
      ),
    );
  }

  it("attaches, lists with numbers for port and weight, and detaches", async () => {
    const body = await attach(web(1));
    assert.deepEqual(Object.keys(body), ["RequestId"]);
    await attach(tuple("lb-bp1api", "rsp-bp1api01", 8080, 0));
    assert.deepEqual(await attached(), ["lb-bp1web rsp-bp1web01:80 50", "lb-bp1api rsp-bp1api01:8080 0"]);
    await detach(web(1));
    assert.deepEqual(await attached(), ["lb-bp1api rsp-bp1api01:8080 0"]);
  });

  it("takes several tuples a call, of which a repeated one counts once and the first wins", async () => {
    await attach({
      VServerGroup: [
        {
          LoadBalancerId: "lb-bp1web",
          VServerGroupAttribute: [
            { VServerGroupId: "rsp-bp1web01", Port: 80, Weight: 10 },
            { VServerGroupId: "rsp-bp1web01", Port: 80, Weight: 20 },
            { VServerGroupId: "rsp-bp1web01", Port: 81 },
          ],
        },
        {
          LoadBalancerId: "lb-bp1api",
          VServerGroupAttribute: [{ VServerGroupId: "rsp-bp1api01", Port: 80 }],
        },
      ],
    });
    assert.deepEqual(await attached(), [
      "lb-bp1web rsp-bp1web01:80 10",
      "lb-bp1web rsp-bp1web01:81 50",
      "lb-bp1api rsp-bp1api01:80 50",
    ]);
  });

  it("ignores a detach of what is not attached", async () => {
    await detach(web(1));
    await detach(tuple("lb-gone", "rsp-gone"));
    assert.deepEqual(await attached("asg-bp1api"), ["lb-bp1foreign rsp-bp1foreign:8080 100"]);
  });

  it("attaching twice changes nothing, or the weight where the variant says so", async () => {
    await attach(tuple("lb-bp1web", "rsp-bp1web01", 80, 10));
    await attach(tuple("lb-bp1web", "rsp-bp1web01", 80, 20));
    assert.deepEqual(await attached(), ["lb-bp1web rsp-bp1web01:80 10"]);
    simulator.setFaults({ variants: { "ess.attachTwice": "updateWeight" } });
    await attach(tuple("lb-bp1web", "rsp-bp1web01", 80, 20));
    assert.deepEqual(await attached(), ["lb-bp1web rsp-bp1web01:80 20"]);
  });

  it("touches instances only when forced to", async () => {
    const backends = () => world().vserverGroups["rsp-bp1web01"]?.backends.map(({ serverId }) => serverId);
    await attach(web(1));
    assert.deepEqual(backends(), []);
    await detach(web(1));
    await attach({ ...web(1), ForceAttach: true });
    assert.deepEqual(backends(), ["i-bp1web01", "i-bp1web02"]);
    world().vserverGroups["rsp-bp1web01"]?.backends.push({ serverId: "i-bp1foreign", port: 80, weight: 1 });
    await detach(web(1));
    assert.deepEqual(backends(), ["i-bp1web01", "i-bp1web02", "i-bp1foreign"]);
    await attach(web(1));
    await detach({ ...web(1), ForceDetach: true });
    assert.deepEqual(backends(), ["i-bp1foreign"]);
  });

  it("refuses as the error table says, and then attaches nothing", async () => {
    const cases: [string, Record<string, unknown>][] = [
      ["404 InvalidScalingGroupId.NotFound", { ...web(1), ScalingGroupId: "asg-gone" }],
      ["404 InvalidScalingGroupId.NotFound", { ...web(1), ScalingGroupId: "asg-bp1other" }],
      ["404 InvalidScalingGroupId.NotFound", { ...web(1), RegionId: "cn-beijing" }],
      ["404 InvalidLoadBalancerId.NotFound", tuple("lb-gone", "rsp-bp1web01")],
      ["404 InvalidLoadBalancerId.NotFound", tuple("lb-bp1other", "rsp-bp1other")],
      ["400 InvalidLoadBalancerId.RegionMismatch", tuple("lb-2zeweb", "rsp-2zeweb01")],
      ["400 IncorrectLoadBalancerStatus", tuple("lb-bp1inactive", "rsp-bp1inactive")],
      ["400 IncorrectLoadBalancerHealthCheck", tuple("lb-bp1unchecked", "rsp-bp1unchecked")],
      ["400 InvalidLoadBalancerId.VPCMismatch", tuple("lb-bp1othervpc", "rsp-bp1othervpc")],
      ["400 InvalidVServerGroupId.ForLoadBalancer", tuple("lb-bp1web", "rsp-bp1api01")],
      ["400 InvalidParameter", web(1, 65536)],
      ["400 InvalidParameter", web(1, 0)],
      ["400 InvalidParameter", tuple("lb-bp1web", "rsp-bp1web01", 80, 101)],
      ["400 InvalidParameter", { ...web(1), ClientToken: "x".repeat(65) }],
      ["400 MissingParameter", {}],
      ["400 MissingParameter", { ...web(1), RegionId: "" }],
    ];
    for (const [expected, parameters] of cases) {
      assert.equal(await refusal(attach(parameters)), expected, JSON.stringify(parameters));
    }
    const half = { VServerGroup: [...web(1).VServerGroup, ...tuple("lb-gone", "rsp-gone").VServerGroup] };
    assert.equal(await refusal(attach(half)), "404 InvalidLoadBalancerId.NotFound");
    assert.deepEqual(await attached(), []);
  });

  it("takes five load balancers and five groups each a call, and no more", async () => {
    const six = Array.from({ length: 6 }, (_, index) => index + 1);
    const groups = six.map((port) => ({ VServerGroupId: "rsp-bp1web01", Port: port }));
    const manyGroups = { VServerGroup: [{ LoadBalancerId: "lb-bp1web", VServerGroupAttribute: groups }] };
    assert.equal(await refusal(attach(manyGroups)), "400 InvalidParameter");
    const manyBalancers = { VServerGroup: six.flatMap((port) => web(1, port).VServerGroup) };
    assert.equal(await refusal(attach(manyBalancers)), "400 InvalidParameter");
    assert.deepEqual(await attached(), []);
  });

  it("keeps the quota of five tuples a scaling group, ports counted apart", async () => {
    for (const port of [1, 2, 3, 4]) await attach(web(1, port));
    const two = { VServerGroup: [...web(1, 5).VServerGroup, ...web(2, 5).VServerGroup] };
    assert.equal(await refusal(attach(two)), "400 QuotaExceeded.VServerGroup");
    await attach(web(1, 5));
    await attach(web(1, 5));
    world().quotas.vserverGroupsPerScalingGroup = 6;
    await attach(web(1, 6));
    assert.equal((await attached())?.length, 6);
  });

  it("detaches by itself what is deleted", async () => {
    await attach(web(1));
    await attach(tuple("lb-bp1api", "rsp-bp1api01"));
    delete world().vserverGroups["rsp-bp1web01"];
    assert.deepEqual(await attached(), ["lb-bp1api rsp-bp1api01:80 50"]);
    delete world().loadBalancers["lb-bp1api"];
    assert.deepEqual(await attached(), []);
    delete world().scalingGroups["asg-bp1web"];
    assert.equal(await attached(), undefined);
    assert.equal(await refusal(detach(web(1))), "404 InvalidScalingGroupId.NotFound");
  });

  it("lists Deleting groups, and refuses to change them", async () => {
    const group = world().scalingGroups["asg-bp1web"];
    assert.ok(group);
    group.lifecycleState = "Deleting";
    assert.deepEqual(await attached(), []);
    assert.equal(await refusal(attach(web(1))), "400 IncorrectScalingGroupStatus");
  });

  it("shows a caller nothing of another account or region", async () => {
    assert.equal(await attached("asg-bp1web", { key: otherKey }), undefined);
    assert.equal(await attached("asg-2zeweb"), undefined);
  });

  it("pages: 10 unless PageSize says more", async () => {
    const groups = world().scalingGroups;
    for (let number = 0; number < 30; number++)
      groups[`asg-n${number}`] = structuredClone(groups["asg-bp1api"] as never);
    const list = async (parameters: object) => {
      const body = await call(simulator, "ess", "DescribeScalingGroups", { RegionId: region, ...parameters });
      return (body.ScalingGroups as { ScalingGroup: unknown[] }).ScalingGroup.length;
    };
    assert.equal(await list({}), 10);
    assert.equal(await list({ PageSize: 50 }), 32);
    assert.equal(await list({ PageSize: 30, PageNumber: 2 }), 2);
    assert.equal(await refusal(list({ PageSize: 51 })), "400 InvalidParameter");
    const ids = (count: number) => Array.from({ length: count }, (_, number) => `asg-n${number}`);
    assert.equal(await list({ ScalingGroupId: ids(20), PageSize: 20 }), 20);
    assert.equal(await refusal(list({ ScalingGroupId: ids(21) })), "400 InvalidParameter");
  });

  it("does a request with the same ClientToken once", async () => {
    await attach({ ...web(1), ClientToken: "one" });
    await detach(web(1));
    await attach({ ...web(1), ClientToken: "one" });
    assert.deepEqual(await attached(), []);
    const mismatch = attach({ ...web(2), ClientToken: "one" });
    assert.equal(await refusal(mismatch), "403 IdempotentParameterMismatch");
  });

  it("replays the error of a ClientToken after its cause is gone", async () => {
    const balancer = world().loadBalancers["lb-bp1web"];
    assert.ok(balancer);
    balancer.status = "inactive";
    assert.equal(await refusal(attach({ ...web(1), ClientToken: "one" })), "400 IncorrectLoadBalancerStatus");
    balancer.status = "active";
    assert.equal(await refusal(attach({ ...web(1), ClientToken: "one" })), "400 IncorrectLoadBalancerStatus");
    await attach({ ...web(1), ClientToken: "two" });
  });

  it("replays a busy answer of a ClientToken, but not a throttled one", async () => {
    const rule = { action: "AttachVServerGroups", times: 1 };
    simulator.setFaults({ rules: [{ ...rule, kind: "busy" }] });
    assert.equal(await refusal(attach({ ...web(1), ClientToken: "one" })), "400 VServerGroupProcessing");
    assert.equal(await refusal(attach({ ...web(1), ClientToken: "one" })), "400 VServerGroupProcessing");
    simulator.setFaults({ rules: [{ ...rule, kind: "throttle" }] });
    assert.equal(await refusal(attach({ ...web(1), ClientToken: "two" })), "400 Throttling.User");
    await attach({ ...web(1), ClientToken: "two" });
  });
});
