import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { simulatorForEachTest } from "../kit/simulator";
import { call, mainKey, otherKey, readerKey, refusal } from "./alicloud-client";

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

/** An HMAC-SHA1 signed query, made by hand from the vendor's recipe; `changes` are signed, too. */
function signed(method: string, changes: Record<string, string>): URLSearchParams {
  const parameters: Record<string, string> = {
    Action: "DescribeScalingGroups",
    Version: "2014-08-28",
    Format: "JSON",
    RegionId: "cn-hangzhou",
    AccessKeyId: mainKey.accessKeyId,
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    SignatureNonce: randomUUID(),
    Timestamp: `${new Date().toISOString().slice(0, 19)}Z`,
    ...changes,
  };
  for (const [name, value] of Object.entries(parameters)) if (value === "") delete parameters[name];
  const canonical = Object.keys(parameters)
    .sort()
    .map((name) => `${encode(name)}=${encode(parameters[name] ?? "")}`)
    .join("&");
  const signature = createHmac("sha1", `${mainKey.accessKeySecret}&`)
    .update(`${method}&%2F&${encode(canonical)}`)
    .digest("base64");
  return new URLSearchParams({ ...parameters, Signature: signature });
}

describe("Alibaba Cloud RPC protocol", () => {
  const simulator = simulatorForEachTest();

  const describeGroups = { RegionId: "cn-hangzhou", ScalingGroupId: ["asg-bp1web"] };
  const get = async (query: URLSearchParams) => {
    const response = await fetch(`${simulator.endpoints.alicloud.ess}/?${query}`);
    return { response, text: await response.text() };
  };
  const code = async (changes: Record<string, string>) => {
    const { response, text } = await get(signed("GET", changes));
    return `${response.status} ${(JSON.parse(text) as { Code?: string }).Code}`;
  };

  for (const signatureAlgorithm of [undefined, "v2"] as const) {
    for (const method of ["GET", "POST"] as const) {
      it(`accepts the official client: ${signatureAlgorithm ?? "ACS3-HMAC-SHA256"}, ${method}`, async () => {
        const options = { method, ...(signatureAlgorithm && { signatureAlgorithm }) };
        const body = await call(simulator, "ess", "DescribeScalingGroups", describeGroups, options);
        assert.equal(body.TotalCount, 1);
      });
    }
    it(`refuses a wrong secret: ${signatureAlgorithm ?? "ACS3-HMAC-SHA256"}`, async () => {
      const options = {
        key: { ...mainKey, accessKeySecret: "wrong" },
        ...(signatureAlgorithm && { signatureAlgorithm }),
      };
      const wrong = call(simulator, "ess", "DescribeScalingGroups", describeGroups, options);
      assert.equal(await refusal(wrong), "400 SignatureDoesNotMatch");
    });
  }

  it("reads parameters from a form as from the URL", async () => {
    const body = await call(simulator, "ess", "DescribeScalingGroups", describeGroups, { form: true });
    assert.equal(body.TotalCount, 1);
    const response = await fetch(simulator.endpoints.alicloud.ess ?? "", {
      method: "POST",
      body: signed("POST", {}),
    });
    assert.equal(response.status, 200, await response.text());
  });

  it("refuses an unknown and a disabled key", async () => {
    const unknown = call(simulator, "ess", "DescribeScalingGroups", describeGroups, {
      key: { accessKeyId: "nobody", accessKeySecret: "x" },
    });
    assert.equal(await refusal(unknown), "404 InvalidAccessKeyId.NotFound");
    const key = simulator.world.alicloud.accessKeys[otherKey.accessKeyId];
    assert.ok(key);
    key.inactive = true;
    const disabled = call(simulator, "ess", "DescribeScalingGroups", describeGroups, { key: otherKey });
    assert.equal(await refusal(disabled), "400 InvalidAccessKeyId.Inactive");
  });

  it("refuses a clock that is more than 15 minutes off, either way", async () => {
    const at = (minutes: number) => `${new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 19)}Z`;
    assert.equal(await code({ Timestamp: at(-20) }), "400 InvalidTimeStamp.Expired");
    assert.equal(await code({ Timestamp: at(20) }), "400 InvalidTimeStamp.Expired");
    assert.equal(await code({ Timestamp: at(-10) }), "200 undefined");
    assert.equal(await code({ Timestamp: "yesterday" }), "400 InvalidTimeStamp.Format");
    simulator.setFaults({ clockOffsetMs: 60 * 60_000 });
    const late = call(simulator, "ess", "DescribeScalingGroups", describeGroups);
    assert.equal(await refusal(late), "400 InvalidTimeStamp.Expired");
  });

  it("refuses a nonce that was used", async () => {
    const query = signed("GET", {});
    assert.equal((await get(query)).response.status, 200);
    const again = await get(query);
    assert.equal((JSON.parse(again.text) as { Code: string }).Code, "SignatureNonceUsed");
  });

  it("names what is missing, and what it does not know", async () => {
    assert.equal(await code({ Action: "" }), "400 MissingParameter");
    assert.equal(await code({ Version: "" }), "400 MissingParameter");
    assert.equal(await code({ Timestamp: "" }), "400 MissingParameter");
    assert.equal(await code({ Version: "2022-02-22" }), "400 InvalidVersion");
    assert.equal(await code({ Action: "DeleteEverything" }), "404 InvalidAction.NotFound");
  });

  it("refuses what a RAM user has no right to, in each product's words", async () => {
    const key = readerKey;
    const pair = { InstanceId: "i-bp1web01", SecurityGroupId: "sg-bp1app01" };
    assert.equal(
      await refusal(call(simulator, "ecs", "JoinSecurityGroup", pair, { key })),
      "403 Forbidden.RAM",
    );
    assert.equal(
      await refusal(call(simulator, "ens", "JoinSecurityGroup", pair, { key })),
      "400 NoPermission",
    );
    const attach = call(simulator, "ess", "AttachVServerGroups", describeGroups, { key });
    assert.equal(await refusal(attach), "403 Forbidden.Unauthorized");
    await call(simulator, "ess", "DescribeScalingGroups", describeGroups, { key });
  });

  it("answers with a request id in body and header, and with HostId and Recommend in a refusal", async () => {
    const { response, text } = await get(signed("GET", { RegionId: "nowhere" }));
    const body = JSON.parse(text) as Record<string, string>;
    assert.equal(response.status, 404);
    assert.equal(body.Code, "InvalidRegionId.NotFound");
    assert.equal(body.RequestId, response.headers.get("x-acs-request-id"));
    assert.match(body.RequestId ?? "", /^[0-9A-F-]{36}$/);
    assert.match(body.Recommend ?? "", /InvalidRegionId\.NotFound&product=Ess/);
    assert.equal(simulator.journal.at(-1)?.requestId, body.RequestId);
  });

  it("answers in XML unless JSON is asked for", async () => {
    const { text } = await get(signed("GET", { Format: "XML", "ScalingGroupId.1": "asg-bp1api" }));
    assert.match(text, /<DescribeScalingGroupsResponse><RequestId>[0-9A-F-]+<\/RequestId><TotalCount>1</);
    assert.match(text, /<VServerGroupAttribute><VServerGroupId>rsp-bp1foreign<\/VServerGroupId><Port>8080</);
  });

  it("takes an absolute-form target, and its host's region", async () => {
    const describeAttribute = (host: string, instanceId: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const query = signed("GET", {
          Action: "DescribeInstanceAttribute",
          Version: "2014-05-26",
          RegionId: "",
          InstanceId: instanceId,
        });
        const { port } = new URL(simulator.endpoints.alicloud.ecs ?? "");
        const path = `http://${host}/?${query}`;
        httpRequest({ host: "127.0.0.1", port, path }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode));
        })
          .on("error", reject)
          .end();
      });
    assert.equal(await describeAttribute("ecs.cn-beijing.aliyuncs.com", "i-2zeweb01"), 200);
    assert.equal(await describeAttribute("ecs-cn-hangzhou.aliyuncs.com", "i-2zeweb01"), 404);
  });
});
