import assert from "node:assert/strict";
import { endpointOf, type Product } from "../../../providers/alicloud/endpoints";
import { classify } from "../../../providers/alicloud/errors";
import { CloudError, type Outcome, type Verb } from "../../../providers/core/contract/errors";
import { settingsFrom } from "../../../providers/core/util/settings";

describe("Alibaba Cloud endpoints", () => {
  const endpoint = (product: Product, region: string, config: Record<string, string> = {}, env = {}) =>
    endpointOf(
      product,
      region,
      settingsFrom((key) => config[key], env),
    ).origin;

  for (const [product, region, origin] of [
    ["ess", "cn-hangzhou", "https://ess.aliyuncs.com"],
    ["ess", "ap-southeast-1", "https://ess.aliyuncs.com"],
    ["ess", "cn-chengdu", "https://ess.cn-chengdu.aliyuncs.com"],
    ["ecs", "cn-hangzhou", "https://ecs-cn-hangzhou.aliyuncs.com"],
    ["ecs", "cn-beijing", "https://ecs.cn-beijing.aliyuncs.com"],
    ["ens", "cn-beijing", "https://ens.aliyuncs.com"],
    ["sts", "cn-beijing", "https://sts.aliyuncs.com"],
  ] as const) {
    it(`${product} of ${region} is at ${origin}`, () => assert.equal(endpoint(product, region), origin));
  }

  it("come from config, then environment, with or without scheme and port", () => {
    const config = {
      "alicloud:endpoints": JSON.stringify([{ ecs: "ecs.corp.example:8443" }, { ess: "https://ess.corp" }]),
    };
    const env = {
      ALIBABA_CLOUD_ENDPOINT_ECS: "from-env",
      ECS_ENDPOINT: "later",
      ENS_ENDPOINT: "http://127.0.0.1:8080",
    };
    assert.equal(endpoint("ecs", "cn-beijing", config, env), "https://ecs.corp.example:8443");
    assert.equal(endpoint("ess", "cn-beijing", config, env), "https://ess.corp");
    assert.equal(endpoint("ens", "cn-beijing", config, env), "http://127.0.0.1:8080");
    assert.equal(endpoint("ecs", "cn-beijing", {}, env), "https://from-env");
    assert.equal(
      endpoint("ecs", "cn-beijing", { "alicloud:endpoints": '{"ecs":"one-object"}' }),
      "https://one-object",
    );
  });

  it("of STS may be regional, as the vendor's library has it", () => {
    const env = { ALIBABA_CLOUD_STS_REGION: "cn-beijing" };
    assert.equal(endpoint("sts", "any", {}, env), "https://sts.cn-beijing.aliyuncs.com");
    const vpc = { ...env, ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: "true" };
    assert.equal(endpoint("sts", "any", {}, vpc), "https://sts-vpc.cn-beijing.aliyuncs.com");
  });

  it("are plain http to this machine only, unless allowed", () => {
    const plain = { "alicloud:protocol": "HTTP" };
    assert.throws(() => endpoint("ecs", "cn-beijing", plain), /not encrypted/);
    const allowed = { ...plain, "pulumi-cloud-attachments:allowPlainHttp": "true" };
    assert.equal(endpoint("ecs", "cn-beijing", allowed), "http://ecs.cn-beijing.aliyuncs.com");
    assert.equal(
      endpoint("ecs", "x", { ...plain, "alicloud:endpoints": '[{"ecs":"localhost:1"}]' }),
      "http://localhost:1",
    );
  });

  it("are refused if they are no hosts", () => {
    for (const product of ["ecs", "ess", "ens", "sts"] as const) {
      for (const bad of ["ftp://a", "https://a/path", "https://user:pa55@a", "a b", "https://a?q=1", "a#b"]) {
        assert.throws(
          () => endpoint(product, "x", { "alicloud:endpoints": JSON.stringify([{ [product]: bad }]) }),
          (error: Error) =>
            error.message.startsWith(`the endpoint of ${product} (`) && !error.message.includes("pa55"),
          bad,
        );
      }
    }
    assert.throws(() => endpoint("ecs", "x", { "alicloud:endpoints": "[{ecs" }), /is not valid JSON/);
  });
});

