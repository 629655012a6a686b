import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { Client } from "tencentcloud-sdk-nodejs/tencentcloud/services/cvm/v20170312/cvm_client";
import { Renewable, within } from "../../../providers/core/cloud/renewable";
import type { Deadline } from "../../../providers/core/contract/cloud";
import { CloudError } from "../../../providers/core/contract/errors";
import { schema } from "../../../providers/core/util/schema";
import { settingsFrom } from "../../../providers/core/util/settings";
import { TencentcloudSession } from "../../../providers/tencentcloud/client";
import type { Credential } from "../../../providers/tencentcloud/request";
import { type Reply, ScriptedServer, type Seen } from "../../kit/scripted-server";

const key: Credential = { secretId: "AKIDtest", secretKey: "test-secret-of-the-key" };
const params = { SecurityGroupIds: ["sg-1"], InstanceIds: ["ins-1", "ins-2"] };

/** TC3-HMAC-SHA256 as the vendor documents it, written anew; the service is the one the request names. */
function signatureOf(asked: Seen, secret: string): string {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const authorization = asked.headers.authorization ?? "";
  const scope = /Credential=[^/]+\/([^,]+)/.exec(authorization)?.[1] ?? "";
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? "";
  const headers = names.split(";").map((name) => `${name}:${asked.headers[name]}\n`);
  const request = `POST\n/\n\n${headers.join("")}\n${names}\n${sha256(asked.text)}`;
  const text = `TC3-HMAC-SHA256\n${asked.headers["x-tc-timestamp"]}\n${scope}\n${sha256(request)}`;
  const signingKey = scope.split("/").reduce<string | Buffer>(hmac, `TC3${secret}`);
  return hmac(signingKey, text).toString("hex");
}

const accepted = schema((v) => v.object({ RequestId: v.string() }));

describe("Tencent Cloud calls", () => {
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(() => server.stop());

  function session(credential = key): TencentcloudSession {
    const endpoints = JSON.stringify({ cvm: server.url });
    const settings = settingsFrom((name) => (name === "tencentcloud:endpoints" ? endpoints : undefined), {});
    return new TencentcloudSession(
      "1",
      "ap-guangzhou",
      new Renewable<Credential>(async () => credential),
      settings,
    );
  }

  const associate = (own = session(), deadline = within(5_000)) =>
    own.call("cvm", "AssociateSecurityGroups", params, deadline, ["ins-1#sg-1"], accepted);

  const answer = (Response: object) => ({ body: { Response } });

  async function failure(said: Reply, call?: Deadline): Promise<CloudError> {
    server.on("AssociateSecurityGroups", said);
    const error = await associate(session(), call).then(
      () => assert.fail("succeeded"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof CloudError, String(error));
    return error;
  }

  it("signs what it sends, for the service and not for the host, and gives back the answer", async () => {
    server.on("AssociateSecurityGroups", answer({ RequestId: "R-1" }));
    assert.deepEqual(await associate(), { RequestId: "R-1" });
    const [asked] = server.seen as [Seen];
    const sent = /Signature=(\w+)$/.exec(asked.headers.authorization ?? "")?.[1];
    assert.equal(sent, signatureOf(asked, key.secretKey));
    assert.notEqual(sent, signatureOf(asked, "another"));
    assert.match(asked.headers.authorization ?? "", /Credential=AKIDtest\/\d{4}-\d\d-\d\d\/cvm\/tc3_request/);
    assert.deepEqual(JSON.parse(asked.text), params);
    assert.equal(asked.headers["x-tc-region"], "ap-guangzhou");
    assert.equal(asked.headers["x-tc-version"], "2017-03-12");
    assert.equal(asked.headers["x-tc-language"], "en-US");
    assert.match(asked.headers["user-agent"] ?? "", /^pulumi-cloud-attachments\/\d/);
  });

  it("asks as the vendor's own client asks", async () => {
    server.on("AssociateSecurityGroups", answer({ RequestId: "R-1" }));
    await associate(session({ ...key, token: "temporary" }));
    const client = new Client({
      credential: { ...key, token: "temporary" },
      region: "ap-guangzhou",
      profile: { language: "en-US", httpProfile: { endpoint: server.host, protocol: "http://" } },
    });
    await client.AssociateSecurityGroups(params);
    const [ours, theirs] = server.seen as [Seen, Seen];
    assert.deepEqual(JSON.parse(ours.text), JSON.parse(theirs.text));
    for (const name of [
      "x-tc-action",
      "x-tc-version",
      "x-tc-region",
      "x-tc-language",
      "x-tc-token",
      "content-type",
    ]) {
      assert.equal(ours.headers[name], theirs.headers[name], name);
    }
  });

  it("tells what the API answered", async () => {
    const error = await failure(
      answer({
        RequestId: "R-2",
        Error: { Code: "InvalidInstanceId.NotFound", Message: "no such instance" },
      }),
    );
    const { code, message, requestId, action } = error;
    assert.deepEqual(
      { code, message, requestId, action },
      {
        code: "InvalidInstanceId.NotFound",
        message: "no such instance",
        requestId: "R-2",
        action: "cvm:AssociateSecurityGroups",
      },
    );
  });

  it("shows neither token nor secret", async () => {
    const own = { ...key, token: "session-token" };
    const Message = `bad signature of session-token with ${key.secretKey}`;
    server.on(
      "AssociateSecurityGroups",
      answer({ RequestId: "R", Error: { Code: "AuthFailure.SignatureFailure", Message } }),
    );
    await assert.rejects(associate(session(own)), { message: "bad signature of *** with ***" });
  });

  for (const [what, said, code] of [
    ["a gateway's page", { status: 502, body: "<html>bad gateway</html>" }, "HTTP502"],
    ["a page instead of an answer", { body: "<html>log in</html>" }, "UnreadableAnswer"],
    ["JSON that is no answer", { body: {} }, "UnreadableAnswer"],
    ["a proxy's refusal", { status: 403, body: "<html>blocked</html>" }, "UnreadableAnswer"],
  ] as const) {
    it(`tells ${what} from an answer`, async () => assert.equal((await failure(said)).code, code));
  }

  it("keeps the network's codes", async () => {
    assert.equal((await failure("reset")).code, "ECONNRESET");
  });

  it("gives up an answer that does not come", async () => {
    const almostOver = { signal: new AbortController().signal, remaining: () => 150 };
    assert.equal((await failure("silence", almostOver)).code, "Timeout");
  });

  it("ends at once when the operation is aborted", async () => {
    const controller = new AbortController();
    server.on("AssociateSecurityGroups", () => {
      controller.abort(new Error("stopped"));
      return "silence";
    });
    await assert.rejects(associate(session(), { signal: controller.signal, remaining: () => 60_000 }), {
      message: "stopped",
    });
  });

  for (const code of ["AuthFailure.TokenFailure", "UnauthorizedOperation.InvalidToken"]) {
    it(`renews a token refused with ${code}, once`, async () => {
      let count = 0;
      const credentials = new Renewable<Credential>(async () => ({ ...key, token: `token-${++count}` }));
      const own = new TencentcloudSession("1", "ap-guangzhou", credentials, session().settings);
      const refused = answer({ RequestId: "R", Error: { Code: code, Message: "expired" } });
      server.on("AssociateSecurityGroups", (asked) =>
        asked.headers["x-tc-token"] === "token-1" ? refused : answer({ RequestId: "R" }),
      );
      await associate(own);
      assert.equal(count, 2);
      server.on("AssociateSecurityGroups", refused);
      await assert.rejects(associate(own), { code });
      assert.equal(count, 3);
    });
  }
});
