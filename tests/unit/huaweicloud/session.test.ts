import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { within } from "../../../providers/core/cloud/renewable";
import type { Where } from "../../../providers/core/contract/cloud";
import { CloudError } from "../../../providers/core/contract/errors";
import type { Settings } from "../../../providers/core/util/settings";
import { huaweicloud } from "../../../providers/huaweicloud/cloud";
import { accessTo } from "../../../providers/huaweicloud/credentials";
import { securityGroupAttachment } from "../../../providers/huaweicloud/ecs/security-group-attachment";
import { sign } from "../../../providers/huaweicloud/signer";
import type { NovaSession } from "../../../providers/openstack/client";
import { issued, PROJECT, SERVER, settings, WEB } from "../../kit/openstack-server";
import { ScriptedServer, type Seen } from "../../kit/scripted-server";
import { findings, written } from "../../kit/verbs";

const pair = { instanceId: SERVER, securityGroupId: WEB };
const here: Where = {};

describe("Huawei Cloud", () => {
  describe("signature", () => {
    // Made with Huawei's own SDK (@huaweicloud/huaweicloud-sdk-core 3.1.211).
    const keys = { access: "AKTEST", secret: "SKTEST" };
    const now = new Date("2026-11-20T09:04:40Z");
    const base = `http://127.0.0.1:18080/v2.1/${PROJECT}/servers/${SERVER}`;

    it("is the SDK's for a POST", () => {
      const request = {
        method: "POST" as const,
        url: new URL(`${base}/action`),
        headers: { "content-type": "application/json" },
        body: `{"addSecurityGroup":{"name":"${WEB}"}}`,
      };
      assert.equal(
        sign(request, keys, PROJECT, now).authorization,
        "SDK-HMAC-SHA256 Access=AKTEST, SignedHeaders=content-type;host;x-project-id;x-sdk-date, " +
          "Signature=48130a51cbf2de31c51d6f608961632e73769271312882bea58e31abf165ab8e",
      );
    });

    it("is the SDK's for a GET", () => {
      const request = { method: "GET" as const, url: new URL(`${base}/os-security-groups`), headers: {} };
      assert.equal(
        sign(request, keys, PROJECT, now).authorization,
        "SDK-HMAC-SHA256 Access=AKTEST, SignedHeaders=content-type;host;x-project-id;x-sdk-date, " +
          "Signature=f8b118c6b40e0d9d5af5eb4fc789f7ec96db06e259da8a2edf27feb238c1a343",
      );
    });

    it("covers a security token, and the query whatever its order", () => {
      const signatureOf = (query: string, securityToken?: string) => {
        const url = new URL(`${base}?${query}`);
        const temporary = { ...keys, ...(securityToken ? { securityToken } : {}) };
        return sign({ method: "GET", url, headers: {} }, temporary, PROJECT, now).authorization ?? "";
      };
      assert.match(
        signatureOf("a=1", "token"),
        /SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token,/,
      );
      assert.equal(signatureOf("b=2&a=1"), signatureOf("a=1&b=2"));
      assert.notEqual(signatureOf("a=1", "token"), signatureOf("a=1", "another"));
    });
  });

  describe("settings", () => {
    const keys = {
      "huaweicloud:accessKey": "AK",
      "huaweicloud:secretKey": "SK",
      "huaweicloud:region": "cn-north-4",
    };
    const access = (config: Record<string, string>, env: Record<string, string> = {}, where = here) =>
      accessTo(
        where,
        settings({ "huaweicloud:sharedConfigFile": "", ...config }, { HW_SHARED_CONFIG_FILE: "", ...env }),
      );

    it("gives the vendor's endpoints, and the project that is named after the region", () => {
      const found = access(keys);
      assert.ok("keys" in found);
      assert.deepEqual(found.keys, { access: "AK", secret: "SK" });
      assert.deepEqual(found.project, { name: "cn-north-4" });
      assert.equal(found.iam.href, "https://iam.cn-north-4.myhuaweicloud.com/");
      const { compute, network } = found.endpoints("p1");
      assert.equal(compute.href, "https://ecs.cn-north-4.myhuaweicloud.com/v2.1/p1");
      assert.equal(network?.href, "https://vpc.cn-north-4.myhuaweicloud.com/");
      assert.equal(
        access({ ...keys, "huaweicloud:region": "eu-west-101" }).iam.host,
        "iam.eu-west-101.myhuaweicloud.eu",
      );
      assert.equal(
        access({ ...keys, "huaweicloud:cloud": "partner.example" }).iam.host,
        "iam.cn-north-4.partner.example",
      );
    });

    it("takes config first, then HW_*, then OS_*, and keys from one place", () => {
      const env = {
        HW_ACCESS_KEY: "HWAK",
        HW_SECRET_KEY: "HWSK",
        HW_SECURITY_TOKEN: "HWT",
        OS_ACCESS_KEY: "OSAK",
      };
      const of = (found: ReturnType<typeof access>) => "keys" in found && found.keys;
      assert.deepEqual(of(access(keys, env)), { access: "AK", secret: "SK" });
      const region = { "huaweicloud:region": "cn-north-4" };
      assert.deepEqual(of(access(region, env)), { access: "HWAK", secret: "HWSK", securityToken: "HWT" });
      assert.deepEqual(of(access(region, { OS_ACCESS_KEY: "OSAK", OS_SECRET_KEY: "OSSK" })), {
        access: "OSAK",
        secret: "OSSK",
      });
      assert.throws(
        () => access(region, { HW_ACCESS_KEY: "HWAK", OS_SECRET_KEY: "OSSK" }),
        /secret key is not where the access key is/,
      );
    });

    it("leaves OS_* variables of another cloud alone", () => {
      const other = {
        OS_AUTH_URL: "https://keystone.example:5000/v3",
        OS_PROJECT_ID: "theirs",
        OS_REGION_NAME: "RegionOne",
        OS_USERNAME: "me",
        OS_PASSWORD: "p",
      };
      const found = access(
        { "huaweicloud:accessKey": "AK", "huaweicloud:secretKey": "SK" },
        { ...other, HW_REGION_NAME: "cn-north-4" },
      );
      assert.equal(found.iam.host, "iam.cn-north-4.myhuaweicloud.com");
      assert.deepEqual(found.project, { name: "cn-north-4" });
      assert.equal(huaweicloud.region(settings({}, other)), undefined);
      assert.throws(
        () => access({}, { ...other, HW_REGION_NAME: "cn-north-4", HOME: "/nowhere" }),
        /no credentials: .*OS_AUTH_URL is of another cloud/,
      );
      const ours = {
        ...other,
        OS_AUTH_URL: "https://iam.cn-north-4.myhuaweicloud.com/v3",
        OS_DOMAIN_NAME: "d",
      };
      assert.ok("login" in access({}, ours));
      assert.equal(huaweicloud.region(settings({}, ours)), "RegionOne");
    });

    it("trusts no certificate that a private OpenStack is trusted with", () => {
      const theirs = {
        OS_INSECURE: "true",
        OS_CACERT: "/no/such/file",
        OS_CERT: "/no/such/file",
        OS_KEY: "/no/such/file",
      };
      assert.deepEqual(access(keys, theirs).tls, {});
      assert.deepEqual(access(keys, { ...theirs, HW_INSECURE: "1" }).tls, { rejectUnauthorized: false });
      const pem = "-----BEGIN CERTIFICATE-----";
      assert.deepEqual(access({ ...keys, "huaweicloud:cacertFile": pem }, theirs).tls, { ca: pem });
      assert.throws(() => access({ ...keys, "huaweicloud:insecure": "perhaps" }), /must be true or false/);
    });

    it("uses a configured project in the configured region only", () => {
      const config = { ...keys, "huaweicloud:projectId": "p1" };
      assert.deepEqual(access(config).project, { id: "p1" });
      assert.deepEqual(access(config, {}, { ...here, region: "cn-north-4" }).project, { id: "p1" });
      assert.deepEqual(access(config, {}, { ...here, region: "cn-east-3" }).project, { name: "cn-east-3" });
    });

    it("reads agencies", () => {
      const agencyOf = (found: ReturnType<typeof access>) => ("keys" in found ? found.agency : undefined);
      const role = (roleArn: string) => ({
        ...here,
        connection: { assumeRole: { roleArn, durationSeconds: 900 } },
      });
      assert.deepEqual(agencyOf(access(keys, {}, role("owner/ops"))), {
        name: "ops",
        domain: { name: "owner" },
        durationSeconds: 900,
      });
      const configured = {
        ...keys,
        "huaweicloud:assumeRole": JSON.stringify({ agencyName: "ops", domainName: "owner" }),
      };
      assert.deepEqual(agencyOf(access(configured)), { name: "ops", domain: { name: "owner" } });
      const env = { HW_ASSUME_ROLE_AGENCY_NAME: "ops", HW_ASSUME_ROLE_DOMAIN_ID: "d1" };
      assert.deepEqual(agencyOf(access(keys, env)), { name: "ops", domain: { id: "d1" } });
      assert.throws(
        () => access(keys, {}, role("ops")),
        /account of agency ops is not known; write roleArn as <account name>\/ops/,
      );
      assert.throws(
        () => access(keys, {}, { ...here, connection: { assumeRole: { roleArn: "a/b", externalId: "x" } } }),
        /an agency has none/,
      );
    });

    it("say what is missing", () => {
      assert.throws(
        () => access({ "huaweicloud:region": "r" }, { HOME: "/nowhere" }),
        /no credentials: set config huaweicloud:accessKey and secretKey/,
      );
      assert.throws(
        () => access({ "huaweicloud:accessKey": "AK", "huaweicloud:secretKey": "SK" }),
        /no Huawei Cloud region/,
      );
      assert.throws(
        () => access({ "huaweicloud:region": "r", "huaweicloud:userName": "u", "huaweicloud:password": "p" }),
        /account's name is missing; set config huaweicloud:domainName/,
      );
    });

    describe("of Huawei's CLI", () => {
      let folder: string;
      let file: string;

      beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "hcloud-"));
        file = join(folder, "config.json");
        const profile = {
          accessKeyId: "PAK",
          secretAccessKey: "PSK",
          securityToken: "",
          region: "cn-east-3",
          projectId: "p3",
        };
        const profiles = [
          { name: "default", ...profile },
          { name: "agent", ...profile, agencyName: "ops", agencyDomainName: "owner" },
        ];
        writeFileSync(file, JSON.stringify({ current: "default", profiles }));
      });
      afterEach(() => rmSync(folder, { recursive: true }));

      it("serve where nothing else is set", () => {
        const found = access({ "huaweicloud:sharedConfigFile": file });
        assert.ok("keys" in found);
        assert.deepEqual(
          [found.keys, found.region, found.project, found.agency],
          [{ access: "PAK", secret: "PSK" }, "cn-east-3", { id: "p3" }, undefined],
        );
        assert.equal("keys" in found && access(keys, { HW_SHARED_CONFIG_FILE: file }).region, "cn-north-4");
      });

      it("serve before anything else, if the program names one", () => {
        const where = { ...here, connection: { profile: "agent" } };
        const found = access(keys, { HW_SHARED_CONFIG_FILE: file, HW_PROJECT_ID: "other" }, where);
        assert.ok("keys" in found);
        assert.deepEqual(
          [found.keys.access, found.region, found.project],
          ["PAK", "cn-east-3", { id: "p3" }],
        );
        assert.deepEqual(found.agency, { name: "ops", domain: { name: "owner" } });
      });

      it("that are not here are named, with those that are", () => {
        const gone = { connection: { profile: "gone" } };
        assert.throws(
          () => access(keys, { HW_SHARED_CONFIG_FILE: file }, gone),
          /profile "gone" is not in .*: it has default, agent/,
        );
      });
    });
  });

  describe("session", () => {
    let server: ScriptedServer;
    let config: Record<string, string>;

    beforeEach(async () => {
      server = await ScriptedServer.start();
      config = {
        "huaweicloud:region": "cn-north-4",
        "huaweicloud:accessKey": "AKTEST",
        "huaweicloud:secretKey": "SKTEST",
        "huaweicloud:endpoints": JSON.stringify({ ecs: server.url, iam: server.url }),
      };
      server.on(/GET \/v3\/projects\?name=cn-north-4$/, {
        body: { projects: [{ id: PROJECT, name: "cn-north-4" }] },
      });
      server.on(/os-security-groups$/, { body: { security_groups: [{ id: WEB }] } });
    });
    afterEach(() => server.stop());

    const connect = (given: Settings, where = here) => huaweicloud.connect(where, given, within(5_000));
    const find = (session: NovaSession) =>
      findings(securityGroupAttachment.find, session, [pair], within(5_000));

    /** Signs again what arrived, with the secret of its access key. */
    function verify({ line, headers, body }: Seen, secrets: Record<string, string>): void {
      const [method = "", target = ""] = line.split(" ");
      const [, access = ""] = /Access=(\w+),/.exec(headers.authorization ?? "") ?? [];
      const token = headers["x-security-token"] as string | undefined;
      const { authorization } = sign(
        {
          method: method as "GET" | "POST",
          url: new URL(target, server.url),
          headers: {},
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        },
        { access, secret: secrets[access] ?? "", ...(token ? { securityToken: token } : {}) },
        headers["x-project-id"] as string | undefined,
        new Date(String(headers["x-sdk-date"]).replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5")),
      );
      assert.equal(headers.authorization, authorization, line);
    }

    it("looks the project up by the region's name, and signs every request", async () => {
      const session = await connect(settings(config));
      assert.deepEqual([session.accountId, session.region], [PROJECT, "cn-north-4"]);
      assert.deepEqual(await find(session), [{ state: "attached" }]);
      assert.deepEqual(server.lines(), [
        "GET /v3/projects?name=cn-north-4",
        `GET /v2.1/${PROJECT}/servers/${SERVER}/os-security-groups`,
      ]);
      for (const seen of server.seen) verify(seen, { AKTEST: "SKTEST" });
      assert.deepEqual(
        server.seen.map(({ headers }) => headers["x-project-id"]),
        [undefined, PROJECT],
      );
    });

    it("signs what it writes", async () => {
      server.on(/action$/, { status: 202 });
      const session = await connect(settings({ ...config, "huaweicloud:projectId": PROJECT }));
      await written(securityGroupAttachment.attach, session, [pair], within(5_000));
      assert.deepEqual(server.lines(), [`POST /v2.1/${PROJECT}/servers/${SERVER}/action`]);
      for (const seen of server.seen) verify(seen, { AKTEST: "SKTEST" });
    });

    it("never creates a project", async () => {
      server.on(/projects/, { body: { projects: [] } });
      await assert.rejects(
        connect(settings(config)),
        /no project named "cn-north-4"; choose one by its id or name/,
      );
      assert.deepEqual(server.lines(/POST/), []);
    });

    it("looks a group's name up through Nova, where only ECS has an endpoint", async () => {
      const session = await connect(settings({ ...config, "huaweicloud:projectId": PROJECT }));
      server.on(new RegExp(`GET /v2.1/${PROJECT}/os-security-groups$`), {
        body: { security_groups: [{ id: WEB, name: "web", tenant_id: PROJECT }] },
      });
      const named = { instanceId: SERVER, securityGroupName: "web" };
      assert.equal(
        (await securityGroupAttachment.resolve?.(session, named, within(5_000)))?.securityGroupId,
        WEB,
      );
    });

    it("signs a name with a blank and other signs as the gateway reads it", async () => {
      const endpoints = JSON.stringify({ ecs: server.url, iam: server.url, vpc: server.url });
      const session = await connect(settings({ ...config, "huaweicloud:endpoints": endpoints }));
      server.on(/v2\.0\/security-groups/, {
        body: { security_groups: [{ id: WEB, name: "a b+(c)", tenant_id: PROJECT }] },
      });
      const named = { instanceId: SERVER, securityGroupName: "a b+(c)" };
      await securityGroupAttachment.resolve?.(session, named, within(5_000));
      assert.equal(server.lines().at(-1), `GET /v2.0/security-groups?name=a%20b%2B(c)&tenant_id=${PROJECT}`);
      for (const seen of server.seen) verify(seen, { AKTEST: "SKTEST" });
    });

    describe("of an agency", () => {
      const role: Where = { ...here, connection: { assumeRole: { roleArn: "owner/ops" } } };
      let expires: string;

      beforeEach(() => {
        expires = new Date(Date.now() + 3_600_000).toISOString();
        server.on(/securitytokens$/, () => {
          const number = server.lines(/securitytokens/).length;
          const credential = {
            access: `TAK${number}`,
            secret: `TSK${number}`,
            securitytoken: `T${number}`,
            expires_at: expires,
          };
          return { status: 201, body: { credential } };
        });
      });

      const secrets = { AKTEST: "SKTEST", TAK1: "TSK1", TAK2: "TSK2" };

      it("uses its temporary keys for everything, its project included", async () => {
        const session = await connect(
          settings({ ...config, "huaweicloud:projectId": "of-our-own-account" }),
          role,
        );
        await Promise.all([find(session), find(session), find(session)]);
        assert.equal(session.accountId, PROJECT);
        assert.equal(server.lines(/securitytokens/).length, 1);
        assert.deepEqual(server.seen[0]?.body, {
          auth: {
            identity: { methods: ["assume_role"], assume_role: { agency_name: "ops", domain_name: "owner" } },
          },
        });
        for (const seen of server.seen) verify(seen, secrets);
        assert.deepEqual(
          server.seen.map(({ headers }) => headers["x-security-token"]),
          [undefined, "T1", "T1", "T1", "T1"],
        );
      });

      it("gets new keys before these expire", async () => {
        expires = new Date(Date.now() + 60_000).toISOString();
        const session = await connect(settings(config), role);
        await find(session);
        assert.equal(server.lines(/securitytokens/).length, 2);
      });

      it("gets new keys once, when these are refused", async () => {
        const session = await connect(settings(config), role);
        const refused = {
          error_code: "APIGW.0301",
          error_msg: "Incorrect IAM authentication information",
          request_id: "r1",
        };
        server.on(/os-security-groups$/, ({ headers }) =>
          headers["x-security-token"] === "T1"
            ? { status: 401, body: refused }
            : { body: { security_groups: [] } },
        );
        server.on(/servers\/[^/]+$/, ({ path }) => ({
          body: { server: { id: path.split("/").at(-1), status: "ACTIVE" } },
        }));
        assert.deepEqual(await find(session), [{ state: "detached" }]);
        assert.equal(server.lines(/securitytokens/).length, 2);
      });
    });

    it("with keys of its own does not repeat what is refused", async () => {
      const session = await connect(settings(config));
      server.on(/os-security-groups$/, {
        status: 401,
        headers: { "x-openstack-request-id": "" },
        body: {
          error_code: "APIGW.0301",
          error_msg: "Incorrect IAM authentication information: SKTEST",
          request_id: "r1",
        },
      });
      await assert.rejects(find(session), {
        code: "APIGW.0301",
        message: "Incorrect IAM authentication information: ***",
        status: 401,
        requestId: "r1",
      });
      assert.equal(server.lines(/os-security-groups/).length, 1);
    });

    it("logs in with a password and the account's name", async () => {
      server.on(/auth\/tokens/, () => issued(server, "t1"));
      const login = {
        "huaweicloud:region": "cn-north-4",
        "huaweicloud:endpoints": config["huaweicloud:endpoints"] ?? "",
        "huaweicloud:userName": "me",
        "huaweicloud:password": "pa55",
        "huaweicloud:domainName": "account",
      };
      const session = await connect(settings(login));
      assert.equal(session.accountId, PROJECT);
      await find(session);
      assert.deepEqual(server.seen[0]?.body, {
        auth: {
          identity: {
            methods: ["password"],
            password: { user: { name: "me", domain: { name: "account" }, password: "pa55" } },
          },
          scope: { project: { name: "cn-north-4", domain: { name: "account" } } },
        },
      });
      assert.equal(server.seen[1]?.headers["x-auth-token"], "t1");
      assert.equal(server.seen[1]?.line, `GET /v2.1/${PROJECT}/servers/${SERVER}/os-security-groups`);
    });

    for (const [code, status, body] of [
      ["Ecs.0114", 404, { error: { code: "Ecs.0114", message: "Instance[x] could not be found." } }],
      ["Ecs.0614", 404, { error: { code: "Ecs.0614", message: "gone" } }],
    ] as const) {
      it(`takes ${code} for a server that is not there`, async () => {
        const session = await connect(settings(config));
        server.on(/os-security-groups$/, { status, body });
        assert.deepEqual(await find(session), [{ state: "missing", what: `server ${SERVER}` }]);
      });
    }

    it("takes the gateway's 404 for what it is", async () => {
      const session = await connect(settings(config));
      const body = {
        error_code: "APIGW.0101",
        error_msg: "The API does not exist or has not been published",
        request_id: "r",
      };
      server.on(/os-security-groups$/, { status: 404, body });
      await assert.rejects(find(session), { code: "APIGW.0101" });
    });
  });

  it("knows its gateway's and its services' codes", () => {
    const outcome = (code: string, status: number, verb: "attach" | "detach" | "find" = "attach") =>
      huaweicloud.classify(new CloudError({ code, status, message: "m" }), verb).outcome;
    assert.equal(outcome("APIGW.0101", 404, "detach"), "permanent");
    assert.equal(outcome("APIGW.0201", 504), "transient");
    assert.equal(outcome("APIGW.0301", 401), "permanent");
    assert.equal(outcome("APIGW.0308", 429), "throttled");
    assert.equal(outcome("APIG.0308", 429), "throttled");
    assert.equal(outcome("Ecs.0114", 404, "detach"), "missing");
    assert.equal(outcome("Ecs.0605", 400), "busy");
    assert.equal(outcome("Ecs.0100", 400), "busy");
    assert.equal(outcome("Ecs.0023", 400), "permanent");
    assert.equal(outcome("itemNotFound", 404, "detach"), "permanent");
  });
});
