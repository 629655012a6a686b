import assert from "node:assert/strict";
import { alicloud } from "../../providers/alicloud/cloud";
import { forgetAll } from "../../providers/core/cloud/kept";
import { within } from "../../providers/core/cloud/renewable";
import type { Cloud, Session } from "../../providers/core/contract/cloud";
import { type Settings, settingsFrom } from "../../providers/core/util/settings";
import { huaweicloud } from "../../providers/huaweicloud/cloud";
import { tencentcloud } from "../../providers/tencentcloud/cloud";
import { type Reply, ScriptedServer } from "../kit/scripted-server";

/** A service that issues temporary keys, and how to make a login ask it. */
interface Issuer {
  cloud: Cloud<Session>;
  region: string;
  config(url: string): Record<string, string>;
  /** Action or path of the call that issues them. */
  call: string;
  key: Record<string, unknown>;
  answer(key: object): object;
}

const later = new Date(Date.now() + 3_600_000).toISOString();
const aliKey = { AccessKeyId: "issued-id", AccessKeySecret: "issued-secret", SecurityToken: "issued-token" };
const alicloudConfig = (url: string) => ({
  "alicloud:accessKey": "own-id",
  "alicloud:secretKey": "own-secret",
  "alicloud:endpoints": JSON.stringify([{ sts: url }]),
});

const issuers: Record<string, Issuer> = {
  "STS of Alibaba Cloud": {
    cloud: alicloud,
    region: "cn-hangzhou",
    config: (url) => ({ ...alicloudConfig(url), "alicloud:assumeRole": '{"roleArn":"role"}' }),
    call: "AssumeRole",
    key: aliKey,
    answer: (key) => ({ RequestId: "R", Credentials: { Expiration: later, ...key } }),
  },
  "a credentials URI": {
    cloud: alicloud,
    region: "cn-hangzhou",
    config: (url) => ({
      "alicloud:credentialsUri": `${url}/keys`,
      "alicloud:endpoints": JSON.stringify([{ sts: url }]),
    }),
    call: "/keys",
    key: aliKey,
    answer: (key) => ({ Expiration: later, ...key }),
  },
  "STS of Tencent Cloud": {
    cloud: tencentcloud,
    region: "ap-guangzhou",
    config: (url) => ({
      "tencentcloud:secretId": "own-id",
      "tencentcloud:secretKey": "own-secret",
      "tencentcloud:endpoints": JSON.stringify({ sts: url }),
      "tencentcloud:assumeRole": '{"roleArn":"role"}',
    }),
    call: "AssumeRole",
    key: { TmpSecretId: "issued-id", TmpSecretKey: "issued-secret", Token: "issued-token" },
    answer: (Credentials) => ({
      Response: { RequestId: "R", ExpiredTime: Date.parse(later) / 1000, Credentials },
    }),
  },
  "IAM of Huawei Cloud": {
    cloud: huaweicloud,
    region: "cn-north-4",
    config: (url) => ({
      "huaweicloud:region": "cn-north-4",
      "huaweicloud:accessKey": "own-id",
      "huaweicloud:secretKey": "own-secret",
      "huaweicloud:endpoints": JSON.stringify({ iam: url, ecs: url, vpc: url }),
      "huaweicloud:assumeRole": '{"agencyName":"ops","domainName":"owner"}',
    }),
    call: "/v3.0/OS-CREDENTIAL/securitytokens",
    key: { access: "issued-id", secret: "issued-secret", securitytoken: "issued-token" },
    answer: (key) => ({ credential: { expires_at: later, ...key } }),
  },
};

/** What is no part of a key. */
const wrong = [undefined, null, 12345678, true, "", ["issued-x"], {}, "two\nlines", "half \ud800"];

for (const [title, { cloud, region, config, call, key, answer }] of Object.entries(issuers)) {
  describe(`keys issued by ${title}`, () => {
    let server: ScriptedServer;
    beforeEach(async () => {
      forgetAll();
      server = await ScriptedServer.start();
    });
    afterEach(() => server.stop());

    const given = (): Settings => settingsFrom((name) => config(server.url)[name as never], {});
    const logIn = () => cloud.connect({ region }, given(), within(5_000));
    const others = () => server.seen.filter((seen) => seen.action !== call);

    it("are used where they are whole", async () => {
      server.on(call, { body: answer(key) });
      // What comes next does not matter here.
      await assert.rejects(logIn());
      assert.equal(others().length, 1);
      assert.match(JSON.stringify(others()[0]?.headers), /issued-id/);
    });

    for (const part of Object.keys(key)) {
      it(`sign nothing where ${part} is none`, async () => {
        for (const value of wrong) await assertRefused({ body: answer({ ...key, [part]: value }) });
      });
    }

    it("sign nothing where there are none", async () => {
      for (const body of [{}, [], null, answer({}), { blocked: true }]) await assertRefused({ body });
    });

    async function assertRefused(reply: Reply): Promise<void> {
      server.on(call, reply);
      await assert.rejects(logIn(), (error: Error) => {
        assert.match(
          error.message,
          /not this API's|without a complete key|without a "Response"|without a JSON object/,
        );
        assert.doesNotMatch(error.message, /issued-/);
        return true;
      });
      assert.deepEqual(others(), []);
    }
  });
}
