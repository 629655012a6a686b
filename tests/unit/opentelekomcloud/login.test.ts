import assert from "node:assert/strict";
import { within } from "../../../providers/core/cloud/renewable";
import type { Where } from "../../../providers/core/contract/cloud";
import { opentelekomcloud } from "../../../providers/opentelekomcloud/cloud";
import { securityGroupAttachment } from "../../../providers/opentelekomcloud/compute/security-group-attachment";
import { issued, PROJECT, SERVER, settings, WEB } from "../../kit/openstack-server";
import { ScriptedServer } from "../../kit/scripted-server";
import { findings } from "../../kit/verbs";

const here: Where = {};
const pair = { instanceId: SERVER, securityGroupId: WEB };

describe("Open Telekom Cloud", () => {
  let server: ScriptedServer;
  let keys: Record<string, string>;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    keys = {
      OS_AUTH_URL: `${server.url}/v3`,
      OS_ACCESS_KEY: "AK",
      OS_SECRET_KEY: "SK",
      OS_PROJECT_NAME: "eu-de_web",
    };
    server.on(/projects\?name=eu-de_web$/, { body: { projects: [{ id: PROJECT, name: "eu-de_web" }] } });
    server.on(/os-security-groups$/, { body: { security_groups: [{ id: WEB }] } });
  });
  afterEach(() => server.stop());

  const overrides = () => ({ "opentelekomcloud:endpointOverrides": JSON.stringify({ compute: server.url }) });
  const connect = (config: Record<string, string>, env: Record<string, string>, where = here) =>
    opentelekomcloud.connect(where, settings(config, env), within(5_000));

  it("signs with an access key, in the project and region that the project's name tells", async () => {
    const session = await connect(overrides(), keys);
    assert.deepEqual([session.accountId, session.region], [PROJECT, "eu-de"]);
    assert.deepEqual(await findings(securityGroupAttachment.find, session, [pair], within(5_000)), [
      { state: "attached" },
    ]);
    assert.deepEqual(server.lines(), [
      "GET /v3/projects?name=eu-de_web",
      `GET /v2.1/${PROJECT}/servers/${SERVER}/os-security-groups`,
    ]);
    for (const { headers } of server.seen)
      assert.match(headers.authorization ?? "", /^SDK-HMAC-SHA256 Access=AK, /);
  });

  it("tells the endpoint of ECS from that of IAM", async () => {
    const env = { ...keys, OS_PROJECT_NAME: "", OS_PROJECT_ID: PROJECT, OS_REGION: "eu-de" };
    const at = async (authUrl: string) => {
      const session = await connect({}, { ...env, OS_AUTH_URL: authUrl }, { ...here, region: "eu-de" });
      return (session as unknown as { endpoints: { compute: URL } }).endpoints.compute.href;
    };
    assert.equal(
      await at("https://iam.eu-de.otc.t-systems.com/v3"),
      `https://ecs.eu-de.otc.t-systems.com/v2.1/${PROJECT}`,
    );
    assert.equal(
      await at("https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3"),
      `https://ecs.eu-ch2.sc.otc.t-systems.com/v2.1/${PROJECT}`,
    );
    await assert.rejects(at("https://keystone.example/v3"), /set config opentelekomcloud:endpointOverrides/);
    assert.equal(opentelekomcloud.region(settings({}, env)), "eu-de");
  });

  it("takes a token before a key, and a key before a password", async () => {
    server.on(/auth\/tokens/, () => issued(server, "t1"));
    const session = await connect({}, { ...keys, OS_TOKEN: "t0" });
    assert.equal(session.region, "RegionOne");
    assert.deepEqual(server.lines(), ["POST /v3/auth/tokens"]);
    await connect(overrides(), { ...keys, OS_USERNAME: "u", OS_PASSWORD: "p" });
    assert.equal(server.lines().at(-1), "GET /v3/projects?name=eu-de_web");
  });

  it("logs in with a password, its domain serving user and project", async () => {
    server.on(/auth\/tokens/, () => issued(server, "t1"));
    const config = {
      "opentelekomcloud:authUrl": `${server.url}/v3`,
      "opentelekomcloud:userName": "u",
      "opentelekomcloud:password": "p",
      "opentelekomcloud:domainName": "OTC-1",
      "opentelekomcloud:tenantName": "eu-de",
    };
    const session = await connect(config, {});
    assert.equal(session.accountId, PROJECT);
    const domain = { name: "OTC-1" };
    assert.deepEqual(server.seen[0]?.body, {
      auth: {
        identity: { methods: ["password"], password: { user: { name: "u", domain, password: "p" } } },
        scope: { project: { name: "eu-de", domain } },
      },
    });
  });

  it("assumes an agency with a key", async () => {
    const credential = {
      access: "TAK",
      secret: "TSK",
      securitytoken: "T",
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    };
    server.on(/securitytokens$/, { status: 201, body: { credential } });
    server.on(/projects\?name=eu-de$/, { body: { projects: [{ id: PROJECT, name: "eu-de" }] } });
    const where = { ...here, region: "eu-de", connection: { assumeRole: { roleArn: "owner/ops" } } };
    const session = await connect(overrides(), keys, where);
    assert.equal(session.accountId, PROJECT);
    assert.equal(server.seen[1]?.headers["x-security-token"], "T");
  });

  it("says what is missing", async () => {
    await assert.rejects(connect(overrides(), { ...keys, OS_SECRET_KEY: "" }), /secret key is missing/);
    await assert.rejects(connect({}, {}), /no credentials: set config opentelekomcloud:authUrl/);
    const role = { ...here, connection: { assumeRole: { roleArn: "owner/ops" } } };
    await assert.rejects(
      connect({}, { OS_AUTH_URL: server.url, OS_TOKEN: "t" }, role),
      /with an access key only/,
    );
  });
});
