import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import OpenApi, { $OpenApiUtil, OpenApiUtil } from "@alicloud/openapi-core";
import * as $dara from "@darabonba/typescript";
import { accepted } from "../../../providers/alicloud/answers";
import { AlicloudSession } from "../../../providers/alicloud/client";
import type { Credential } from "../../../providers/alicloud/rpc";
import { Renewable, within } from "../../../providers/core/cloud/renewable";
import type { Deadline } from "../../../providers/core/contract/cloud";
import { CloudError } from "../../../providers/core/contract/errors";
import { settingsFrom } from "../../../providers/core/util/settings";
import { type Reply, ScriptedServer, type Seen } from "../../kit/scripted-server";

const key: Credential = { accessKeyId: "LTAItestKey", accessKeySecret: "test-secret-of-the-key" };
const nested = {
  RegionId: "cn-hangzhou",
  VServerGroup: [
    {
      LoadBalancerId: "lb-1",
      VServerGroupAttribute: [{ VServerGroupId: "rsp 1*~+/é", Port: 80, Weight: 0 }],
    },
  ],
  ForceAttach: false,
  Nothing: undefined,
  Empty: [],
};

/** ACS3-HMAC-SHA256 as the vendor documents it, written anew. */
function signatureOf(asked: Seen, secret: string): string {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...asked.query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const names = /SignedHeaders=([^,]+)/.exec(asked.headers.authorization ?? "")?.[1]?.split(";") ?? [];
  const headers = names.map((name) => `${name}:${asked.headers[name]}\n`).join("");
  const request = `POST\n/\n${query}\n${headers}\n${names.join(";")}\n${sha256(asked.text)}`;
  return createHmac("sha256", secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(request)}`)
    .digest("hex");
}

/** What the vendor's core, which strict installations cannot load, would have sent as `Authorization`. */
function officialAuthorization({ headers, query, text }: Seen): string {
  const algorithm = "ACS3-HMAC-SHA256";
  const request = { method: "POST", pathname: "/", headers, query: Object.fromEntries(query) };
  return OpenApiUtil.getAuthorization(
    request as Parameters<typeof OpenApiUtil.getAuthorization>[0],
    algorithm,
    OpenApiUtil.hash(Buffer.from(text), algorithm).toString("hex"),
    key.accessKeyId,
    key.accessKeySecret,
  );
}

describe("Alibaba Cloud calls", () => {
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(() => server.stop());

  function session(config: Record<string, string> = {}, credential = key, env = {}): AlicloudSession {
    const endpoints = JSON.stringify([{ ess: server.url }]);
    const settings = settingsFrom((name) => ({ "alicloud:endpoints": endpoints, ...config })[name], env);
    return new AlicloudSession("1", "cn-hangzhou", new Renewable(async () => credential), settings);
  }

  const attach = (own = session(), deadline = within(5_000)) =>
    own.call("ess", "AttachVServerGroups", nested, deadline, ["asg-1"], accepted);

  async function failure(said: Reply, call?: Deadline): Promise<CloudError> {
    server.on("AttachVServerGroups", said);
    const error = await attach(session(), call).then(
      () => assert.fail("succeeded"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof CloudError, String(error));
    return error;
  }

  it("signs what it sends, and gives back the body", async () => {
    server.on("AttachVServerGroups", { body: { RequestId: "R-1", More: [1] } });
    assert.deepEqual(await attach(), { RequestId: "R-1", More: [1] });
    const [asked] = server.seen as [Seen];
    const sent = /Signature=(\w+)$/.exec(asked.headers.authorization ?? "")?.[1];
    assert.equal(sent, signatureOf(asked, key.accessKeySecret));
    assert.notEqual(sent, signatureOf(asked, "another"));
    assert.equal(asked.headers.authorization, officialAuthorization(asked));
    assert.match(asked.headers.authorization ?? "", /host;.*x-acs-action.*x-acs-signature-nonce/);
    assert.equal(asked.headers["x-acs-version"], "2014-08-28");
    assert.match(asked.headers["user-agent"] ?? "", /^pulumi-cloud-attachments\/\d/);
  });

  it("sends the parameters that the vendor's own client sends", async () => {
    server.on("AttachVServerGroups", { body: { RequestId: "R-1" } });
    await attach();
    const client = new OpenApi(
      new $OpenApiUtil.Config({
        ...key,
        endpoint: server.host,
        protocol: "HTTP",
        readTimeout: 5000,
        connectTimeout: 5000,
      }),
    );
    await client.callApi(
      new $OpenApiUtil.Params({
        action: "AttachVServerGroups",
        version: "2014-08-28",
        protocol: "HTTP",
        pathname: "/",
        method: "POST",
        authType: "AK",
        style: "RPC",
        reqBodyType: "formData",
        bodyType: "json",
      }),
      new $OpenApiUtil.OpenApiRequest({ query: OpenApiUtil.query(nested) }),
      new $dara.RuntimeOptions({}),
    );
    const [ours, theirs] = server.seen as [Seen, Seen];
    assert.deepEqual([...ours.query], [...theirs.query]);
    assert.equal(ours.query.get("VServerGroup.1.VServerGroupAttribute.1.VServerGroupId"), "rsp 1*~+/é");
    assert.equal(ours.query.get("ForceAttach"), "false");
    assert.equal(ours.query.has("Empty"), false);
  });

  it("tells what the API answered", async () => {
    const said = { RequestId: "R-2", Code: "InvalidScalingGroupId.NotFound", Message: "no such group" };
    const error = await failure({ status: 404, body: said });
    const { code, message, status, requestId, action } = error;
    assert.deepEqual(
      { code, message, status, requestId, action },
      {
        code: "InvalidScalingGroupId.NotFound",
        message: "no such group",
        status: 404,
        requestId: "R-2",
        action: "ess:AttachVServerGroups",
      },
    );
  });

  it("tells how long a throttled caller is to wait", async () => {
    const body = { RequestId: "R-3", Code: "Throttling.User", Message: "slow down" };
    const error = await failure({ status: 400, headers: { "x-acs-retry-after": "2500" }, body });
    assert.equal(error.retryAfter, 2500);
  });

  it("shows neither token nor secret of a refused signature", async () => {
    const own = { ...key, securityToken: "session+token/==" };
    server.on("AttachVServerGroups", (asked) => ({
      status: 400,
      body: {
        Code: "SignatureDoesNotMatch",
        Message: `refused; ${own.accessKeySecret} ${asked.headers["x-acs-security-token"]} server string to sign is: POST x-acs-security-token:${own.securityToken}`,
      },
    }));
    await assert.rejects(attach(session({}, own)), (error: CloudError) => {
      assert.equal(error.code, "SignatureDoesNotMatch");
      assert.doesNotMatch(error.message, /session|test-secret/);
      return true;
    });
  });

  for (const [what, said, code, status] of [
    ["a gateway's page", { status: 502, body: "<html>bad gateway</html>" }, "HTTP502", 502],
    ["a page instead of an answer", { body: "<html>log in</html>" }, "UnreadableAnswer", 200],
    ["a proxy's refusal", { status: 403, body: "<html>blocked</html>" }, "UnreadableAnswer", 403],
  ] as const) {
    it(`tells ${what} from an answer`, async () => {
      const error = await failure(said);
      assert.equal(error.code, code);
      assert.equal(error.status, status);
    });
  }

  it("keeps the network's codes", async () => {
    assert.equal((await failure("reset")).code, "ECONNRESET");
    const gone = await ScriptedServer.start();
    const url = gone.url;
    await gone.stop();
    const lost = session({ "alicloud:endpoints": JSON.stringify({ ess: url }) });
    await assert.rejects(attach(lost), { name: "CloudError", code: "ECONNREFUSED" });
  });

  it("gives up an answer that does not come, at the operation's deadline or the configured limit", async () => {
    const almostOver = { signal: new AbortController().signal, remaining: () => 150 };
    assert.equal((await failure("silence", almostOver)).code, "Timeout");
    server.on("AttachVServerGroups", "silence");
    await assert.rejects(attach(session({ "alicloud:clientReadTimeout": "150" })), { code: "Timeout" });
  });

  it("ends at once when the operation is aborted", async () => {
    const controller = new AbortController();
    server.on("AttachVServerGroups", () => {
      controller.abort(new Error("stopped"));
      return "silence";
    });
    const call = { signal: controller.signal, remaining: () => 60_000 };
    await assert.rejects(session().call("ess", "AttachVServerGroups", nested, call, [], accepted), {
      message: "stopped",
    });
  });

  it("reuses connections", async () => {
    server.on("AttachVServerGroups", { body: { RequestId: "R" } });
    const own = session();
    for (let i = 0; i < 10; i++) await attach(own);
    assert.ok(server.connections <= 2, `${server.connections} connections for 10 calls in a row`);
  });

  describe("with temporary credentials", () => {
    const expired = { status: 400, body: { Code: "InvalidSecurityToken.Expired", Message: "expired" } };

    function renewing(): { own: AlicloudSession; obtained: () => number } {
      let count = 0;
      const own = session();
      const credentials = new Renewable(async () => ({ ...key, securityToken: `token-${++count}` }));
      return {
        own: new AlicloudSession("1", "cn-hangzhou", credentials, own.settings),
        obtained: () => count,
      };
    }

    it("renews a token that the API calls expired, and repeats the call", async () => {
      const { own, obtained } = renewing();
      server.on("AttachVServerGroups", (asked) =>
        asked.headers["x-acs-security-token"] === "token-1" ? expired : { body: { RequestId: "R" } },
      );
      await attach(own);
      await attach(own);
      assert.equal(obtained(), 2);
      assert.equal(server.seen.length, 3);
    });

    it("does so once", async () => {
      const { own, obtained } = renewing();
      server.on("AttachVServerGroups", expired);
      await assert.rejects(attach(own), { code: "InvalidSecurityToken.Expired" });
      assert.equal(obtained(), 2);
    });
  });

  it("goes through the environment's proxy, but not to loopback", async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url?.split("?")[0]}`);
      response.writeHead(502).end();
    });
    proxy.on("connect", (request, socket) => {
      asked.push(`${request.method} ${request.url}`);
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const config = {
      "alicloud:endpoints": JSON.stringify({ ess: "ess.invalid" }),
      "pulumi-cloud-attachments:allowPlainHttp": "true",
    };
    try {
      await assert.rejects(attach(session(config, key, { HTTPS_PROXY: address })), { code: "ProxyError" });
      const plain = session({ ...config, "alicloud:protocol": "HTTP" }, key, { http_proxy: address });
      await assert.rejects(attach(plain), { code: "HTTP502" });
      assert.deepEqual(asked, ["CONNECT ess.invalid:443", "POST http://ess.invalid/"]);
      server.on("AttachVServerGroups", { body: { RequestId: "R" } });
      await attach(session({}, key, { HTTP_PROXY: address, http_proxy: address }));
      assert.equal(asked.length, 2);
    } finally {
      proxy.close();
    }
  });
});
