import assert from "node:assert/strict";
import { CloudError, type Outcome, type Verb } from "../../../providers/core/contract/errors";
import { settingsFrom } from "../../../providers/core/util/settings";
import { endpointOf, type Service } from "../../../providers/tencentcloud/endpoints";
import { classify, limits } from "../../../providers/tencentcloud/errors";

describe("Tencent Cloud endpoints", () => {
  const endpoint = (service: Service, region: string, config: Record<string, string> = {}, env = {}) =>
    endpointOf(
      service,
      region,
      settingsFrom((key) => config[key], env),
    ).origin;

  it("follow domain, protocol and region", () => {
    assert.equal(endpoint("cvm", "ap-guangzhou"), "https://cvm.tencentcloudapi.com");
    assert.equal(endpoint("sts", "ap-shanghai-fsi"), "https://sts.ap-shanghai-fsi.tencentcloudapi.com");
    assert.equal(
      endpoint("cvm", "ap-guangzhou", { "tencentcloud:domain": "intl.tencentcloudapi.com" }),
      "https://cvm.intl.tencentcloudapi.com",
    );
    assert.equal(
      endpoint("cvm", "x", {}, { TENCENTCLOUD_DOMAIN: "corp.example" }),
      "https://cvm.corp.example",
    );
    assert.throws(() => endpoint("cvm", "x", { "tencentcloud:protocol": "HTTP" }), /not encrypted/);
    const local = { "tencentcloud:endpoints": '{"cvm":"127.0.0.1:8080"}' };
    assert.equal(endpoint("cvm", "x", local, { TENCENTCLOUD_PROTOCOL: "HTTP" }), "http://127.0.0.1:8080");
  });

  it("may be given one by one", () => {
    const config = { "tencentcloud:endpoints": '{"cvm":"https://cvm.corp:8443"}' };
    assert.equal(endpoint("cvm", "x", config), "https://cvm.corp:8443");
    assert.equal(endpoint("sts", "x", config), "https://sts.tencentcloudapi.com");
    assert.throws(
      () => endpoint("cvm", "x", { "tencentcloud:endpoints": '{"cvm":"a/b"}' }),
      /must not hold a path/,
    );
  });
});

describe("Tencent Cloud errors", () => {
  const cases: [code: string, attach: Outcome, detach: Outcome, find: Outcome][] = [
    ["OperationDenied.InstanceOperationInProgress", "busy", "busy", "busy"],
    ["MutexOperation.TaskRunning", "busy", "busy", "busy"],
    ["UnsupportedOperation.InstanceStatePending", "busy", "busy", "busy"],
    ["UnsupportedOperation.InstanceStateTerminating", "permanent", "busy", "permanent"],
    ["UnsupportedOperation.InstanceStateTerminated", "permanent", "missing", "permanent"],
    ["InvalidInstanceId.NotFound", "missing", "missing", "permanent"],
    ["InvalidSecurityGroupId.NotFound", "missing", "missing", "permanent"],
    ["InvalidInstanceId.Malformed", "permanent", "permanent", "permanent"],
    ["FailedOperation.SecurityGroupActionFailed", "unclear", "unclear", "unclear"],
    ["LimitExceeded.AssociateUSGLimitExceeded", "permanent", "permanent", "permanent"],
    ["UnsupportedOperation", "permanent", "permanent", "permanent"],
    ["RequestLimitExceeded", "throttled", "throttled", "throttled"],
    ["RequestLimitExceeded.UinLimitExceeded", "throttled", "throttled", "throttled"],
    ["InternalError", "transient", "transient", "transient"],
    ["InternalError.Anything", "transient", "transient", "transient"],
    ["InternalServerError", "transient", "transient", "transient"],
    ["ResourceInUse", "transient", "transient", "transient"],
    ["AuthFailure.SecretIdNotFound", "permanent", "permanent", "permanent"],
    ["UnauthorizedOperation", "permanent", "permanent", "permanent"],
    ["ResourceNotFound", "permanent", "permanent", "permanent"],
    ["SomethingNew.NotFound", "permanent", "permanent", "permanent"],
  ];

  for (const [code, ...outcomes] of cases) {
    it(`${code}: ${outcomes.join(", ")}`, () => {
      const error = new CloudError({ code, message: "" });
      assert.deepEqual(
        (["attach", "detach", "find"] as const).map((verb) => classify(error, verb).outcome),
        outcomes,
      );
      assert.equal(limits.isThrottled(error), outcomes[0] === "throttled");
    });
  }

  it("of a gateway are passing", () => {
    const error = new CloudError({ code: "HTTP502", message: "", status: 502 });
    assert.equal(classify(error, "attach").outcome, "transient");
  });

  it("come with what to do about them", () => {
    const hint = (code: string, verb: Verb = "attach") =>
      classify(new CloudError({ code, message: "", action: "DescribeInstances" }), verb).hint;
    assert.match(hint("UnsupportedOperation", "detach") ?? "", /keep one security group/);
    assert.match(hint("UnauthorizedOperation.CamNoAuth") ?? "", /the action DescribeInstances/);
    assert.match(hint("AuthFailure.SignatureExpire") ?? "", /clock/);
    assert.match(hint("AuthFailure.SecretIdNotFound") ?? "", /TENCENTCLOUD_SECRET_ID/);
  });
});
