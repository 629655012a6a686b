import assert from "node:assert/strict";
import { Socket } from "node:net";
import { alicloud } from "../../../../providers/alicloud/cloud";
import { forgetAll } from "../../../../providers/core/cloud/kept";
import { within } from "../../../../providers/core/cloud/renewable";
import type { Cloud, Session } from "../../../../providers/core/contract/cloud";
import { CloudError } from "../../../../providers/core/contract/errors";
import { settingsFrom } from "../../../../providers/core/util/settings";
import { huaweicloud } from "../../../../providers/huaweicloud/cloud";
import { openstack } from "../../../../providers/openstack/cloud";
import { opentelekomcloud } from "../../../../providers/opentelekomcloud/cloud";
import { tencentcloud } from "../../../../providers/tencentcloud/cloud";
import { ScriptedServer } from "../../../kit/scripted-server";

const clouds: readonly Cloud<Session>[] = [alicloud, tencentcloud, huaweicloud, opentelekomcloud, openstack];

/** The actions that log in, and the word in a hint by which their endpoint is configured. */
const logins: Record<string, { action: string; endpoint: RegExp }[]> = {
  alicloud: [{ action: "sts:AssumeRole", endpoint: /alicloud:endpoints/ }],
  tencentcloud: [{ action: "sts:GetCallerIdentity", endpoint: /tencentcloud:endpoints/ }],
  openstack: [{ action: "issueToken", endpoint: /authUrl/ }],
  huaweicloud: ["issueToken", "CreateTemporaryAccessKeyByAgency", "KeystoneListProjects"].map((action) => ({
    action,
    endpoint: /huaweicloud:endpoints/,
  })),
  opentelekomcloud: ["issueToken", "CreateTemporaryAccessKeyByAgency", "KeystoneListProjects"].map(
    (action) => ({
      action,
      endpoint: /authUrl/,
    }),
  ),
};

for (const cloud of clouds) {
  describe(`errors of the network, ${cloud.title}`, () => {
    const verdict = (code: string, action = "Describe") =>
      cloud.classify(new CloudError({ code, message: "", action }), "find");

    for (const code of [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_GET_ISSUER_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    ]) {
      it(`${code} lasts, and says how the authority can be named`, () => {
        const { outcome, hint } = verdict(code);
        assert.equal(outcome, "permanent");
        assert.match(hint ?? "", /NODE_EXTRA_CA_CERTS/);
      });
    }

    it("of another certificate last, too", () => {
      for (const code of ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID", "ERR_TLS_CERT_ALTNAME_INVALID"]) {
        assert.equal(verdict(code).outcome, "permanent");
        assert.ok(verdict(code).hint);
      }
    });

    for (const { action, endpoint } of logins[cloud.name] ?? []) {
      it(`of ${action}: a host that cannot be reached is tried a few times, and the setting is named`, () => {
        for (const code of ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH"]) {
          assert.equal(verdict(code, action).outcome, "unclear", code);
          assert.match(verdict(code, action).hint ?? "", endpoint);
        }
        for (const code of ["ETIMEDOUT", "Timeout"]) {
          assert.equal(verdict(code, action).outcome, "transient", code);
          assert.match(verdict(code, action).hint ?? "", endpoint);
        }
        assert.equal(verdict("ECONNRESET", action).outcome, "transient");
      });
    }
  });
}

describe("metadata services and addresses that hand out keys", () => {
  const { connect: dial } = Socket.prototype;
  const variables = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"];
  const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
  const hosts: string[] = [];
  let proxy: ScriptedServer;

  beforeEach(async () => {
    forgetAll();
    hosts.length = 0;
    proxy = await ScriptedServer.start();
    for (const name of variables) process.env[name] = proxy.url;
    // No packet leaves this machine: a connection to another one is refused as soon as it is asked for.
    Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
      const { host = "" } = [args[0]].flat()[0] as { host?: string };
      if (/^(127\.|localhost$)/.test(host)) return Reflect.apply(dial, this, args);
      hosts.push(host);
      setImmediate(() => this.destroy(Object.assign(new Error("refused"), { code: "ECONNREFUSED" })));
      return this;
    };
  });
  afterEach(async () => {
    Socket.prototype.connect = dial;
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await proxy.stop();
  });

  const connect = (cloud: Cloud<Session>, config: Record<string, string>) => {
    const env = Object.fromEntries([...variables.map((name) => [name, proxy.url]), ["HOME", "/nowhere"]]);
    const settings = settingsFrom((key) => config[key], env);
    return cloud.connect({ region: "x" }, settings, within(5_000));
  };

  for (const [what, cloud, config, host] of [
    ["Alibaba's instance role", alicloud, { "alicloud:ecsRoleName": "r" }, "100.100.100.200"],
    ["Alibaba's instance role, where nothing is configured", alicloud, {}, "100.100.100.200"],
    ["Tencent's instance role", tencentcloud, { "tencentcloud:camRoleName": "r" }, "metadata.tencentyun.com"],
    [
      "alicloud:credentialsUri",
      alicloud,
      { "alicloud:credentialsUri": "https://keys.test/a?b=c" },
      "keys.test",
    ],
    [
      "alicloud:credentialsUri in the clear, where that is allowed",
      alicloud,
      {
        "alicloud:credentialsUri": "http://keys.test/a",
        "pulumi-cloud-attachments:allowPlainHttp": "true",
      },
      "keys.test",
    ],
  ] as const) {
    it(`are asked without a proxy: ${what}`, async () => {
      await assert.rejects(connect(cloud, config as unknown as Record<string, string>));
      assert.deepEqual([...new Set(hosts)], [host]);
      assert.deepEqual(proxy.seen, []);
    });
  }

  it("are not asked in the clear on another machine", async () => {
    const config = { "alicloud:credentialsUri": "http://keys.test/a" };
    await assert.rejects(connect(alicloud, config), /http:\/\/keys\.test is not encrypted/);
    assert.deepEqual([...hosts, ...proxy.seen], []);
  });
});
