import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { group, server } from "../kit/nova-ids";
import { simulatorForEachTest } from "../kit/simulator";
import { type Reply as HttpReply, http } from "./http";

interface Keys {
  access: string;
  secret: string;
  securityToken?: string;
}

/** Signs as the vendor's "API Request Signing Guide" describes; the vectors below were made by its SDK (core 3.1.211). */
function signed(
  method: string,
  url: URL,
  { access, secret, securityToken }: Keys,
  { body = "", projectId, now = new Date() }: { body?: string; projectId?: string; now?: Date } = {},
): Record<string, string> {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const date = `${now.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    host: url.host,
    ...(projectId && { "x-project-id": projectId }),
    "x-sdk-date": date,
    ...(securityToken && { "x-security-token": securityToken }),
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    method,
    `${url.pathname}/`,
    url.search.slice(1),
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    sha256(body),
  ].join("\n");
  const toSign = `SDK-HMAC-SHA256\n${date}\n${sha256(canonical)}`;
  const signature = createHmac("sha256", secret).update(toSign).digest("hex");
  return {
    ...headers,
    authorization: `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}

const main: Keys = { access: "simulator-main-key", secret: "simulator-main-secret" };
const other: Keys = { access: "simulator-other-key", secret: "simulator-other-secret" };
const reader: Keys = { access: "simulator-reader-key", secret: "simulator-reader-secret" };
const projects = {
  huaweicloud: {
    main: "00000000000000000000000000000011",
    other: "00000000000000000000000000000012",
    second: "00000000000000000000000000000013",
  },
  opentelekomcloud: { main: "00000000000000000000000000000021" },
};