describe("Alibaba Cloud errors", () => {
  const outcome = (code: string, verb: Verb, status = 400) =>
    classify(new CloudError({ code, message: "", status, action: "JoinSecurityGroup" }), verb).outcome;

  const cases: [code: string, attach: Outcome, detach: Outcome, find: Outcome][] = [
    ["InvalidInstanceId.AlreadyExists", "settled", "permanent", "permanent"],
    ["InvalidSecurityGroupAssociation.NotFound", "permanent", "settled", "permanent"],
    ["InstanceNotInSecurityGroup", "permanent", "settled", "permanent"],
    ["InvalidInstanceId.NotFound", "missing", "missing", "permanent"],
    ["InvalidEniId.NotFound", "missing", "missing", "permanent"],
    ["InvalidSecurityGroupId.NotFound", "missing", "missing", "permanent"],
    ["InvalidScalingGroupId.NotFound", "missing", "missing", "permanent"],
    ["InvalidLoadBalancerId.NotFound", "permanent", "missing", "permanent"],
    ["InvalidParameter", "permanent", "unclear", "permanent"],
    ["InstanceLastSecurityGroup", "permanent", "permanent", "permanent"],
    ["InvalidOperation.AtLeastInOneGroup", "permanent", "permanent", "permanent"],
    ["IncorrectInstanceStatus", "busy", "busy", "busy"],
    ["InvalidOperation.Conflict", "busy", "busy", "busy"],
    ["VServerGroupProcessing", "busy", "busy", "busy"],
    ["ens.interface.error", "unclear", "unclear", "unclear"],
    ["Throttling", "throttled", "throttled", "throttled"],
    ["Throttling.User", "throttled", "throttled", "throttled"],
    ["Rejected.Throttling", "throttled", "throttled", "throttled"],
    ["ServiceUnavailable", "transient", "transient", "transient"],
    ["InternalError", "transient", "transient", "transient"],
    ["ECONNRESET", "transient", "transient", "transient"],
    ["Timeout", "transient", "transient", "transient"],
    // Others take everything that ends in NotFound for "gone", and drop whole stacks for a wrong key or region.
    ["InvalidAccessKeyId.NotFound", "permanent", "permanent", "permanent"],
    ["InvalidRegionId.NotFound", "permanent", "permanent", "permanent"],
    ["InvalidAccount.NotFound", "permanent", "permanent", "permanent"],
    ["Forbidden.RAM", "permanent", "permanent", "permanent"],
    ["NoPermission", "permanent", "permanent", "permanent"],
    ["SomethingNew", "permanent", "permanent", "permanent"],
    ["invalidinstanceid.notfound", "permanent", "permanent", "permanent"],
  ];

  for (const [code, ...outcomes] of cases) {
    it(`${code}: ${outcomes.join(", ")}`, () => {
      assert.deepEqual(
        (["attach", "detach", "find"] as const).map((verb) => outcome(code, verb)),
        outcomes,
      );
    });
  }

  it("of the server's own are passing, whatever their code", () => {
    assert.equal(outcome("HTTP502", "attach", 502), "transient");
    assert.equal(outcome("SomethingNew", "detach", 500), "transient");
  });

  it("come with what to do about them", () => {
    const hint = (code: string, verb: Verb = "attach") =>
      classify(new CloudError({ code, message: "", status: 403, action: "LeaveSecurityGroup" }), verb).hint;
    assert.match(hint("InstanceLastSecurityGroup", "detach") ?? "", /attach another one first/);
    assert.match(hint("Forbidden.RAM") ?? "", /the action LeaveSecurityGroup/);
    assert.match(hint("QuotaExceeded.VServerGroup") ?? "", /Quota Center/);
    assert.match(hint("IncorrectLoadBalancerHealthCheck") ?? "", /dependsOn/);
  });
});
