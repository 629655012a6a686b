import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { within } from "../../../providers/core/cloud/renewable";
import { connect as logIn } from "../../../providers/core/cloud/sessions";
import type { Where } from "../../../providers/core/contract/cloud";
import { schema } from "../../../providers/core/util/schema";
import type { Settings } from "../../../providers/core/util/settings";
import { openstack } from "../../../providers/openstack/cloud";
import { accessTo } from "../../../providers/openstack/credentials";
import { names } from "../../../providers/openstack/settings";
import { issued, PROJECT, passwordConfig, settings, startOpenStack } from "../../kit/openstack-server";
import type { ScriptedServer } from "../../kit/scripted-server";

const here: Where = {};
/** What is answered does not matter here. */
const anything = schema((v) => v.unknown());

describe("OpenStack login", () => {
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await startOpenStack();
  });
  afterEach(() => server.stop());

  const connect = (given: Settings, where = here) => openstack.connect(where, given, within(5_000));

  /** The `auth` of the one login that was made. */
  function auth(): { identity: unknown; scope?: unknown } {
    assert.equal(server.seen.length, 1, server.lines().join("\n"));
    return (server.seen[0]?.body as { auth: { identity: unknown; scope?: unknown } }).auth;
  }

  describe("methods", () => {
    it("logs in with a password and names, and takes project and region from Keystone", async () => {
      const session = await connect(settings(passwordConfig(server)));
      assert.equal(session.accountId, PROJECT);
      assert.equal(session.region, "RegionOne");
      const domain = { id: "default" };
      assert.deepEqual(auth(), {
        identity: {
          methods: ["password"],
          password: { user: { name: "demo", domain, password: "pa55-word" } },
        },
        scope: { project: { name: "demo", domain } },
      });
    });

    it("logs in with ids", async () => {
      await connect(
        settings({}, { OS_AUTH_URL: server.url, OS_USER_ID: "u1", OS_PASSWORD: "p", OS_PROJECT_ID: "p1" }),
      );
      assert.deepEqual(auth(), {
        identity: { methods: ["password"], password: { user: { id: "u1", password: "p" } } },
        scope: { project: { id: "p1" } },
      });
    });

    it("logs in with domains by name, OS_DOMAIN_NAME serving both", async () => {
      const env = { OS_AUTH_URL: server.url, OS_USERNAME: "u", OS_PASSWORD: "p", OS_PROJECT_NAME: "x" };
      await connect(settings({}, { ...env, OS_USER_DOMAIN_NAME: "people", OS_DOMAIN_NAME: "all" }));
      assert.deepEqual(auth(), {
        identity: {
          methods: ["password"],
          password: { user: { name: "u", domain: { name: "people" }, password: "p" } },
        },
        scope: { project: { name: "x", domain: { name: "all" } } },
      });
    });

    it("logs in with an application credential by id, which carries its own project", async () => {
      const env = {
        OS_AUTH_URL: server.url,
        OS_APPLICATION_CREDENTIAL_ID: "ac",
        OS_APPLICATION_CREDENTIAL_SECRET: "s",
        OS_PROJECT_NAME: "ignored",
      };
      await connect(settings({}, env));
      assert.deepEqual(auth(), {
        identity: { methods: ["application_credential"], application_credential: { id: "ac", secret: "s" } },
      });
    });

    it("logs in with an application credential by name, with its user", async () => {
      const config = {
        "openstack:authUrl": server.url,
        "openstack:applicationCredentialName": "ci",
        "openstack:applicationCredentialSecret": "s",
        "openstack:userName": "demo",
        "openstack:userDomainName": "Default",
      };
      await connect(settings(config));
      assert.deepEqual(auth(), {
        identity: {
          methods: ["application_credential"],
          application_credential: {
            name: "ci",
            user: { name: "demo", domain: { name: "Default" } },
            secret: "s",
          },
        },
      });
    });

    it("logs in with a token", async () => {
      await connect(settings({}, { OS_AUTH_URL: server.url, OS_TOKEN: "t0", OS_PROJECT_ID: "p1" }));
      assert.deepEqual(auth(), {
        identity: { methods: ["token"], token: { id: "t0" } },
        scope: { project: { id: "p1" } },
      });
    });

    for (const [path, sent] of [
      ["", "/v3/auth/tokens"],
      ["/", "/v3/auth/tokens"],
      ["/v3", "/v3/auth/tokens"],
      ["/v3/", "/v3/auth/tokens"],
      ["/identity", "/identity/v3/auth/tokens"],
      ["/identity/v3", "/identity/v3/auth/tokens"],
    ] as const) {
      it(`takes an authentication URL that ends in "${path}"`, async () => {
        await connect(settings({ ...passwordConfig(server), "openstack:authUrl": server.url + path }));
        assert.deepEqual(server.lines(), [`POST ${sent}`]);
      });
    }
  });

  describe("where settings come from", () => {
    it("takes config before environment, and a project from one place only", async () => {
      const env = { OS_PASSWORD: "other", OS_PROJECT_ID: "left-over", OS_USERNAME: "other" };
      await connect(settings(passwordConfig(server), env));
      const sent = JSON.stringify(auth());
      assert.ok(!sent.includes("left-over") && !sent.includes("other"), sent);
    });

    it("takes an argument's region before config's, and config's before the environment's", async () => {
      const given = settings({ "openstack:region": "from-config" }, { OS_REGION_NAME: "from-env" });
      assert.equal(openstack.region(given), "from-config");
      assert.equal(openstack.region(settings({}, { OS_REGION_NAME: "from-env" })), "from-env");
      assert.equal(openstack.region(settings()), undefined);
      const session = await connect(settings(passwordConfig(server)), { ...here, region: "RegionOne" });
      assert.equal(session.region, "RegionOne");
    });

    it("uses endpoint overrides, with a version or without", async () => {
      const overrides = { network: `${server.url}/net/v2.0/` };
      const session = await connect(
        settings({ ...passwordConfig(server), "openstack:endpointOverrides": JSON.stringify(overrides) }),
      );
      server.on(/security-groups/, { body: { security_groups: [] } });
      const request = { action: "listSecurityGroups", ids: [], path: "/v2.0/security-groups" };
      await session.request("network", request, within(5_000), anything);
      assert.equal(server.lines().at(-1), "GET /net/v2.0/security-groups");
    });

    for (const [config, message] of [
      [{}, /no credentials: set config openstack:authUrl \(OS_AUTH_URL\), or config openstack:cloud/],
      [{ "openstack:authUrl": "https://keystone" }, /no credentials: set config openstack:userName/],
      [
        { "openstack:authUrl": "https://keystone", "openstack:userName": "u" },
        /password is missing; set config openstack:password \(OS_PASSWORD\)/,
      ],
      [
        { "openstack:authUrl": "https://keystone", "openstack:applicationCredentialId": "u" },
        /application_credential_secret is missing/,
      ],
      [
        { "openstack:authUrl": "keystone:5000/v3", "openstack:token": "t" },
        /authUrl\) is not a URL that begins with https/,
      ],
      [
        { "openstack:authUrl": "https://me:pa55@keystone/v3", "openstack:token": "t" },
        /must not hold a user name or password/,
      ],
      [
        { "openstack:authUrl": "http://keystone.example:5000/v3", "openstack:token": "t" },
        /not encrypted.*allowPlainHttp true/,
      ],
      [
        { "openstack:authUrl": "https://k", "openstack:token": "t", "openstack:endpointType": "x" },
        /public, internal or admin/,
      ],
    ] as const) {
      it(`says what is wrong with ${JSON.stringify(config)}`, async () => {
        await assert.rejects(connect(settings(config)), (error: Error) => {
          assert.match(error.message, message);
          assert.ok(!error.message.includes("pa55"), error.message);
          return true;
        });
      });
    }

    it("allows plain http elsewhere when told so", async () => {
      const config = { ...passwordConfig(server), "openstack:authUrl": "http://keystone.invalid:5000" };
      const allowed = settings(config, { PULUMI_CLOUD_ATTACHMENTS_ALLOW_PLAIN_HTTP: "true" });
      await assert.rejects(connect(allowed), { code: /ENOTFOUND|EAI_AGAIN/ });
    });
  });

  describe("what would be another login", () => {
    const env = () => ({
      OS_AUTH_URL: server.url,
      OS_USERNAME: "me",
      OS_PASSWORD: "of-an-identity-provider",
      OS_PROJECT_NAME: "demo",
    });

    for (const [variable, value] of [
      ["OS_AUTH_TYPE", "v3oidcpassword"],
      ["OS_AUTH_TYPE", "v3totp"],
      ["OS_TRUST_ID", "t"],
      ["OS_SYSTEM_SCOPE", "all"],
      ["OS_PASSCODE", "123456"],
      ["OS_IDENTITY_PROVIDER", "corp"],
      ["OS_PROTOCOL", "openid"],
      ["OS_IDENTITY_API_VERSION", "2"],
    ] as const) {
      it(`is refused by name: ${variable}=${value}`, async () => {
        await assert.rejects(connect(settings({}, { ...env(), [variable]: value })), new RegExp(variable));
        assert.deepEqual(server.seen, []);
      });
    }

    it("is taken where it is ours", async () => {
      for (const type of ["password", "v3password"]) {
        await connect(settings({}, { ...env(), OS_AUTH_TYPE: type, OS_IDENTITY_API_VERSION: "3" }));
      }
      const token = { OS_TOKEN: "gAAAA", OS_AUTH_TYPE: "password" };
      await connect(settings({}, { ...env(), ...token }));
      assert.match(JSON.stringify(server.seen.at(-1)?.body), /"methods":\["password"\]/);
    });
  });

  describe("an id that is none", () => {
    for (const id of ["..", "../..", "a/b", "a?b", "a#b", "%2e%2e", "a\\b", "", "a b", "é"]) {
      it(`leads to no other path: ${JSON.stringify(id)}`, async () => {
        const session = await connect(settings(passwordConfig(server)));
        const request = { action: "show", ids: [], path: `/servers/${id}/os-interface` };
        const before = server.seen.length;
        const expected = id === "a/b" ? /./ : /is no path of the API/;
        await assert.rejects(session.request("compute", request, within(1_000), anything), expected);
        assert.equal(server.seen.length, id === "a/b" ? before + 1 : before);
      });
    }
  });

  describe("catalogue", () => {
    const other = { interface: "public", region: "RegionTwo", url: "http://127.0.0.1:1/v2.1" };

    it("asks for a region if there are several, and names them", async () => {
      server.on(/auth\/tokens/, () =>
        issued(server, "t", {
          catalog: [{ type: "compute", endpoints: [other, { ...other, region: "RegionOne" }] }],
        }),
      );
      await assert.rejects(
        connect(settings(passwordConfig(server))),
        /no region: the cloud has RegionOne, RegionTwo; give the argument region/,
      );
    });

    it("names the regions there are, if the wanted one is not among them", async () => {
      await assert.rejects(
        connect(settings({ ...passwordConfig(server), "openstack:region": "Nowhere" })),
        /region "Nowhere" has no public compute endpoint; regions that have one: RegionOne/,
      );
    });

    it("names the services there are, if compute is not among them", async () => {
      server.on(/auth\/tokens/, () => issued(server, "t", { catalog: [{ type: "image", endpoints: [] }] }));
      await assert.rejects(
        connect(settings(passwordConfig(server))),
        /no public compute endpoint; it has image \(hint: check the project, and endpointType\)/,
      );
    });

    it("says so if the login is for no project", async () => {
      server.on(/auth\/tokens/, () => issued(server, "t", { project: undefined }));
      await assert.rejects(
        connect(settings(passwordConfig(server))),
        /the login is for no project; set config/,
      );
    });

    it("refuses plain http endpoints to other machines", async () => {
      server.on(/auth\/tokens/, () =>
        issued(server, "t", {
          catalog: [{ type: "compute", endpoints: [{ ...other, url: "http://nova.example/v2.1" }] }],
        }),
      );
      await assert.rejects(
        connect(settings(passwordConfig(server))),
        /http:\/\/nova\.example is not encrypted/,
      );
    });
  });

  describe("token", () => {
    const list = async (session: Awaited<ReturnType<typeof connect>>) =>
      session.request("compute", { action: "x", ids: [], path: "/things" }, within(5_000), anything);

    it("is one for all who ask at the same time", async () => {
      const session = await connect(settings(passwordConfig(server)));
      server.on(/things/, { body: { things: [1] } });
      await Promise.all(Array.from({ length: 10 }, () => list(session)));
      assert.equal(server.lines(/auth\/tokens/).length, 1);
      assert.equal(server.lines(/things/).length, 10);
    });

    it("is replaced once when it is refused, by one new login for all", async () => {
      const session = await connect(settings(passwordConfig(server)));
      const unauthorized = {
        error: { code: 401, title: "Unauthorized", message: "requires authentication" },
      };
      server.on(/things/, ({ headers }) =>
        headers["x-auth-token"] === "token-1"
          ? { status: 401, body: unauthorized }
          : { body: { things: [] } },
      );
      await Promise.all(Array.from({ length: 5 }, () => list(session)));
      assert.equal(server.lines(/auth\/tokens/).length, 2);
    });

    it("refused a second time, is an error that lasts", async () => {
      const session = await connect(settings(passwordConfig(server)));
      server.on(/things/, {
        status: 401,
        body: { error: { code: 401, title: "Unauthorized", message: "token-2 is no good" } },
      });
      await assert.rejects(list(session), (error: Error & { code: string }) => {
        assert.equal(error.code, "Unauthorized");
        assert.equal(error.message, "*** is no good");
        assert.equal(openstack.classify(error as never, "find").outcome, "permanent");
        return true;
      });
      assert.equal(server.lines(/things/).length, 2);
      assert.equal(server.lines(/auth\/tokens/).length, 2);
    });

    it("is not had for a wrong password, which no message repeats", async () => {
      server.on(/auth\/tokens/, {
        status: 401,
        body: { error: { code: 401, title: "Unauthorized", message: "no such password: pa55-word" } },
      });
      await assert.rejects(connect(settings(passwordConfig(server))), {
        code: "Unauthorized",
        message: "no such password: ***",
        requestId: "req-1",
      });
      assert.equal(server.seen.length, 1);
    });
  });

  describe("clouds.yaml", () => {
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "clouds-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    function files(clouds: string, secure = "clouds: {}"): Record<string, string> {
      writeFileSync(join(folder, "clouds.yaml"), clouds);
      writeFileSync(join(folder, "secure.yaml"), secure);
      return {
        OS_CLIENT_CONFIG_FILE: join(folder, "clouds.yaml"),
        OS_CLIENT_SECURE_FILE: join(folder, "secure.yaml"),
      };
    }

    const cloud = (extra = "") => `
clouds:
  lab:
    auth: { auth_url: "${server.url}", username: lab, project_id: 1e10 }
    region_name: RegionOne
    ${extra}
  other: {}
`;
    const secret = "clouds: { lab: { auth: { password: from-secure } } }";

    it("gives a cloud, with its secrets from secure.yaml", async () => {
      const session = await connect(settings({}, { ...files(cloud(), secret), OS_CLOUD: "lab" }));
      assert.equal(session.region, "RegionOne");
      const user = { name: "lab", domain: { id: "default" }, password: "from-secure" };
      assert.deepEqual(auth(), {
        identity: { methods: ["password"], password: { user } },
        scope: { project: { id: "1e10" } },
      });
    });

    it("is completed from the environment, if the environment or config chose the cloud", async () => {
      await connect(settings({ "openstack:cloud": "lab" }, { ...files(cloud()), OS_PASSWORD: "from-env" }));
      assert.match(JSON.stringify(auth()), /from-env/);
    });

    it("is not completed from elsewhere, if the program chose the cloud", async () => {
      const given = settings({ "openstack:password": "a" }, { ...files(cloud()), OS_PASSWORD: "b" });
      const where = { ...here, connection: { profile: "lab" } };
      await assert.rejects(connect(given, where), /password is missing/);
      assert.deepEqual(server.seen, []);
    });

    it("names the clouds there are, if the wanted one is not among them", async () => {
      const where = { ...here, connection: { profile: "gone" } };
      await assert.rejects(
        async () => connect(settings({}, files(cloud())), where),
        /cloud "gone" is not in clouds.yaml: .*clouds.yaml has lab, other/,
      );
    });

    it("gives way to the ambient credentials for a recorded cloud that is not here", async () => {
      const where = { recorded: true, connection: { profile: "of-a-laptop" } };
      const session = await logIn(openstack, where, settings(passwordConfig(server), files(cloud())));
      assert.equal(session.accountId, PROJECT);
    });

    it("completes a cloud from its region's values, and from a public cloud", async () => {
      writeFileSync(
        join(folder, "clouds-public.yaml"),
        `public-clouds: { vendor: { auth: { auth_url: "${server.url}" }, interface: public } }`,
      );
      const text = `
clouds:
  lab:
    profile: vendor
    auth: { username: lab, password: p, project_name: x }
    regions:
      - name: RegionOne
        values: { auth: { project_domain_name: there } }
`;
      const folderBefore = process.cwd();
      process.chdir(folder);
      try {
        await connect(settings({}, { ...files(text), OS_CLOUD: "lab" }), { ...here, region: "RegionOne" });
      } finally {
        process.chdir(folderBefore);
      }
      assert.deepEqual(auth().scope, { project: { name: "x", domain: { name: "there" } } });
    });

    it("that is malformed is named with the line, and without its text", async () => {
      const env = { ...files("clouds:\n  lab:\n    password: 'pa55\n"), OS_CLOUD: "lab" };
      await assert.rejects(connect(settings({}, env)), (error: Error) => {
        assert.match(error.message, /clouds\.yaml is not valid YAML \(line \d\)/);
        assert.ok(!error.message.includes("pa55"));
        return true;
      });
    });

    it("takes null for nothing, and only a quoted one for a text", async () => {
      for (const nothing of ["null", "~", "Null", ""]) {
        const text = cloud(`cacert: ${nothing}`).replace(
          "project_id: 1e10",
          `project_id: 1, token: ${nothing}`,
        );
        await connect(settings({}, { ...files(text, secret), OS_CLOUD: "lab" }));
      }
      assert.match(JSON.stringify(server.seen.at(-1)?.body), /"methods":\["password"\]/);
      const quoted = cloud().replace("project_id: 1e10", 'project_id: 1e10, token: "null"');
      await connect(settings({}, { ...files(quoted), OS_CLOUD: "lab" }));
      assert.match(JSON.stringify(server.seen.at(-1)?.body), /"token":\{"id":"null"\}/);
    });

    for (const [line, insecure] of [
      ["insecure: true", true],
      ["insecure: yes", true],
      ["insecure: false", false],
      ["verify: false", true],
      ["verify: true", false],
      ["verify: no", true],
      ["", false],
    ] as const) {
      it(`${line || "silence"} ${insecure ? "switches the check of certificates off" : "leaves certificates checked"}`, () => {
        const access = accessTo(
          names,
          here,
          settings({}, { ...files(cloud(line), secret), OS_CLOUD: "lab" }),
        );
        assert.deepEqual(access.tls, insecure ? { rejectUnauthorized: false } : {});
      });
    }

    for (const [what, text, reason] of [
      ["a malformed flag", () => cloud("verify: perhaps"), /verify in clouds\.yaml must be true or false/],
      ["a list for a text", () => cloud("cacert: [a]"), /cacert in clouds\.yaml must be a text/],
      [
        "an auth that is no object",
        () => "clouds: { lab: { auth: secret-text } }",
        /auth in clouds\.yaml must be an object/,
      ],
      ["another Keystone", () => cloud('identity_api_version: "2.0"'), /OS_IDENTITY_API_VERSION must be 3/],
      ...["trust_id", "system_scope", "passcode", "identity_provider", "protocol", "access_token", "ak"].map(
        (key) =>
          [
            `auth.${key}`,
            () => cloud().replace("username: lab", `username: lab, ${key}: secret-text`),
            new RegExp(`auth\\.${key} in clouds\\.yaml is not supported here`),
          ] as const,
      ),
    ] as const) {
      it(`with ${what} is refused by name, before any call`, async () => {
        const env = { ...files(text()), OS_CLOUD: "lab" };
        await assert.rejects(connect(settings({}, env)), (error: Error) => {
          assert.match(error.message, reason);
          assert.doesNotMatch(error.message, /secret-text/);
          return true;
        });
        assert.deepEqual(server.seen, []);
      });
    }

    it("may call a project a tenant, as older files do", async () => {
      const text = cloud().replace("project_id: 1e10", "tenant-name: demo, project-domain-name: there");
      await connect(settings({}, { ...files(text, secret), OS_CLOUD: "lab" }));
      assert.deepEqual(auth().scope, { project: { name: "demo", domain: { name: "there" } } });
    });

    it("is not asked for the cloud named envvars, which is the environment", async () => {
      const env = { OS_AUTH_URL: server.url, OS_USERNAME: "me", OS_PASSWORD: "p", OS_PROJECT_NAME: "demo" };
      await connect(settings({}, { ...files(cloud()), ...env, OS_CLOUD: "envvars" }));
      assert.match(JSON.stringify(auth()), /"name":"me"/);
    });

    it("with a kind of login that we do not have says so", async () => {
      const env = { ...files(cloud("auth_type: v3oidcpassword")), OS_CLOUD: "lab" };
      await assert.rejects(connect(settings({}, env)), /auth_type "v3oidcpassword" .* not supported/);
    });
  });
});