describe("simulated Huawei Cloud", () => {
  const simulator = simulatorForEachTest();

  type Reply = HttpReply<Record<string, unknown>>;
  const call = (method: string, url: URL, headers: Record<string, string>, body?: string): Promise<Reply> =>
    http(method, url, headers, body);
  type CloudName = keyof typeof projects;
  type Options = { projectId?: string; now?: Date; cloud?: CloudName };
  const send = (
    front: "ecs" | "iam" | "vpc",
    method: string,
    path: string,
    keys: Keys,
    body?: unknown,
    { cloud = "huaweicloud", ...options }: Options = {},
  ): Promise<Reply> => {
    const url = new URL(path, simulator.endpoints[cloud][front]);
    const text = body === undefined ? undefined : JSON.stringify(body);
    return call(method, url, signed(method, url, keys, { body: text ?? "", ...options }), text);
  };
  const add = (keys: Keys, name = group(2), projectId = projects.huaweicloud.main, options: Options = {}) =>
    send(
      "ecs",
      "POST",
      `/v2.1/${projectId}/servers/${server(1)}/action`,
      keys,
      { addSecurityGroup: { name } },
      { projectId, ...options },
    );
  const listOf = (keys: Keys, projectId: string, id = server(1)) =>
    send("ecs", "GET", `/v2.1/${projectId}/servers/${id}/os-security-groups`, keys, undefined, { projectId });

  it("signs in these tests as the vendor's SDK does", () => {
    const project = "a981572b0b1845b280f799f99a288c86";
    const base = `http://127.0.0.1:18080/v2.1/${project}/servers/8ef5c41f-0774-4258-8879-ffe9b63b10c7`;
    const keys = { access: "AKTEST", secret: "SKTEST" };
    const now = new Date("2026-11-20T09:04:40Z");
    const body = '{"addSecurityGroup":{"name":"ea3f45c8-ac6b-44c8-9729-424596f7e360"}}';
    assert.match(
      signed("POST", new URL(`${base}/action`), keys, { body, projectId: project, now }).authorization ?? "",
      /Signature=48130a51cbf2de31c51d6f608961632e73769271312882bea58e31abf165ab8e$/,
    );
    assert.match(
      signed("GET", new URL(`${base}/os-security-groups`), keys, { projectId: project, now }).authorization ??
        "",
      /Signature=f8b118c6b40e0d9d5af5eb4fc789f7ec96db06e259da8a2edf27feb238c1a343$/,
    );
  });

  it("serves Nova to a signed request", async () => {
    const project = projects.huaweicloud.main;
    assert.equal((await add(main)).status, 202);
    const { status, body } = await listOf(main, project);
    const names = (body.security_groups as { name: string }[]).map(({ name }) => name);
    assert.deepEqual([status, names], [200, ["default", "web"]]);
    assert.deepEqual((await add(main)).status, 400);
    assert.equal(simulator.journal[0]?.accountId, project);
    assert.equal(simulator.journal[0]?.front, "huaweicloud.ecs");
  });

  it("refuses wrong keys, signatures and times in the gateway's form", async () => {
    const { second } = projects.huaweicloud;
    const cases: [Promise<Reply>, number, string, RegExp][] = [
      [add({ ...main, access: "nobody" }), 401, "APIGW.0301", /ak:nobody,err:ak not exist$/],
      [add({ ...main, secret: "wrong" }), 401, "APIGW.0301", /verify aksk signature fail$/],
      [
        add(main, group(2), undefined, { now: new Date(Date.now() - 16 * 60_000) }),
        401,
        "APIGW.0301",
        /expired/,
      ],
      [add({ ...main, securityToken: "made up" }), 401, "APIGW.0301", /decrypt token fail$/],
      [add(other, group(2), second), 403, "APIGW.0302", /not authorized/],
      [
        send("ecs", "GET", "/v9/nothing", main, undefined, { projectId: second }),
        404,
        "APIGW.0101",
        /not exist/,
      ],
    ];
    for (const [reply, status, code, message] of cases) {
      const { status: got, body, headers } = await reply;
      assert.deepEqual([got, body.error_code], [status, code]);
      assert.match(String(body.error_msg), message);
      assert.equal(body.request_id, headers.get("x-request-id"));
    }
    const url = new URL(`/v2.1/${second}/servers`, simulator.endpoints.huaweicloud.ecs);
    const bare = await call("GET", url, {});
    assert.match(String(bare.body.error_msg), /x-auth-token not found$/);
  });

  it("verifies the body and every signed header", async () => {
    const url = new URL(
      `/v2.1/${projects.huaweicloud.main}/servers/${server(1)}/action`,
      simulator.endpoints.huaweicloud.ecs,
    );
    const body = JSON.stringify({ addSecurityGroup: { name: group(2) } });
    const projectId = projects.huaweicloud.main;
    const headers = signed("POST", url, main, { body, projectId });
    assert.equal((await call("POST", url, headers, body.replace("add", "remove"))).status, 401);
    assert.equal((await call("POST", url, { ...headers, "x-project-id": "0" }, body)).status, 401);
    assert.equal((await call("POST", url, headers, body)).status, 202);
  });

  it("locks a key for five minutes after more than five wrong signatures, when told to", async () => {
    simulator.setFaults({ variants: { "gateway.lockout": "on" } });
    for (let attempt = 0; attempt < 6; attempt++) await add({ ...main, secret: "wrong" });
    const locked = await add(main);
    assert.match(String(locked.body.error_msg), /AK access failed to reach the limit/);
    const later = 5 * 60_000 + 1;
    simulator.setFaults({ variants: { "gateway.lockout": "on" }, clockOffsetMs: later });
    const now = new Date(Date.now() + later);
    assert.equal((await add(main, group(2), undefined, { now })).status, 202);
  });

  it("keeps accounts apart, and lets a reader read", async () => {
    const { main: mine, other: theirs } = projects.huaweicloud;
    const foreign = await listOf(other, theirs);
    assert.deepEqual([foreign.status, Object.keys(foreign.body)], [404, ["itemNotFound"]]);
    assert.equal((await listOf(other, theirs, server(201))).status, 200);
    assert.equal((await listOf(reader, mine)).status, 200);
    assert.equal((await add(reader)).status, 403);
  });

  it("finds groups by name (VPC)", async () => {
    const options = { projectId: projects.huaweicloud.main };
    const { body } = await send("vpc", "GET", "/v2.0/security-groups?name=web", main, undefined, options);
    assert.deepEqual(
      (body.security_groups as { id: string }[]).map(({ id }) => id),
      [group(2)],
    );
  });

  it("tells projects and the account of a key", async () => {
    const named = await send("iam", "GET", "/v3/projects?name=cn-north-4", main);
    assert.deepEqual(
      (named.body.projects as { id: string }[]).map(({ id }) => id),
      [projects.huaweicloud.main],
    );
    const all = await send("iam", "GET", "/v3/projects", main);
    assert.equal((all.body.projects as unknown[]).length, 2);
    const none = await send("iam", "GET", "/v3/projects?name=nowhere", main);
    assert.deepEqual(none.body.projects, []);
    const domains = await send("iam", "GET", "/v3/auth/domains", other);
    assert.deepEqual(domains.body.domains, [
      { id: "simulator-domain-other", name: "simulator-other", enabled: true },
    ]);
  });

  it("issues tokens, with the project in the catalogue's urls", async () => {
    const {
      authUrl = "",
      ecs,
      userName,
      password,
      domainName,
      projectName,
    } = simulator.endpoints.huaweicloud;
    const body = JSON.stringify({
      auth: {
        identity: {
          methods: ["password"],
          password: { user: { name: userName, password, domain: { name: domainName } } },
        },
        scope: { project: { name: projectName, domain: { name: domainName } } },
      },
    });
    const { status, headers, body: answer } = await call("POST", new URL(`${authUrl}/auth/tokens`), {}, body);
    assert.equal(status, 201);
    const { token } = answer as { token: { catalog: { type: string; endpoints: { url: string }[] }[] } };
    const compute = token.catalog.find(({ type }) => type === "compute")?.endpoints[0]?.url;
    assert.equal(compute, `${ecs}/v2.1/${projects.huaweicloud.main}`);
    const url = new URL(`${compute}/servers/${server(1)}/os-security-groups`);
    assert.equal(
      (await call("GET", url, { "x-auth-token": headers.get("x-subject-token") ?? "" })).status,
      200,
    );
    const wrong = await call("GET", url, { "x-auth-token": "bad" });
    assert.deepEqual([wrong.status, wrong.body.error_code], [401, "APIGW.0301"]);
  });

  describe("temporary keys", () => {
    const assume = (keys: Keys, role: object) =>
      send("iam", "POST", "/v3.0/OS-CREDENTIAL/securitytokens", keys, {
        auth: { identity: { methods: ["assume_role"], assume_role: role } },
      });
    const temporary = ({ body }: Reply): Keys => {
      const { access, secret, securitytoken } = body.credential as Record<string, string>;
      return { access: access ?? "", secret: secret ?? "", securityToken: securitytoken ?? "" };
    };

    it("act for an agency in the account that trusts the caller's", async () => {
      const reply = await assume(main, { agency_name: "deployer", domain_name: "simulator-other" });
      assert.equal(reply.status, 201);
      const keys = temporary(reply);
      const { other: theirs } = projects.huaweicloud;
      assert.equal((await listOf(keys, theirs, server(201))).status, 200);
      assert.equal((await listOf(keys, projects.huaweicloud.main)).status, 403);
      const { securityToken: _, ...without } = keys;
      assert.equal((await listOf(without, theirs, server(201))).status, 401);
      const listed = await send("iam", "GET", "/v3/projects?name=cn-north-4", keys);
      assert.deepEqual(
        (listed.body.projects as { id: string }[]).map(({ id }) => id),
        [theirs],
      );
    });

    it("end when they were to end", async () => {
      const reply = await assume(main, {
        agency_name: "deployer",
        domain_id: "simulator-domain-other",
        duration_seconds: 900,
      });
      const { expires_at } = reply.body.credential as { expires_at: string };
      const offset = Date.parse(expires_at) - Date.now();
      assert.ok(Math.abs(offset - 900_000) < 60_000);
      simulator.setFaults({ clockOffsetMs: 900_000 });
      const path = `/v2.1/${projects.huaweicloud.other}/servers`;
      const options = { projectId: projects.huaweicloud.other, now: new Date(Date.now() + 900_000) };
      const late = await send("ecs", "GET", path, temporary(reply), undefined, options);
      assert.deepEqual([late.status, late.body.error_code], [401, "APIGW.0301"]);
    });

    it("are refused with IAM's codes", async () => {
      const cases: [Keys, object, number, string][] = [
        [main, { agency_name: "nobody", domain_name: "simulator-other" }, 404, "IAM.0004"],
        [other, { agency_name: "deployer", domain_name: "simulator-other" }, 403, "IAM.0002"],
        [main, { domain_name: "simulator-other" }, 400, "IAM.0007"],
        [
          main,
          { agency_name: "deployer", domain_name: "simulator-other", duration_seconds: 5 },
          400,
          "IAM.0007",
        ],
      ];
      for (const [keys, role, status, code] of cases) {
        const reply = await assume(keys, role);
        assert.deepEqual([reply.status, reply.body.error_code], [status, code]);
      }
    });
  });

  it("has its own words for a lost server, a locked one and throttling", async () => {
    const { main: project } = projects.huaweicloud;
    simulator.setFaults({
      variants: { "ecs.errors": "native" },
      rules: [
        { kind: "throttle", times: 1 },
        { kind: "busy", action: "addSecurityGroup", times: 1 },
      ],
    });
    const throttled = await listOf(main, project);
    assert.deepEqual([throttled.status, throttled.body.error_code], [429, "APIGW.0308"]);
    const locked = await add(main);
    assert.deepEqual([locked.status, (locked.body.error as { code: string }).code], [400, "Ecs.0605"]);
    const lost = await listOf(main, project, server(99));
    assert.deepEqual([lost.status, (lost.body.error as { code: string }).code], [404, "Ecs.0114"]);
  });

  it("may do otherwise than Nova where nobody has seen what it does", async () => {
    simulator.setFaults({ variants: { "nova.addTwice": "success", "nova.removeLast": "error" } });
    assert.deepEqual([(await add(main)).status, (await add(main)).status], [202, 202]);
    const projectId = projects.huaweicloud.main;
    const path = `/v2.1/${projectId}/servers/${server(2)}/action`;
    const last = await send(
      "ecs",
      "POST",
      path,
      main,
      { removeSecurityGroup: { name: "default" } },
      { projectId },
    );
    assert.equal(last.status, 400);
  });

  it("is Open Telekom Cloud, too, in another world", async () => {
    const { main: project } = projects.opentelekomcloud;
    const { region, projectId } = simulator.endpoints.opentelekomcloud;
    assert.deepEqual([region, projectId], ["eu-de", project]);
    const reply = await add(main, group(2), project, { cloud: "opentelekomcloud" });
    assert.equal(reply.status, 202);
    assert.equal(
      simulator.world.huaweicloud.ports["30000000-0000-4000-8000-000000000010"]?.securityGroupIds.length,
      1,
    );
  });
});
