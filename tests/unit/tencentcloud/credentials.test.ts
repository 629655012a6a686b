import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentialsFrom, credentialsOf } from "../../../providers/core/cloud/credentials";
import { within } from "../../../providers/core/cloud/renewable";
import { connect as logIn } from "../../../providers/core/cloud/sessions";
import type { Connection } from "../../../providers/core/contract/cloud";
import { type Settings, settingsFrom } from "../../../providers/core/util/settings";
import { tencentcloud } from "../../../providers/tencentcloud/cloud";
import { TencentcloudCredentials } from "../../../providers/tencentcloud/credentials";
import type { Credential } from "../../../providers/tencentcloud/request";
import { ScriptedServer, type Seen } from "../../kit/scripted-server";

const role = "qcs::cam::uin/2:roleName/deployer";

describe("Tencent Cloud credentials", () => {
  let server: ScriptedServer;
  let folder: string;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    folder = mkdtempSync(join(tmpdir(), "tencentcloud-"));
    for (const action of ["AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"]) {
      server.on(action, (asked) => ({ body: { Response: temporary(asked) } }));
    }
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const bodyOf = (asked: Seen | undefined) => JSON.parse(asked?.text ?? "{}") as Record<string, unknown>;

  /** A temporary key that tells by whom and as what it was asked for. */
  function temporary(asked: Seen, seconds = 3600): object {
    const by = /Credential=([^/]+)/.exec(asked.headers.authorization ?? "")?.[1] ?? "anybody";
    return {
      Credentials: {
        TmpSecretId: `${by}>${bodyOf(asked).RoleArn}`,
        TmpSecretKey: "s",
        Token: "temporary-token",
      },
      ExpiredTime: Math.floor(Date.now() / 1000) + seconds,
      RequestId: "R",
    };
  }

  function settings(config: Record<string, string> = {}, env: Record<string, string> = {}): Settings {
    const own = {
      "tencentcloud:endpoints": JSON.stringify({ sts: server.url }),
      "tencentcloud:sharedCredentialsDir": folder,
      ...config,
    };
    return settingsFrom((name) => (own as Record<string, string>)[name], env);
  }

  async function obtain(given: Settings, connection?: Connection): Promise<Credential> {
    const ways = new TencentcloudCredentials("ap-guangzhou", given);
    return credentialsFrom(() => credentialsOf(connection, ways)).current(within(5_000));
  }

  /** Whose key is used for a pair in state that was attached with `connection`. */
  async function keyFor(connection: Connection, given: Settings): Promise<string> {
    server.on("GetCallerIdentity", { body: { Response: { AccountId: "100000000001", RequestId: "R" } } });
    const where = { region: "ap-guangzhou", connection, recorded: true };
    const session = await logIn(tencentcloud, where, given);
    return (await session.credentials.current(within(5_000))).secretId;
  }

  function profile(name: string, content: unknown): void {
    writeFileSync(
      join(folder, `${name}.credential`),
      typeof content === "string" ? content : JSON.stringify(content),
    );
  }

  const key = { "tencentcloud:secretId": "config-id", "tencentcloud:secretKey": "config-secret" };
  const env = { TENCENTCLOUD_SECRET_ID: "env-id", TENCENTCLOUD_SECRET_KEY: "env-secret" };

  describe("sources, in order", () => {
    it("config before environment before profile", async () => {
      profile("default", { secretId: "profile-id", secretKey: "s" });
      assert.equal((await obtain(settings(key, env))).secretId, "config-id");
      assert.equal((await obtain(settings({}, env))).secretId, "env-id");
      assert.equal((await obtain(settings())).secretId, "profile-id");
    });

    for (const name of ["TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_TOKEN"]) {
      it(`token in ${name}`, async () => {
        assert.equal((await obtain(settings({}, { ...env, [name]: "t" }))).token, "t");
      });
    }

    it("half a key is an error", async () => {
      await assert.rejects(obtain(settings({ "tencentcloud:secretKey": "k" })), {
        message: "tencentcloud:secretKey is set (in config or environment) but tencentcloud:secretId is not",
      });
    });

    it("the profile that is chosen, with its role", async () => {
      profile("work", { secretId: "work-id", secretKey: "s", token: "t" });
      profile("role", { secretId: "role-id", secretKey: "s", "role-arn": role, "role-session-name": "me" });
      assert.deepEqual(await obtain(settings({ "tencentcloud:profile": "work" })), {
        secretId: "work-id",
        secretKey: "s",
        token: "t",
      });
      assert.equal(
        (await obtain(settings({}, { TENCENTCLOUD_PROFILE: "role" }))).secretId,
        `role-id>${role}`,
      );
      assert.equal(bodyOf(server.seen[0]).RoleSessionName, "me");
    });

    it("a profile that cannot be used says so, and is not shown", async () => {
      await assert.rejects(
        obtain(settings({ "tencentcloud:profile": "nobody" })),
        /there is no nobody\.credential/,
      );
      profile("broken", '{"secretKey": "very-secret"');
      await assert.rejects(
        obtain(settings({ "tencentcloud:profile": "broken" })),
        (error: Error) => /is not a JSON file/.test(error.message) && !/very-secret/.test(error.message),
      );
      profile("empty", {});
      await assert.rejects(
        obtain(settings({ "tencentcloud:profile": "empty" })),
        /profile "empty" has no secretId/,
      );
    });

    it("the file that the vendor's SDKs share, last", async () => {
      const home = process.env.HOME;
      process.env.HOME = folder;
      try {
        await assert.rejects(
          obtain(settings()),
          /^Error: no Tencent Cloud credentials: set config tencentcloud:secretId/,
        );
        mkdirSync(join(folder, ".tencentcloud"));
        writeFileSync(
          join(folder, ".tencentcloud", "credentials"),
          "[default]\nsecret_id = shared-id\nsecret_key = shared-secret\n",
        );
        assert.deepEqual(await obtain(settings()), { secretId: "shared-id", secretKey: "shared-secret" });
      } finally {
        if (home === undefined) delete process.env.HOME;
        else process.env.HOME = home;
      }
    });

    it("a role to assume, from config or environment", async () => {
      const config = {
        ...key,
        "tencentcloud:assumeRole": JSON.stringify({
          roleArn: role,
          sessionDuration: 900,
          externalId: "e",
          policy: '{"a":"b c"}',
          sourceIdentity: "me",
        }),
      };
      assert.equal((await obtain(settings(config))).secretId, `config-id>${role}`);
      assert.deepEqual(bodyOf(server.seen[0]), {
        RoleArn: role,
        RoleSessionName: "pulumi-cloud-attachments",
        DurationSeconds: 900,
        ExternalId: "e",
        Policy: encodeURIComponent('{"a":"b c"}'),
        SourceIdentity: "me",
      });
      const own = await obtain(settings({}, { ...env, TENCENTCLOUD_ASSUME_ROLE_ARN: role }));
      assert.equal(own.secretId, `env-id>${role}`);
      assert.equal(bodyOf(server.seen[1]).DurationSeconds, 7200);
    });

    it("a web identity or a SAML assertion, unsigned", async () => {
      const web = {
        roleArn: role,
        sessionName: "n",
        sessionDuration: 1,
        webIdentityToken: "w",
        providerId: "p",
      };
      await obtain(settings({ "tencentcloud:assumeRoleWithWebIdentity": JSON.stringify(web) }));
      const saml = {
        roleArn: role,
        sessionName: "n",
        sessionDuration: 1,
        samlAssertion: "a",
        principalArn: "p",
      };
      await obtain(settings({ "tencentcloud:assumeRoleWithSaml": JSON.stringify([saml]) }));
      const common = { RoleArn: role, RoleSessionName: "n", DurationSeconds: 1 };
      assert.deepEqual(
        server.seen.map((asked) => [asked.action, asked.headers.authorization, bodyOf(asked)]),
        [
          ["AssumeRoleWithWebIdentity", "SKIP", { ...common, WebIdentityToken: "w", ProviderId: "p" }],
          ["AssumeRoleWithSAML", "SKIP", { ...common, SAMLAssertion: "a", PrincipalArn: "p" }],
        ],
      );
    });

    it("the role of a pod, whose token is read anew each time", async () => {
      const file = join(folder, "token");
      const given = settings(
        { "tencentcloud:enablePodOidc": "true" },
        { TKE_PROVIDER_ID: "p", TKE_WEB_IDENTITY_TOKEN_FILE: file, TKE_ROLE_ARN: role },
      );
      for (const token of ["first", "second"]) {
        writeFileSync(file, `${token}\n`);
        await obtain(given);
      }
      assert.deepEqual(
        server.seen.map((asked) => bodyOf(asked).WebIdentityToken),
        ["first", "second"],
      );
      await assert.rejects(
        obtain(settings({ "tencentcloud:enablePodOidc": "true" })),
        /enablePodOidc needs TKE_PROVIDER_ID/,
      );
    });

    it("what is not supported is refused rather than ignored", async () => {
      const config = { ...key, "tencentcloud:mfaCertification": "{}" };
      await assert.rejects(obtain(settings(config)), /mfaCertification is not supported/);
    });
  });

  describe("connection", () => {
    it("takes the place of what is configured", async () => {
      profile("work", { secretId: "work-id", secretKey: "s" });
      const given = settings({ ...key, "tencentcloud:assumeRole": JSON.stringify({ roleArn: "other" }) });
      assert.equal((await obtain(given, { profile: "work" })).secretId, "work-id");
      assert.equal((await obtain(given, { assumeRole: { roleArn: role } })).secretId, `config-id>${role}`);
      const both = { profile: "work", assumeRole: { roleArn: role } };
      assert.equal((await obtain(given, both)).secretId, `work-id>${role}`);
    });

    it("must name a profile and a role that are to be had, unless recorded elsewhere", async () => {
      const refused = {
        body: { Response: { RequestId: "R", Error: { Code: "InvalidParameter.RoleNotExist", Message: "" } } },
      };
      server.on("AssumeRole", refused);
      const assume = { assumeRole: { roleArn: role } };
      await assert.rejects(obtain(settings(key), { profile: "laptop" }), /there is no laptop\.credential/);
      await assert.rejects(obtain(settings(key), assume), { code: "InvalidParameter.RoleNotExist" });
      assert.equal(await keyFor({ profile: "laptop" }, settings(key)), "config-id");
      assert.equal(await keyFor(assume, settings(key)), "config-id");
    });

    it("is not replaced because STS stumbles", async () => {
      const assume = { assumeRole: { roleArn: role } };
      server.on("AssumeRole", { status: 502, body: "<html>" });
      await assert.rejects(keyFor(assume, settings(key)), { code: "HTTP502" });
      server.on("AssumeRole", {
        body: { Response: { RequestId: "R", Error: { Code: "RequestLimitExceeded", Message: "" } } },
      });
      await assert.rejects(keyFor(assume, settings(key)), { code: "RequestLimitExceeded" });
    });
  });

  describe("login", () => {
    beforeEach(() =>
      server.on("GetCallerIdentity", { body: { Response: { AccountId: "100000000001", RequestId: "R" } } }),
    );

    const connect = (config: Record<string, string>, region?: string) =>
      tencentcloud.connect({ ...(region ? { region } : {}) }, settings({ ...key, ...config }), within(5_000));

    it("asks for the account once a key, whatever the region", async () => {
      assert.equal((await connect({}, "ap-guangzhou")).accountId, "100000000001");
      assert.equal((await connect({}, "ap-shanghai")).region, "ap-shanghai");
      assert.equal(server.all("GetCallerIdentity").length, 1);
    });

    it("takes the region from argument, config, profile, and guesses none", async () => {
      await assert.rejects(connect({}), /no Tencent Cloud region: give/);
      writeFileSync(
        join(folder, "default.configure"),
        JSON.stringify({ _sys_param: { region: "in-profile" } }),
      );
      assert.equal((await connect({})).region, "in-profile");
      assert.equal((await connect({ "tencentcloud:region": "in-config" })).region, "in-config");
      assert.equal((await connect({ "tencentcloud:region": "in-config" }, "argument")).region, "argument");
    });

    it("honours the lists of accounts", async () => {
      const allowed = { "tencentcloud:allowedAccountIds": '["100000000001"]' };
      assert.equal((await connect(allowed, "ap-guangzhou")).accountId, "100000000001");
      await assert.rejects(
        connect({ "tencentcloud:allowedAccountIds": '["2"]' }, "ap-guangzhou"),
        /allowedAccountIds does not list/,
      );
      await assert.rejects(
        connect({ "tencentcloud:forbiddenAccountIds": '["100000000001"]' }, "ap-guangzhou"),
        /forbiddenAccountIds lists/,
      );
    });
  });
});
