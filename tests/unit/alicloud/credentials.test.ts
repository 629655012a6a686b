import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type OAuth from "@alicloud/credentials/dist/src/providers/oauth";
import { alicloud } from "../../../providers/alicloud/cloud";
import { AlicloudCredentials } from "../../../providers/alicloud/credentials";
import type { Credential } from "../../../providers/alicloud/rpc";
import { credentialsFrom, credentialsOf } from "../../../providers/core/cloud/credentials";
import { within } from "../../../providers/core/cloud/renewable";
import { connect } from "../../../providers/core/cloud/sessions";
import type { Connection } from "../../../providers/core/contract/cloud";
import { type Settings, settingsFrom } from "../../../providers/core/util/settings";
import { ScriptedServer, type Seen } from "../../kit/scripted-server";

const role = "acs:ram::2:role/deployer";

describe("Alibaba Cloud credentials", () => {
  let server: ScriptedServer;
  let folder: string;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    folder = mkdtempSync(join(tmpdir(), "alicloud-"));
    server.on("AssumeRole", (asked) => ({ body: { Credentials: temporary(asked), RequestId: "R" } }));
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  /** A temporary key that tells by whom and as what it was asked for. */
  function temporary(asked: Seen, seconds = 3600): object {
    const by = /Credential=([^,]+)/.exec(asked.headers.authorization ?? "")?.[1] ?? "anybody";
    return {
      AccessKeyId: `STS.${by}.${asked.query.get("RoleArn")}`,
      AccessKeySecret: "temporary-secret",
      SecurityToken: "temporary-token",
      Expiration: new Date(Date.now() + seconds * 1000).toISOString(),
    };
  }

  function settings(config: Record<string, string> = {}, env: Record<string, string> = {}): Settings {
    const endpoints = JSON.stringify([{ sts: server.url }]);
    return settingsFrom((name) => ({ "alicloud:endpoints": endpoints, ...config })[name], env);
  }

  const credentialsFor = (connection: Connection | undefined, given: Settings) =>
    credentialsFrom(() => credentialsOf(connection, new AlicloudCredentials(given)));

  function obtain(given: Settings, connection?: Connection): Promise<Credential> {
    return credentialsFor(connection, given).current(within(5_000));
  }

  /** Whose key is used for a pair in state that was attached with `connection`. */
  async function keyFor(connection: Connection, given: Settings): Promise<string> {
    server.on("GetCallerIdentity", { body: { AccountId: "1234567890123456", RequestId: "R" } });
    const where = { region: "cn-hangzhou", connection, recorded: true };
    const session = await connect(alicloud, where, given);
    return (await session.credentials.current(within(5_000))).accessKeyId;
  }

  const key = { "alicloud:accessKey": "config-key", "alicloud:secretKey": "config-secret" };
  const env = { ALICLOUD_ACCESS_KEY: "env-key", ALICLOUD_SECRET_KEY: "env-secret" };

  function cliFile(content: unknown): Record<string, string> {
    const file = join(folder, "config.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return { "alicloud:sharedCredentialsFile": file };
  }

  const profiles = {
    current: "default",
    profiles: [
      {
        name: "default",
        mode: "AK",
        access_key_id: "default-key",
        access_key_secret: "s",
        region_id: "cn-beijing",
      },
      { name: "sts", mode: "StsToken", access_key_id: "sts-key", access_key_secret: "s", sts_token: "t" },
      {
        name: "role",
        mode: "RamRoleArn",
        access_key_id: "role-key",
        access_key_secret: "s",
        ram_role_arn: role,
      },
      { name: "chain", mode: "ChainableRamRoleArn", source_profile: "role", ram_role_arn: `${role}2` },
      { name: "loop", mode: "ChainableRamRoleArn", source_profile: "loop", ram_role_arn: role },
      { name: "empty", mode: "AK" },
    ],
  };

  describe("sources, in order", () => {
    it("config before environment", async () => {
      assert.equal((await obtain(settings(key, env))).accessKeyId, "config-key");
      assert.equal((await obtain(settings({}, env))).accessKeyId, "env-key");
    });

    for (const [id, secret, token] of [
      ["ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"],
      ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"],
      ["ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_SECURITY_TOKEN"],
    ] as const) {
      it(`environment ${id}`, async () => {
        const own = await obtain(settings({}, { [id]: "k", [secret]: "s", [token]: "t" }));
        assert.deepEqual(own, { accessKeyId: "k", accessKeySecret: "s", securityToken: "t" });
      });
    }

    it("half a key is an error", async () => {
      await assert.rejects(obtain(settings({ "alicloud:accessKey": "k" })), {
        message: "alicloud:accessKey is set (in config or environment) but alicloud:secretKey is not",
      });
    });

    it("profiles of the CLI", async () => {
      const file = cliFile(profiles);
      const use = (name: string) => obtain(settings({ ...file, "alicloud:profile": name }));
      assert.equal((await use("default")).accessKeyId, "default-key");
      assert.equal((await use("sts")).securityToken, "t");
      assert.equal((await use("role")).accessKeyId, `STS.role-key.${role}`);
      assert.equal((await use("chain")).accessKeyId, `STS.STS.role-key.${role}.${role}2`);
      assert.equal((await obtain(settings(file, { ALICLOUD_PROFILE: "sts" }))).accessKeyId, "sts-key");
      assert.equal(
        (await obtain(settings({ ...file, "alicloud:profile": "sts" }, env))).accessKeyId,
        "env-key",
      );
    });

    it("a profile that cannot be used says so", async () => {
      const file = cliFile(profiles);
      const use = async (name: string) => obtain(settings({ ...file, "alicloud:profile": name }));
      await assert.rejects(use("nobody"), /there is no profile "nobody" in .*config\.json/);
      await assert.rejects(use("loop"), /profile "loop": there is no source_profile/);
      await assert.rejects(use("empty"), /profile "empty" has no access key/);
    });

    it("a profile of mode OIDC, by our endpoints", async () => {
      server.on("AssumeRoleWithOIDC", (asked) => ({ body: { Credentials: temporary(asked) } }));
      const token = join(folder, "token");
      writeFileSync(token, "web-token\n");
      const oidc = { name: "oidc", mode: "OIDC", oidc_provider_arn: "p", ram_role_arn: role };
      const file = cliFile({
        profiles: [
          { ...oidc, oidc_token_file: token },
          { ...oidc, name: "half" },
        ],
      });
      const use = (name: string) => obtain(settings({ ...file, "alicloud:profile": name }));
      assert.equal((await use("oidc")).accessKeyId, `STS.anybody.${role}`);
      assert.equal(server.seen[0]?.text, "OIDCToken=web-token");
      await assert.rejects(use("half"), /profile "half" has no oidc_provider_arn and oidc_token_file/);
      rmSync(token);
      await assert.rejects(use("oidc"), /oidc_token_file of profile "oidc" names a file that does not exist/);
    });

    describe("profiles of a mode that logs in by what the CLI saved", () => {
      const oauth: { default: typeof OAuth } = require("@alicloud/credentials/dist/src/providers/oauth");
      const { builder } = oauth.default;
      const soon = Math.floor(Date.now() / 1000) + 600;
      const past = soon - 1200;
      const saved = { access_key_id: "saved-key", access_key_secret: "s", sts_token: "t" };
      const login = { mode: "OAuth", oauth_site_type: "INTL", oauth_refresh_token: "r", ...saved };
      const own = { accessKeyId: "own-key", accessKeySecret: "s", securityToken: "t" };
      let signIn: string[];

      /** Uses the only profile of a file. */
      const use = (profile: object) =>
        obtain(
          settings({ ...cliFile({ profiles: [{ name: "one", ...profile }] }), "alicloud:profile": "one" }),
        );

      beforeEach(() => {
        signIn = [];
        oauth.default.builder = () => {
          const built = builder();
          const set = built.withSignInUrl;
          built.withSignInUrl = (url) => {
            signIn.push(url);
            return set.call(built, server.url);
          };
          return built;
        };
      });
      afterEach(() => {
        oauth.default.builder = builder;
      });

      it("External", async () => {
        const command = join(folder, "command.sh");
        const key = '{"mode":"StsToken","access_key_id":"own-key","access_key_secret":"s","sts_token":"t"}';
        writeFileSync(command, `#!/bin/sh\necho '${key}'\n`, { mode: 0o755 });
        assert.deepEqual(await use({ mode: "External", process_command: command }), { ...own, expires: 0 });
        await assert.rejects(
          use({ mode: "External" }),
          /profile "one" gives no key \(process_command is empty\)/,
        );
      });

      it("CloudSSO", async () => {
        const sso = {
          mode: "CloudSSO",
          cloud_sso_sign_in_url: server.url,
          cloud_sso_account_id: "account",
          cloud_sso_access_config: "access",
          access_token: "sso-token",
        };
        server.on("/cloud-credentials", (asked) => ({ body: { CloudCredential: temporary(asked) } }));
        const given = await use({ ...sso, cloud_sso_access_token_expire: soon });
        assert.equal(given.securityToken, "temporary-token");
        const [asked] = server.seen as [Seen];
        assert.equal(asked.headers.authorization, "Bearer sso-token");
        await assert.rejects(
          use({ ...sso, cloud_sso_access_token_expire: past }),
          /profile "one" gives no key \(.*expired, please re-login with cli/,
        );
      });

      it("OAuth, whose saved login is used and never renewed", async () => {
        const body = { ...own, expiration: new Date(soon * 1000).toISOString() };
        server.on("/v1/exchange", { body });
        const live = { ...login, oauth_access_token: "oauth-token", oauth_access_token_expire: soon };
        assert.deepEqual(await use(live), {
          accessKeyId: "own-key",
          accessKeySecret: "s",
          securityToken: "t",
          expires: 0,
        });
        assert.deepEqual(signIn, ["https://oauth.alibabacloud.com"]);
        assert.deepEqual(
          server.seen.map(({ headers }) => headers.authorization),
          ["Bearer oauth-token"],
        );
        const ended = { ...live, oauth_access_token_expire: past };
        assert.deepEqual(await use({ ...ended, sts_expiration: soon }), {
          accessKeyId: "saved-key",
          accessKeySecret: "s",
          securityToken: "t",
          expires: soon * 1000,
        });
        await assert.rejects(
          use({ ...ended, sts_expiration: past }),
          /profile "one" gives no key: its login has ended; renew it: aliyun sts GetCallerIdentity --profile one/,
        );
        assert.equal(server.seen.length, 1);
        await assert.rejects(use({ ...live, oauth_site_type: "" }), /has no oauth_site_type CN or INTL/);
      });

      it("a later one, which is refused by its name", async () => {
        await assert.rejects(use({ mode: "Later" }), /mode "Later", which is not supported here/);
      });
    });

    it("a file that is not the CLI's is not shown", async () => {
      const file = cliFile('{"profiles": [{"access_key_secret": "very-secret"');
      await assert.rejects(
        async () => obtain(settings({ ...file, "alicloud:profile": "default" })),
        (error: Error) => /is not a JSON file/.test(error.message) && !/very-secret/.test(error.message),
      );
    });

    it("a role to assume, from config or environment", async () => {
      const config = {
        ...key,
        "alicloud:assumeRole": JSON.stringify({ roleArn: role, externalId: "e", sessionName: "n" }),
      };
      assert.equal((await obtain(settings(config))).accessKeyId, `STS.config-key.${role}`);
      const asked = server.all("AssumeRole")[0] as Seen;
      assert.equal(asked.query.get("ExternalId"), "e");
      assert.equal(asked.query.get("RoleSessionName"), "n");
      assert.equal(asked.query.get("DurationSeconds"), "3600");
      const own = await obtain(settings({}, { ...env, ALIBABA_CLOUD_ROLE_ARN: role }));
      assert.equal(own.accessKeyId, `STS.env-key.${role}`);
    });

    it("a role by OIDC, whose token is not in the URL", async () => {
      server.on("AssumeRoleWithOIDC", (asked) => ({ body: { Credentials: temporary(asked) } }));
      const file = join(folder, "token");
      writeFileSync(file, "web-token\n");
      const own = await obtain(
        settings(
          {},
          {
            ALIBABA_CLOUD_ROLE_ARN: role,
            ALIBABA_CLOUD_OIDC_PROVIDER_ARN: "provider",
            ALIBABA_CLOUD_OIDC_TOKEN_FILE: file,
          },
        ),
      );
      assert.equal(own.accessKeyId, `STS.anybody.${role}`);
      const [asked] = server.seen as [Seen];
      assert.equal(asked.text, "OIDCToken=web-token");
      assert.equal(asked.query.has("OIDCToken"), false);
    });

    it("an address that hands out keys", async () => {
      server.on("/keys", (asked) => ({ body: temporary(asked) }));
      const own = await obtain(settings({ "alicloud:credentialsUri": `${server.url}/keys` }));
      assert.equal(own.securityToken, "temporary-token");
      await assert.rejects(
        obtain(settings({ "alicloud:credentialsUri": `${server.url}/nothing` })),
        /credentialsUri .*\(HTTP 404\) answered without a complete key/,
      );
    });

    describe("where nothing is configured", () => {
      const disabled = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
      const before = process.env[disabled];
      const home = () => ({ HOME: folder });

      beforeEach(() => {
        process.env[disabled] = "true";
        for (const name of [".aliyun", ".alibabacloud"]) mkdirSync(join(folder, name));
      });
      afterEach(() => {
        if (before === undefined) delete process.env[disabled];
        else process.env[disabled] = before;
      });

      const cli = (content: object) =>
        writeFileSync(join(folder, ".aliyun", "config.json"), JSON.stringify(content));
      const sdk = (text: string) => writeFileSync(join(folder, ".alibabacloud", "credentials"), text);
      const DEFAULT = "[default]\ntype = access_key\naccess_key_id = ini-key\naccess_key_secret = s\n";

      it("the CLI's current profile, unless that is switched off or empty", async () => {
        const use = async (env: Record<string, string> = {}) =>
          (await obtain(settings({}, { ...home(), ...env }))).accessKeyId;
        sdk(DEFAULT);
        cli(profiles);
        assert.equal(await use(), "default-key");
        assert.equal(await use({ ALIBABA_CLOUD_CLI_PROFILE_DISABLED: "true" }), "ini-key");
        cli({ ...profiles, current: "role" });
        assert.equal(await use(), `STS.role-key.${role}`);
        cli({ ...profiles, current: "empty" });
        assert.equal(await use(), "ini-key");
      });

      it("a profile that is in the SDKs' file only, and no other in its place", async () => {
        cli(profiles);
        const assumed = `type = ram_role_arn\naccess_key_id = k\naccess_key_secret = s\nrole_arn = ${role}\n`;
        const session = 'role_session_name = session\npolicy = {"Version":"1"}\n';
        sdk(
          `${DEFAULT}[role2]\n${assumed}${session}[instance]\ntype = ecs_ram_role\n[pair]\ntype = rsa_key_pair\n`,
        );
        const use = async (name: string) =>
          (await obtain(settings({}, { ...home(), ALIBABA_CLOUD_PROFILE: name }))).accessKeyId;
        assert.equal(await use("role2"), `STS.k.${role}`);
        const asked = server.all("AssumeRole")[0] as Seen;
        assert.deepEqual(
          ["RoleSessionName", "Policy"].map((name) => asked.query.get(name)),
          ["session", '{"Version":"1"}'],
        );
        await assert.rejects(
          use("instance"),
          /profile "instance" gives no key \(IMDS credentials is disabled\)/,
        );
        await assert.rejects(use("pair"), /mode "rsa_key_pair", which is not supported here/);
        await assert.rejects(use("nobody"), /no profile "nobody" in .*config\.json or .*credentials/);
      });

      it("the SDKs' file may be elsewhere, but must be there", async () => {
        const file = join(folder, "elsewhere");
        const use = () => obtain(settings({}, { ...home(), ALIBABA_CLOUD_CREDENTIALS_FILE: file }));
        await assert.rejects(
          use,
          /ALIBABA_CLOUD_CREDENTIALS_FILE names a file that does not exist: .*elsewhere/,
        );
        writeFileSync(file, DEFAULT);
        assert.equal((await use()).accessKeyId, "ini-key");
      });

      it("says what is missing, and is asked anew the next time", async () => {
        const own = credentialsFor(undefined, settings({}, home()));
        await assert.rejects(own.current(within(5_000)), (error: Error) => {
          assert.match(error.message, /^no Alibaba Cloud credentials: set config alicloud:accessKey/);
          assert.doesNotMatch(error.message, /undefined/);
          return true;
        });
        sdk(DEFAULT);
        assert.equal((await own.current(within(5_000))).accessKeyId, "ini-key");
      });

      it("does not hide that the CLI's file is broken, and does not show it", async () => {
        writeFileSync(
          join(folder, ".aliyun", "config.json"),
          '{"profiles": [{"access_key_secret": "very-secret"}',
        );
        await assert.rejects(
          async () => obtain(settings({}, home())),
          (error: Error) =>
            /config\.json is not a JSON file/.test(error.message) && !/very-secret/.test(error.message),
        );
      });
    });
  });

  describe("connection", () => {
    it("takes the place of what is configured", async () => {
      const given = settings({
        ...cliFile(profiles),
        ...key,
        "alicloud:assumeRole": JSON.stringify([{ roleArn: "other" }]),
      });
      assert.equal((await obtain(given, { profile: "sts" })).accessKeyId, "sts-key");
      assert.equal(
        (await obtain(given, { assumeRole: { roleArn: role } })).accessKeyId,
        `STS.config-key.${role}`,
      );
      const both = await obtain(given, {
        profile: "sts",
        assumeRole: { roleArn: role, durationSeconds: 900 },
      });
      assert.equal(both.accessKeyId, `STS.sts-key.${role}`);
      assert.equal(server.all("AssumeRole").at(-1)?.query.get("DurationSeconds"), "900");
    });

    it("must name a profile that exists, unless it was recorded elsewhere", async () => {
      const given = settings({ ...cliFile(profiles), ...key });
      await assert.rejects(obtain(given, { profile: "laptop" }), /there is no profile "laptop"/);
      assert.equal(await keyFor({ profile: "laptop" }, given), "config-key");
    });

    it("must name a role that is to be had, unless it was recorded elsewhere", async () => {
      server.on("AssumeRole", { status: 403, body: { Code: "NoPermission", Message: "no", RequestId: "R" } });
      const connection = { assumeRole: { roleArn: role } };
      await assert.rejects(obtain(settings(key), connection), { code: "NoPermission" });
      assert.equal(await keyFor(connection, settings(key)), "config-key");
    });

    it("is not replaced because STS stumbles", async () => {
      server.on("AssumeRole", { status: 503, body: { Code: "ServiceUnavailable", Message: "later" } });
      await assert.rejects(keyFor({ assumeRole: { roleArn: role } }, settings(key)), {
        code: "ServiceUnavailable",
      });
    });
  });

  describe("temporary keys", () => {
    const config = { ...key, "alicloud:assumeRole": JSON.stringify({ roleArn: role }) };

    it("are asked for once by all who need one", async () => {
      const own = credentialsFor(undefined, settings(config));
      await Promise.all(Array.from({ length: 10 }, () => own.current(within(5_000))));
      await own.current(within(5_000));
      assert.equal(server.all("AssumeRole").length, 1);
    });

    it("are renewed before they expire", async () => {
      server.on("AssumeRole", (asked) => ({ body: { Credentials: temporary(asked, 120) } }));
      const own = credentialsFor(undefined, settings(config));
      await own.current(within(5_000));
      await own.current(within(5_000));
      assert.equal(server.all("AssumeRole").length, 2);
    });

    it("are asked for anew after a failure", async () => {
      server.on("AssumeRole", "reset");
      const own = credentialsFor(undefined, settings(config));
      await assert.rejects(own.current(within(5_000)), { code: "ECONNRESET" });
      server.on("AssumeRole", (asked) => ({ body: { Credentials: temporary(asked) } }));
      assert.equal((await own.current(within(5_000))).securityToken, "temporary-token");
    });
  });

  describe("login", () => {
    const identity = { body: { AccountId: "1234567890123456", RequestId: "R" } };

    it("asks for the account once a key, whatever the region", async () => {
      server.on("GetCallerIdentity", identity);
      const given = settings(key);
      const sessions = [];
      for (const region of ["cn-hangzhou", "cn-beijing"]) {
        sessions.push(await alicloud.connect({ region }, given, within(5_000)));
      }
      assert.deepEqual(
        sessions.map(({ accountId, region }) => [accountId, region]),
        [
          ["1234567890123456", "cn-hangzhou"],
          ["1234567890123456", "cn-beijing"],
        ],
      );
      assert.equal(server.all("GetCallerIdentity").length, 1);
    });

    it("takes the region from argument, config, environment, profile, in this order", async () => {
      server.on("GetCallerIdentity", identity);
      const file = cliFile(profiles);
      const regionIn = async (
        region: string | undefined,
        config: object,
        more: Record<string, string> = {},
      ) => {
        const given = settings({ ...key, ...file, ...config }, more);
        const where = { ...(region ? { region } : {}) };
        return (await alicloud.connect(where, given, within(5_000))).region;
      };
      const config = { "alicloud:region": "in-config" };
      assert.equal(await regionIn("argument", config, { ALICLOUD_REGION: "in-env" }), "argument");
      assert.equal(await regionIn(undefined, config, { ALICLOUD_REGION: "in-env" }), "in-config");
      assert.equal(await regionIn(undefined, {}, { ALICLOUD_REGION: "in-env" }), "in-env");
      assert.equal(await regionIn(undefined, {}, { ALIBABA_CLOUD_REGION: "in-env" }), "in-env");
      assert.equal(await regionIn(undefined, {}), "cn-beijing");
    });

    it("fails without a region, rather than guess one", async () => {
      const given = settings({ ...key, ...cliFile({ profiles: [] }) });
      await assert.rejects(alicloud.connect({}, given, within(5_000)), /no Alibaba Cloud region: give/);
    });
  });
});
