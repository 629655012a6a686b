import assert from "node:assert/strict";
import { Agent } from "node:http";
import { Client as CvmClient } from "tencentcloud-sdk-nodejs/tencentcloud/services/cvm/v20170312/cvm_client";
import { Client as StsClient } from "tencentcloud-sdk-nodejs/tencentcloud/services/sts/v20180813/sts_client";
import type { FaultRule } from "../../simulator/index";
import { simulatorForEachTest } from "../kit/simulator";

interface Key {
  secretId: string;
  secretKey: string;
  token?: string;
}
interface Options {
  region?: string;
  reqMethod?: "POST" | "GET";
  signMethod?: "TC3-HMAC-SHA256" | "HmacSHA1" | "HmacSHA256";
}

const main: Key = { secretId: "simulator-main-id", secretKey: "simulator-main-key" };
const other: Key = { secretId: "simulator-other-id", secretKey: "simulator-other-key" };
const reader: Key = { secretId: "simulator-reader-id", secretKey: "simulator-reader-key" };
const [mainAccount, otherAccount] = ["100000000001", "100000000002"];
const web = (number: number) => `ins-web000${String(number).padStart(2, "0")}`;
const app = (number: number) => `sg-app000${String(number).padStart(2, "0")}`;

describe("simulated Tencent Cloud, by the vendor's SDK", () => {
  const simulator = simulatorForEachTest();
  const agent = new Agent({ keepAlive: true });
  after(() => agent.destroy());

  const settings = (front: "cvm" | "sts", credential: Key, options: Options) => ({
    credential,
    region: options.region ?? "ap-guangzhou",
    profile: {
      language: "en-US" as const,
      signMethod: options.signMethod ?? ("TC3-HMAC-SHA256" as const),
      httpProfile: {
        protocol: "http://" as const,
        endpoint: new URL(simulator.endpoints.tencentcloud[front] ?? "").host,
        reqMethod: options.reqMethod ?? ("POST" as const),
        agent,
      },
    },
  });
  const cvm = (key: Key = main, options: Options = {}) => new CvmClient(settings("cvm", key, options));
  const sts = (key: Key = main) => new StsClient(settings("sts", key, {}));
  const bind = (InstanceIds: string[], ...SecurityGroupIds: string[]) =>
    cvm().AssociateSecurityGroups({ InstanceIds, SecurityGroupIds });
  const unbind = (InstanceIds: string[], ...SecurityGroupIds: string[]) =>
    cvm().DisassociateSecurityGroups({ InstanceIds, SecurityGroupIds });
  async function instance(id: string, client = cvm()) {
    const { InstanceSet } = await client.DescribeInstances({ InstanceIds: [id], Limit: 100 });
    return InstanceSet?.[0];
  }
  const groupsOf = async (id: string) => (await instance(id))?.SecurityGroupIds;
  const refusal =
    (code: string, message = /./) =>
    (error: { code?: string; message: string; requestId?: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.match(error.requestId ?? "", /^[0-9a-f-]{36}$/);
      return true;
    };
  const set = (variants: Record<string, string | number>, rules: FaultRule[] = []) =>
    simulator.setFaults({ rules, variants: variants as Record<string, string> });

  it("binds and unbinds, keeping the order", async () => {
    const { RequestId } = await bind([web(1), web(2)], app(2));
    await bind([web(1)], app(1));
    assert.deepEqual(await groupsOf(web(1)), ["sg-default1", app(2), app(1)]);
    assert.deepEqual(await groupsOf(web(2)), ["sg-default1", app(2)]);
    const { LatestOperation, LatestOperationState, LatestOperationRequestId } =
      (await instance(web(2))) ?? {};
    assert.deepEqual(
      [LatestOperation, LatestOperationState, LatestOperationRequestId],
      ["AssociateSecurityGroups", "SUCCESS", RequestId],
    );
    await unbind([web(1)], app(2));
    assert.deepEqual(await groupsOf(web(1)), ["sg-default1", app(1)]);
  });

  it("takes GET with indexed parameters, and signatures of version 1", async () => {
    const ways: Options[] = [
      { reqMethod: "GET" },
      { reqMethod: "GET", signMethod: "HmacSHA1" },
      { reqMethod: "GET", signMethod: "HmacSHA256" },
      { reqMethod: "POST", signMethod: "HmacSHA256" },
    ];
    for (const way of ways) {
      const pair = { InstanceIds: [web(1), web(2)], SecurityGroupIds: [app(1)] };
      await cvm(main, way).AssociateSecurityGroups(pair);
      assert.deepEqual((await instance(web(2), cvm(main, way)))?.SecurityGroupIds, ["sg-default1", app(1)]);
      await cvm(main, way).DisassociateSecurityGroups(pair);
      const wrong = cvm({ ...main, secretKey: "wrong" }, way).DescribeInstances({});
      await assert.rejects(wrong, refusal("AuthFailure.SignatureFailure"));
    }
  });

  it("verifies the key, the clock, the token, the version and the region", async () => {
    const ask = (key: Key, options?: Options) => cvm(key, options).DescribeInstances({});
    await assert.rejects(ask({ ...main, secretId: "nobody" }), refusal("AuthFailure.SecretIdNotFound"));
    await assert.rejects(ask({ ...main, secretKey: "wrong" }), refusal("AuthFailure.SignatureFailure"));
    await assert.rejects(ask({ ...main, token: "made-up" }), refusal("AuthFailure.TokenFailure"));
    await assert.rejects(ask(main, { region: "nowhere" }), refusal("UnsupportedRegion"));
    await assert.rejects(ask(main, { region: "" }), refusal("MissingParameter", /Region/));
    await assert.rejects(cvm().request("NoSuchAction", {}), refusal("InvalidAction"));
    const wrongVersion = cvm();
    (wrongVersion as unknown as { apiVersion: string }).apiVersion = "2016-01-01";
    await assert.rejects(wrongVersion.DescribeInstances({}), refusal("NoSuchVersion"));
    simulator.setFaults({ clockOffsetMs: 301_000 });
    await assert.rejects(ask(main), refusal("AuthFailure.SignatureExpire"));
  });

  it("answers with HTTP 200 whatever happens, and with 36 characters of RequestId", async () => {
    const response = await fetch(simulator.endpoints.tencentcloud.cvm ?? "", { method: "POST", body: "{}" });
    assert.equal(response.status, 200);
    const { Response } = (await response.json()) as {
      Response: { Error: { Code: string }; RequestId: string };
    };
    assert.equal(Response.Error.Code, "MissingParameter");
    assert.equal(Response.RequestId.length, 36);
  });

  it("takes one group and 100 instances a call", async () => {
    await assert.rejects(bind([web(1)], app(1), app(2)), refusal("InvalidParameterValue.LimitExceeded"));
    const many = Array.from({ length: 101 }, (_, index) => `ins-${String(index).padStart(8, "0")}`);
    await assert.rejects(bind(many, app(1)), refusal("InvalidParameterValue.LimitExceeded"));
    await assert.rejects(bind([], app(1)), refusal("MissingParameter", /InstanceIds/));
    await assert.rejects(
      cvm().DescribeInstances({ InstanceIds: many }),
      refusal("InvalidParameterValue.LimitExceeded"),
    );
    const unknown = cvm().request("DescribeInstances", { Instances: [] });
    await assert.rejects(unknown, refusal("UnknownParameter"));
  });

  it("tells what is malformed, unknown, another account's or of another region", async () => {
    const elsewhere = (client: CvmClient) =>
      client.AssociateSecurityGroups({ InstanceIds: [web(1)], SecurityGroupIds: [app(1)] });
    await assert.rejects(bind(["ins-1122"], app(1)), refusal("InvalidInstanceId.Malformed"));
    await assert.rejects(bind([web(1)], "sg-ide32"), refusal("InvalidSgId.Malformed"));
    await assert.rejects(bind(["ins-00000000"], app(1)), refusal("InvalidInstanceId.NotFound"));
    await assert.rejects(unbind([web(1)], "sg-00000000"), refusal("InvalidSecurityGroupId.NotFound"));
    await assert.rejects(elsewhere(cvm(other)), refusal("InvalidSecurityGroupId.NotFound"));
    await assert.rejects(
      elsewhere(cvm(main, { region: "ap-singapore" })),
      refusal("InvalidSecurityGroupId.NotFound"),
    );
    await assert.rejects(
      bind(["ins-pending1"], app(1)),
      refusal("UnsupportedOperation.InstanceStatePending"),
    );
    await assert.rejects(
      bind(["ins-isolated"], app(1)),
      refusal("UnsupportedOperation.InstanceStateIsolating"),
    );
    await assert.rejects(elsewhere(cvm(reader)), refusal("UnauthorizedOperation"));
    assert.equal(await groupsOf("ins-00000000"), undefined);
    assert.equal(await instance(web(1), cvm(other)), undefined);
  });

  it("keeps the limits of five groups an instance, and of instances a group", async () => {
    for (const number of [1, 2, 3, 4]) await bind([web(1)], app(number));
    await assert.rejects(bind([web(1)], app(5)), refusal("LimitExceeded.AssociateUSGLimitExceeded"));
    await bind([web(1)], app(4));
    simulator.world.tencentcloud.quotas.instancesPerSecurityGroup = 1;
    await assert.rejects(bind([web(2)], app(4)), refusal("LimitExceeded.CvmsVifsPerSecGroupLimitExceeded"));
  });

  it("shows 20 instances unless it is told otherwise, 100 at most", async () => {
    const { instances } = simulator.world.tencentcloud;
    const ids = Array.from({ length: 100 }, (_, index) => `ins-many${String(index).padStart(4, "0")}`);
    for (const id of ids) instances[id] = { ...(instances[web(1)] ?? assert.fail()), name: "many" };
    const short = await cvm().DescribeInstances({ InstanceIds: ids });
    assert.deepEqual([short.TotalCount, short.InstanceSet?.length], [100, 20]);
    const whole = await cvm().DescribeInstances({ InstanceIds: ids, Limit: 100 });
    assert.equal(whole.InstanceSet?.length, 100);
    const last = await cvm().DescribeInstances({ InstanceIds: ids, Offset: 90, Limit: 100 });
    assert.equal(last.InstanceSet?.length, 10);
    await assert.rejects(cvm().DescribeInstances({ Limit: 101 }), refusal("InvalidParameterValue.Range"));
  });

  it("shows the name, the network and the tags of an instance", async () => {
    Object.assign(simulator.world.tencentcloud.instances[web(1)] as object, {
      vpcId: "vpc-1",
      tags: { team: "shop" },
    });
    const { InstanceSet } = await cvm().DescribeInstances({ InstanceIds: [web(1)] });
    const { InstanceName, VirtualPrivateCloud, Tags } = InstanceSet?.[0] ?? {};
    assert.deepEqual([InstanceName, VirtualPrivateCloud?.VpcId], ["web-01", "vpc-1"]);
    assert.deepEqual(Tags, [{ Key: "team", Value: "shop" }]);
  });

  it("filters", async () => {
    const by = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }], Limit: 100 });
    const foreign = await cvm().DescribeInstances(by("security-group-id", "sg-foreign1"));
    assert.deepEqual(
      foreign.InstanceSet?.map(({ InstanceId }) => InstanceId),
      ["ins-foreign1"],
    );
    const stopped = await cvm(main, { reqMethod: "GET" }).DescribeInstances(
      by("instance-state", "STOPPED", "SHUTDOWN"),
    );
    assert.equal(stopped.TotalCount, 2);
    await assert.rejects(cvm().DescribeInstances(by("colour", "red")), refusal("InvalidFilter"));
    const both = { InstanceIds: [web(1)], ...by("instance-name", "web-01") };
    await assert.rejects(cvm().DescribeInstances(both), refusal("InvalidParameter"));
  });

  it("ends a write after its answer, when told to, and is busy till then", async () => {
    set({ "cvm.operationMs": 60_000 });
    const { RequestId } = await bind([web(1)], app(1));
    const seen = await instance(web(1));
    assert.deepEqual(
      [seen?.LatestOperationState, seen?.LatestOperationRequestId, seen?.SecurityGroupIds],
      ["OPERATING", RequestId, ["sg-default1"]],
    );
    await assert.rejects(bind([web(1)], app(2)), refusal("MutexOperation.TaskRunning"));
    set({ "cvm.operationMs": 60_000, "cvm.busy": "inProgress", "cvm.operationShows": "atOnce" });
    await assert.rejects(
      bind([web(2), web(1)], app(2)),
      refusal("OperationDenied.InstanceOperationInProgress", new RegExp(`\\['${web(1)}'\\]`)),
    );
    await bind([web(3)], app(1));
    assert.deepEqual(await groupsOf(web(3)), ["sg-default1", app(1)]);

    for (const [ends, groups] of [
      ["success", ["sg-default1", app(1)]],
      ["failed", ["sg-default1"]],
    ] as const) {
      const id = ends === "success" ? web(4) : web(5);
      set({ "cvm.operationMs": 1, "cvm.operationEnds": ends });
      await bind([id], app(1));
      let state = await instance(id);
      while (state?.LatestOperationState === "OPERATING") state = await instance(id);
      assert.deepEqual(
        [state?.LatestOperationState, state?.SecurityGroupIds],
        [ends === "success" ? "SUCCESS" : "FAILED", groups],
      );
    }
  });

  it("refuses a write that overlaps another one on the same instance", async () => {
    simulator.setFaults({ rules: [{ kind: "latency", ms: 1000, times: 1 }] });
    const results = await Promise.allSettled([1, 2, 3].map((number) => bind([web(1)], app(number))));
    const codes = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
    assert.deepEqual(codes, ["MutexOperation.TaskRunning", "MutexOperation.TaskRunning"]);
    await Promise.all([1, 2, 3].map((number) => bind([web(number + 1)], app(number))));
  });

  it("limits the rate, when told to", async () => {
    simulator.setFaults({
      rules: [{ kind: "rateLimit", action: "AssociateSecurityGroups", limit: 10, windowMs: 60_000 }],
    });
    for (let count = 0; count < 10; count++) await bind([web(1)], app(1));
    await assert.rejects(bind([web(1)], app(1)), refusal("RequestLimitExceeded", /frequency limit/));
    assert.equal((await groupsOf(web(1)))?.length, 2);
  });

  it("offers what the documentation leaves open", async () => {
    await bind([web(1)], app(1));
    await bind([web(1)], app(1));
    await unbind([web(2)], app(1));
    await unbind([web(2)], "sg-default1");
    assert.deepEqual(await groupsOf(web(2)), []);
    set({
      "cvm.associateTwice": "error",
      "cvm.disassociateNotBound": "error",
      "cvm.disassociateLast": "error",
    });
    await assert.rejects(bind([web(1)], app(1)), refusal("FailedOperation.SecurityGroupActionFailed"));
    await assert.rejects(unbind([web(3)], app(1)), refusal("UnsupportedOperation"));
    await assert.rejects(unbind([web(3)], "sg-default1"), refusal("UnsupportedOperation"));
  });

  it("changes none of a batch that is refused, or those before the bad one, as told", async () => {
    const batch = [web(1), "ins-pending1", web(2)];
    await assert.rejects(bind(batch, app(1)), refusal("UnsupportedOperation.InstanceStatePending"));
    assert.deepEqual(await groupsOf(web(1)), ["sg-default1"]);
    set({ "cvm.partialFailure": "some" });
    await assert.rejects(bind(batch, app(1)), refusal("UnsupportedOperation.InstanceStatePending"));
    assert.deepEqual(
      [await groupsOf(web(1)), await groupsOf(web(2))],
      [["sg-default1", app(1)], ["sg-default1"]],
    );
  });

  it("names instances and groups in the journal", async () => {
    await bind([web(1), web(2)], app(1));
    const [entry] = simulator.journal;
    assert.deepEqual(
      [entry?.front, entry?.action, entry?.kind, entry?.ids, entry?.done, entry?.region, entry?.accountId],
      [
        "tencentcloud.cvm",
        "AssociateSecurityGroups",
        "write",
        [web(1), web(2), app(1)],
        true,
        "ap-guangzhou",
        mainAccount,
      ],
    );
  });

  describe("STS", () => {
    const role = (account: string | undefined) => `qcs::cam::uin/${account}:roleName/deployer`;
    const assume = (more: object = {}, key = main) =>
      sts(key).AssumeRole({ RoleArn: role(otherAccount), RoleSessionName: "test", ...more });

    it("tells whose key it is", async () => {
      const { AccountId, UserId, Type, Arn } = await sts().GetCallerIdentity();
      assert.deepEqual([AccountId, UserId, Type], [mainAccount, "100000000011", "CAMUser"]);
      assert.equal(Arn, "qcs::cam::uin/100000000001:uin/100000000011");
    });

    it("assumes a role in another account, for those who know the external id", async () => {
      await assert.rejects(assume(), refusal("UnauthorizedOperation"));
      await assert.rejects(assume({ ExternalId: "wrong" }), refusal("UnauthorizedOperation"));
      const { Credentials, ExpiredTime = 0 } = await assume({ ExternalId: "simulator-external-id" });
      assert.ok(Math.abs(ExpiredTime - Date.now() / 1000 - 7200) < 60);
      const key = {
        secretId: Credentials?.TmpSecretId ?? "",
        secretKey: Credentials?.TmpSecretKey ?? "",
        token: Credentials?.Token ?? "",
      };
      const { AccountId, Type } = await sts(key).GetCallerIdentity();
      assert.deepEqual([AccountId, Type], [otherAccount, "CAMRole"]);
      assert.ok(await instance("ins-other001", cvm(key)));
      assert.equal(await instance(web(1), cvm(key)), undefined);
      const { token: _, ...without } = key;
      await assert.rejects(sts(without).GetCallerIdentity(), refusal("AuthFailure.TokenFailure"));
      const temporary = simulator.world.tencentcloud.secretIds[key.secretId] ?? assert.fail();
      temporary.expiresAt = Date.now();
      await assert.rejects(sts(key).GetCallerIdentity(), refusal("AuthFailure.TokenFailure"));
    });

    it("refuses unknown roles and long sessions", async () => {
      await assert.rejects(
        assume({ RoleArn: `${role(mainAccount)}s` }),
        refusal("ResourceNotFound.RoleNotFound"),
      );
      await assert.rejects(assume({ RoleArn: "deployer" }), refusal("InvalidParameter.ParamError"));
      await assert.rejects(assume({ DurationSeconds: 50_000 }), refusal("InvalidParameter.OverTimeError"));
    });
  });
});
