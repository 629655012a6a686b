import assert from "node:assert/strict";
import { http, type Reply } from "./http";

/** An OpenStack under test: the simulated one, or a true one. All users have the same password. */
export interface OpenStackUnderTest {
  authUrl: string;
  compute: string;
  network: string;
  password: string;
  userId: string;
  projectId: string;
  applicationCredential: { id: string; name: string; secret: string };
  /** Both with the group default alone. */
  oneNic: string;
  twoNic: string;
  web: string;
  db: string;
  default: string;
  /** A group of the project `other`. */
  foreign: string;
}

const unknownId = "11111111-2222-4333-8444-555555555555";
const unauthorized = "The request you have made requires authentication.";
const malformed =
  "The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.";

const by = (token: string) => ({ "x-auth-token": token });
const domain = { id: "default" };
const project = (name: string) => ({ project: { name, domain } });

export async function login(stage: OpenStackUnderTest, user: string, inProject: string): Promise<string> {
  const identity = {
    methods: ["password"],
    password: { user: { name: user, domain, password: stage.password } },
  };
  const { status, headers } = await http(
    "POST",
    `${stage.authUrl}/auth/tokens`,
    {},
    { auth: { identity, scope: project(inProject) } },
  );
  assert.equal(status, 201);
  return headers.get("x-subject-token") ?? "";
}

/** Nova and Neutron as one account sees them. */
export class Account {
  constructor(
    readonly stage: OpenStackUnderTest,
    readonly token: string,
  ) {}

  act(server: string, body: unknown, { base = this.stage.compute, headers = {} } = {}): Promise<Reply> {
    return http("POST", `${base}/servers/${server}/action`, { ...by(this.token), ...headers }, body);
  }
  add = (server: string, name: unknown, more = {}) => this.act(server, { addSecurityGroup: { name } }, more);
  remove = (server: string, name: unknown, more = {}) =>
    this.act(server, { removeSecurityGroup: { name } }, more);
  list = (server: string) =>
    http("GET", `${this.stage.compute}/servers/${server}/os-security-groups`, by(this.token));
  get = (path: string) => http("GET", `${this.stage.compute}${path}`, by(this.token));
  neutron = (method: string, path: string, body?: unknown) =>
    http(method, `${this.stage.network}/v2.0${path}`, by(this.token), body);

  /** Sorted, since no page promises an order. */
  async names(server: string): Promise<string[]> {
    const { body } = await this.list(server);
    return (body as { security_groups: { name: string }[] }).security_groups.map(({ name }) => name).sort();
  }
  /** In the order in which Nova works on them: it asks Neutron the same. */
  async ports(server: string): Promise<{ id: string; security_groups: string[] }[]> {
    const { body } = await this.neutron("GET", `/ports?device_id=${server}`);
    return (body as { ports: { id: string; security_groups: string[] }[] }).ports;
  }
  async groupsNamed(...names: string[]): Promise<string[]> {
    const query = names.map((name) => `name=${name}`).join("&");
    const { body } = await this.neutron("GET", `/security-groups?${query}`);
    return (body as { security_groups: { id: string }[] }).security_groups.map(({ id }) => id).sort();
  }
  async makeGroup(name: string, more = {}): Promise<string> {
    const { body } = await this.neutron("POST", "/security-groups", { security_group: { name, ...more } });
    return (body as { security_group: { id: string } }).security_group.id;
  }
  async dropGroup(id: string): Promise<void> {
    assert.equal((await this.neutron("DELETE", `/security-groups/${id}`)).status, 204);
  }
  setPort = (port: string, changes: object) => this.neutron("PUT", `/ports/${port}`, { port: changes });
}

function accepted({ status, body, headers }: Reply): void {
  assert.deepEqual([status, body], [202, ""]);
  assert.equal(headers.get("content-type"), "application/json");
  assert.match(headers.get("x-openstack-request-id") ?? "", /^req-[0-9a-f-]{36}$/);
}

/** Nova's form of an error; request ids in the message are masked. */
function refused({ status, body }: Reply, code: number, fault: string, message: string): void {
  const masked = JSON.parse(JSON.stringify(body).replace(/req-[0-9a-f-]{36}/g, "<req>"));
  assert.deepEqual([status, masked], [code, { [fault]: { code, message } }]);
}
const notFound = (reply: Reply, message: string) => refused(reply, 404, "itemNotFound", message);
const badRequest = (reply: Reply, message: string) => refused(reply, 400, "badRequest", message);
const unexpected = (reply: Reply, python: string) =>
  refused(
    reply,
    500,
    "computeFault",
    `Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.\n<class '${python}'>`,
  );

/** What Nova answers about a server's groups: the same to be expected of a true one and of the simulator. */
export function novaCases(under: () => OpenStackUnderTest): void {
  let stage: OpenStackUnderTest;
  let demo: Account;
  const as = async (user: string, inProject = user) =>
    new Account(stage, await login(stage, user, inProject));
  before(async () => {
    stage = under();
    demo = await as("demo");
  });
  const own = ["dup", "slack"];
  /** Both servers in the group default alone, and none of the groups that a case makes: whatever the last one left. */
  async function reset(): Promise<void> {
    for (const server of [stage.oneNic, stage.twoNic]) {
      for (const { id } of await demo.ports(server)) {
        const usual = { security_groups: [stage.default], port_security_enabled: true };
        assert.equal((await demo.setPort(id, usual)).status, 200);
      }
    }
    for (const id of await demo.groupsNamed(...own, stage.web)) await demo.dropGroup(id);
  }
  beforeEach(reset);
  after(reset);

  const duplicate = (reply: Reply, group: string) =>
    badRequest(
      reply,
      `Invalid input for security_groups. Reason: Duplicate items in the list: '${group}'.\nNeutron server returns request_ids: ['<req>']`,
    );

  it("adds once and removes once, by id and by name", async () => {
    const { oneNic, web } = stage;
    assert.deepEqual(await demo.names(oneNic), ["default"]);
    accepted(await demo.add(oneNic, web));
    assert.deepEqual(await demo.names(oneNic), ["default", "web"]);
    duplicate(await demo.add(oneNic, web), web);
    duplicate(await demo.add(oneNic, "web"), web);
    accepted(await demo.remove(oneNic, web));
    assert.deepEqual(await demo.names(oneNic), ["default"]);
    for (const name of [web, "web"]) {
      notFound(
        await demo.remove(oneNic, name),
        `Security group ${name} not associated with the instance ${oneNic}`,
      );
    }
    accepted(await demo.add(oneNic, "web"));
    accepted(await demo.remove(oneNic, "web"));
  });

  it("lists them by project and name", async () => {
    // Source: openstack/nova, nova/api/openstack/compute/security_groups.py, ServerSecurityGroupController.index.
    const { oneNic, web, foreign } = stage;
    const admin = await as("admin");
    for (const group of [web, foreign]) accepted(await admin.add(oneNic, group));
    const { body } = await admin.list(oneNic);
    const listed = (body as { security_groups: { tenant_id: string; name: string }[] }).security_groups;
    const keys = listed.map(({ tenant_id, name }) => `${tenant_id} ${name}`);
    assert.deepEqual(keys, [...keys].sort());
    assert.equal(keys.length, 3);
  });

  it("lists id, name, description, tenant_id and rules", async () => {
    const { body } = await demo.list(stage.oneNic);
    const [group] = (body as { security_groups: Record<string, unknown>[] }).security_groups;
    assert.deepEqual(Object.keys(group ?? {}).sort(), ["description", "id", "name", "rules", "tenant_id"]);
    assert.equal(group?.description, "Default security group");
    assert.equal(group?.tenant_id, stage.projectId);
    assert.equal((group?.rules as unknown[]).length, 2);
  });

  it("shows a server, its groups and its interfaces", async () => {
    const { body } = await demo.get(`/servers/${stage.twoNic}`);
    const { server } = body as { server: Record<string, unknown> };
    assert.deepEqual(
      [server.id, server.status, server.tenant_id, server.security_groups],
      [stage.twoNic, "ACTIVE", stage.projectId, [{ name: "default" }, { name: "default" }]],
    );
    const { body: list } = await demo.get(`/servers/${stage.twoNic}/os-interface`);
    const { interfaceAttachments } = list as { interfaceAttachments: { port_id: string }[] };
    const ports = await demo.ports(stage.twoNic);
    assert.deepEqual(
      interfaceAttachments.map(({ port_id }) => port_id).sort(),
      ports.map(({ id }) => id).sort(),
    );
  });

  it("lists servers page by page, with a link to the next where a page is full", async () => {
    type Listed = {
      servers: { id: string; metadata?: object }[];
      servers_links?: { rel: string; href: string }[];
    };
    const { body: all } = await demo.get("/servers/detail");
    const ids = (all as Listed).servers.map(({ id }) => id);
    assert.ok(ids.includes(stage.oneNic) && ids.includes(stage.twoNic));
    assert.equal((all as Listed).servers_links, undefined);
    const paged: string[] = [];
    for (let marker = ""; ; ) {
      const { body } = await demo.get(`/servers/detail?limit=1${marker && `&marker=${marker}`}`);
      const { servers, servers_links } = body as Listed;
      assert.equal(servers_links?.some(({ rel }) => rel === "next") ?? false, servers.length === 1);
      const [server] = servers;
      if (!server) break;
      assert.deepEqual(server.metadata, {});
      paged.push(server.id);
      marker = server.id;
    }
    assert.deepEqual(paged, ids);
    badRequest(await demo.get(`/servers/detail?marker=${unknownId}`), `marker [${unknownId}] not found`);
  });

  it("tells unknown groups and servers apart", async () => {
    const { oneNic, web, projectId } = stage;
    for (const name of ["nope", unknownId, stage.foreign]) {
      const message = `Security group ${name} is not found for project ${projectId}`;
      notFound(await demo.add(oneNic, name), message);
      notFound(await demo.remove(oneNic, name), message);
    }
    for (const server of [unknownId, "not-a-uuid"]) {
      const message = `Instance ${server} could not be found.`;
      notFound(await demo.add(server, web), message);
      notFound(await demo.remove(server, web), message);
      notFound(await demo.list(server), message);
    }
    notFound(await demo.get(`/servers/${unknownId}`), `Instance ${unknownId} could not be found.`);
    notFound(
      await demo.get(`/servers/${unknownId}/os-interface`),
      `Instance ${unknownId} could not be found.`,
    );
  });

  it("refuses a name that two groups have, and prefers an id to a name", async () => {
    const { oneNic, web } = stage;
    const [one, two] = [await demo.makeGroup("dup"), await demo.makeGroup("dup")];
    await demo.makeGroup(web);
    const several = "Multiple security_group matches found for name 'dup', use an ID to be more specific.";
    refused(await demo.add(oneNic, "dup"), 409, "conflictingRequest", several);
    refused(await demo.remove(oneNic, "dup"), 409, "conflictingRequest", several);
    accepted(await demo.add(oneNic, one));
    notFound(
      await demo.remove(oneNic, two),
      `Security group ${two} not associated with the instance ${oneNic}`,
    );
    accepted(await demo.remove(oneNic, one));
    accepted(await demo.add(oneNic, web));
    const [port] = await demo.ports(oneNic);
    assert.deepEqual(port?.security_groups.sort(), [stage.default, web].sort());
    accepted(await demo.remove(oneNic, web));
  });

  it("lets the last group go", async () => {
    const { oneNic } = stage;
    accepted(await demo.remove(oneNic, "default"));
    assert.deepEqual((await demo.list(oneNic)).body, { security_groups: [] });
    notFound(
      await demo.remove(oneNic, stage.default),
      `Security group ${stage.default} not associated with the instance ${oneNic}`,
    );
    accepted(await demo.add(oneNic, "default"));
  });

  it("works on all NICs, in their order, and lists one entry a NIC", async () => {
    const { twoNic, web } = stage;
    accepted(await demo.add(twoNic, web));
    assert.deepEqual(await demo.names(twoNic), ["default", "default", "web", "web"]);
    const [first, second] = await demo.ports(twoNic);
    assert.ok(first && second);
    const usual = { security_groups: [stage.default] };

    await demo.setPort(second.id, usual);
    assert.deepEqual(await demo.names(twoNic), ["default", "default", "web"]);
    duplicate(await demo.add(twoNic, web), web);
    assert.deepEqual((await demo.names(twoNic)).length, 3);

    await demo.setPort(second.id, { security_groups: [stage.default, web] });
    await demo.setPort(first.id, usual);
    duplicate(await demo.add(twoNic, web), web);
    assert.deepEqual(await demo.names(twoNic), ["default", "default", "web", "web"]);

    await demo.setPort(first.id, usual);
    accepted(await demo.remove(twoNic, web));
    assert.deepEqual(await demo.names(twoNic), ["default", "default"]);
  });

  it("stops at a NIC that cannot carry groups, and leaves the NICs before it changed", async () => {
    const { twoNic, web } = stage;
    const [, second] = await demo.ports(twoNic);
    assert.ok(second);
    await demo.setPort(second.id, { security_groups: [], port_security_enabled: false });
    badRequest(
      await demo.add(twoNic, web),
      "Network requires port_security_enabled and subnet associated in order to apply security groups.",
    );
    assert.deepEqual(await demo.names(twoNic), ["default", "web"]);
    accepted(await demo.remove(twoNic, web));
  });

  it("cannot put a stateless group beside a stateful one", async () => {
    const slack = await demo.makeGroup("slack", { stateful: false });
    const [port] = await demo.ports(stage.oneNic);
    const mixed = await demo.setPort(port?.id ?? "", { security_groups: [stage.default, slack] });
    const reason =
      "Cannot apply both stateful and stateless security groups on the same port at the same time";
    const message = `Error ${reason} while attempting the operation.`;
    assert.deepEqual(
      [mixed.status, mixed.body],
      [409, { NeutronError: { type: "SecurityGroupConflict", message, detail: "" } }],
    );
    unexpected(await demo.add(stage.oneNic, slack), "neutronclient.common.exceptions.Conflict");
    assert.deepEqual(await demo.names(stage.oneNic), ["default"]);
  });

  it("shows each account its own", async () => {
    const { oneNic, web, foreign } = stage;
    const [other, reader, admin] = [await as("other"), await as("reader", "demo"), await as("admin")];
    notFound(await other.add(oneNic, web), `Instance ${oneNic} could not be found.`);
    notFound(await other.list(oneNic), `Instance ${oneNic} could not be found.`);
    accepted(await reader.add(oneNic, web));
    assert.deepEqual(await reader.names(oneNic), ["default", "web"]);
    accepted(await reader.remove(oneNic, web));
    assert.equal((await admin.add(oneNic, "web")).status, 404);
    accepted(await admin.add(oneNic, web));
    accepted(await admin.remove(oneNic, web));
    assert.deepEqual((await demo.neutron("GET", `/security-groups/${foreign}`)).body, {
      NeutronError: {
        type: "SecurityGroupNotFound",
        message: `Security group ${foreign} does not exist`,
        detail: "",
      },
    });
  });

  it("hides a group of another project that an admin has added, and then can add nothing", async () => {
    const { oneNic, web, foreign } = stage;
    const admin = await as("admin");
    accepted(await admin.add(oneNic, foreign));
    assert.deepEqual(await demo.names(oneNic), ["default"]);
    assert.deepEqual(await admin.names(oneNic), ["default", "foreign"]);
    unexpected(await demo.add(oneNic, web), "neutronclient.common.exceptions.NotFound");
    accepted(await admin.remove(oneNic, foreign));
  });

  it("wants a valid token", async () => {
    for (const token of [undefined, "", "bad"]) {
      const { status, body } = await http(
        "GET",
        `${stage.compute}/servers`,
        token === undefined ? {} : by(token),
      );
      const error = { code: 401, title: "Unauthorized", message: unauthorized };
      assert.deepEqual([status, body], [401, { error }]);
    }
  });

  it("says what is wrong with a body", async () => {
    const { oneNic } = stage;
    for (const name of ["", "  "]) {
      badRequest(await demo.add(oneNic, name), "Security group name cannot be empty");
    }
    const bodies: [unknown, string][] = [
      [{ addSecurityGroup: {} }, "Security group not specified"],
      [{ addSecurityGroup: null }, "Missing parameter dict"],
      [{ addSecurityGroup: "web" }, "Missing parameter dict"],
      [{ noSuchAction: {} }, "There is no such action: noSuchAction"],
      [{}, "Malformed request body"],
      [[], "Malformed request body"],
      [{ addSecurityGroup: { name: "web" }, x: {} }, "Malformed request body"],
      ["{bad", "Malformed request body"],
    ];
    for (const [body, message] of bodies) badRequest(await demo.act(oneNic, body), message);
    unexpected(await demo.add(oneNic, 5), "AttributeError");
    accepted(await demo.act(oneNic, { addSecurityGroup: { name: "web", x: 1 } }));
    accepted(await demo.remove(oneNic, "web"));
  });

  it("serves /v2 and /v2.1, with the token's project in the path or without", async () => {
    const { oneNic, projectId } = stage;
    const root = stage.compute.replace(/\/v2\.1$/, "");
    for (const path of [`/v2.1/${projectId}`, `/v2/${projectId}`, "/v2"]) {
      accepted(await demo.add(oneNic, "web", { base: root + path }));
      accepted(await demo.remove(oneNic, "web", { base: root + path }));
    }
    const wrong = "f".repeat(32);
    badRequest(
      await demo.add(oneNic, "web", { base: `${root}/v2.1/${wrong}` }),
      `Malformed request URL: URL's project_id '${wrong}' doesn't match Context's project_id '${projectId}'`,
    );
    const nowhere = await http("GET", `${stage.compute}/nope`, by(demo.token));
    assert.deepEqual(
      [nowhere.status, nowhere.headers.get("content-type")],
      [404, "text/html; charset=UTF-8"],
    );
    const { body } = await http("GET", `${root}/`);
    const versions = (body as { versions: { id: string; version: string }[] }).versions;
    assert.equal(versions.find(({ id }) => id === "v2.1")?.version, "2.93");
  });

  it("works at every microversion it knows", async () => {
    const { oneNic } = stage;
    for (const version of ["2.36", "2.90", "2.93"]) {
      const headers = { "openstack-api-version": `compute ${version}` };
      accepted(await demo.add(oneNic, "web", { headers }));
      accepted(await demo.remove(oneNic, "web", { headers }));
    }
    refused(
      await demo.add(oneNic, "web", { headers: { "openstack-api-version": "compute 9.9" } }),
      406,
      "computeFault",
      "Version 9.9 is not supported by the API. Minimum is 2.1 and maximum is 2.93.",
    );
  });

  it("finds groups by name and does not delete one in use (Neutron)", async () => {
    const { oneNic, web } = stage;
    assert.deepEqual(await demo.groupsNamed("web"), [web]);
    const none = await demo.neutron("GET", "/security-groups?name=nope");
    assert.deepEqual(none.body, { security_groups: [] });
    accepted(await demo.add(oneNic, web));
    const kept = await demo.neutron("DELETE", `/security-groups/${web}`);
    assert.deepEqual(
      [kept.status, kept.body],
      [
        409,
        {
          NeutronError: { type: "SecurityGroupInUse", message: `Security Group ${web} in use.`, detail: "" },
        },
      ],
    );
    accepted(await demo.remove(oneNic, web));
    const [port] = await demo.ports(oneNic);
    const refusals: [object, number, string][] = [
      [{ security_groups: [unknownId] }, 404, "SecurityGroupNotFound"],
      [{ security_groups: [web, web] }, 400, "HTTPBadRequest"],
      [{ security_groups: "web" }, 400, "HTTPBadRequest"],
      [{ port_security_enabled: false }, 409, "PortSecurityPortHasSecurityGroup"],
    ];
    for (const [changes, status, type] of refusals) {
      const reply = await demo.setPort(port?.id ?? "", changes);
      const { NeutronError } = reply.body as { NeutronError: { type: string } };
      assert.deepEqual([reply.status, NeutronError.type], [status, type]);
    }
  });
}

/** What Keystone answers to a login. */
export function keystoneCases(under: () => OpenStackUnderTest): void {
  let stage: OpenStackUnderTest;
  before(() => {
    stage = under();
  });
  const password = (user: object, scope: object | undefined = project("demo"), secret = stage.password) => ({
    auth: {
      identity: { methods: ["password"], password: { user: { ...user, password: secret } } },
      ...(scope !== undefined && { scope }),
    },
  });
  const demo = { name: "demo", domain };
  const credential = (given: object, scope?: object) => ({
    auth: {
      identity: { methods: ["application_credential"], application_credential: given },
      ...(scope && { scope }),
    },
  });
  const post = (body: unknown) => http("POST", `${stage.authUrl}/auth/tokens`, {}, body);

  interface TokenBody {
    methods: string[];
    user: { id: string; name: string };
    project?: { id: string; name: string; domain: { id: string; name: string } };
    issued_at: string;
    expires_at: string;
    roles?: { name: string }[];
    catalog?: {
      type: string;
      endpoints: { interface: string; region: string; region_id: string; url: string }[];
    }[];
    application_credential?: { id: string };
  }
  async function logsIn(body: unknown): Promise<TokenBody> {
    const { status, body: answer, headers } = await post(body);
    assert.equal(status, 201, JSON.stringify(answer));
    assert.ok((headers.get("x-subject-token") ?? "").length > 100);
    return (answer as { token: TokenBody }).token;
  }
  async function refuses(body: unknown, code: number, title: string, message: string): Promise<void> {
    const reply = await post(body);
    const { error } = reply.body as { error: Record<string, unknown> };
    assert.deepEqual([reply.status, error.code, error.title, error.message], [code, code, title, message]);
  }

  it("issues a token for a password, user and project by name or id", async () => {
    const token = await logsIn(password(demo));
    assert.deepEqual(token.methods, ["password"]);
    assert.equal(token.user.id, stage.userId);
    assert.deepEqual(token.project, {
      id: stage.projectId,
      name: "demo",
      domain: { id: "default", name: "Default" },
    });
    assert.equal(Date.parse(token.expires_at) - Date.parse(token.issued_at), 3_600_000);
    assert.deepEqual(token.roles?.map(({ name }) => name).sort(), ["member", "reader"]);
    const byName = { project: { name: "demo", domain: { name: "Default" } } };
    await logsIn(password({ name: "demo", domain: { name: "Default" } }, byName));
    await logsIn(password({ id: stage.userId }, { project: { id: stage.projectId } }));
  });

  it("gives the compute and network endpoints in the catalogue, none without a scope", async () => {
    const { catalog = [] } = await logsIn(password(demo));
    const publicUrl = (type: string) =>
      catalog.find((service) => service.type === type)?.endpoints.find((end) => end.interface === "public");
    assert.deepEqual(
      [publicUrl("compute")?.url, publicUrl("compute")?.region, publicUrl("network")?.url],
      [stage.compute, "RegionOne", stage.network],
    );
    const identity = { methods: ["password"], password: { user: { ...demo, password: stage.password } } };
    const unscoped = await logsIn({ auth: { identity } });
    assert.deepEqual([unscoped.project, unscoped.catalog], [undefined, undefined]);
  });

  it("issues a token for an application credential, by id or by name and user", async () => {
    const { id, name, secret } = stage.applicationCredential;
    for (const given of [{ id }, { name, user: { id: stage.userId } }, { name, user: demo }]) {
      const token = await logsIn(credential({ ...given, secret }));
      assert.deepEqual([token.project?.id, token.application_credential?.id], [stage.projectId, id]);
    }
    await refuses(credential({ id, secret: "wrong" }), 401, "Unauthorized", unauthorized);
    await refuses(
      credential({ id: "ffff", secret }),
      404,
      "Not Found",
      "Could not find Application Credential: ffff.",
    );
    await refuses(
      credential({ id, secret }, project("demo")),
      401,
      "Unauthorized",
      "Error authenticating with application credential: Application credentials cannot request a scope.",
    );
    await refuses(
      credential({ name, secret }),
      400,
      "Bad Request",
      `Expecting to find user in application credential. ${malformed}`,
    );
  });

  it("issues a token for a token, which ends with it", async () => {
    const { headers, body } = await post(password(demo));
    const first = (body as { token: TokenBody }).token;
    const id = headers.get("x-subject-token");
    const second = await logsIn({
      auth: { identity: { methods: ["token"], token: { id } }, scope: project("demo") },
    });
    assert.deepEqual(second.methods.sort(), ["password", "token"]);
    assert.equal(second.expires_at, first.expires_at);
    await refuses(
      { auth: { identity: { methods: ["token"], token: { id: "bad" } } } },
      404,
      "Not Found",
      "Could not recognize Fernet token",
    );
  });

  it("does not say why a login fails", async () => {
    const wrong: unknown[] = [
      password(demo, project("demo"), "wrong"),
      password({ name: "nobody", domain }),
      password({ name: "demo", domain: { name: "nowhere" } }),
      password(demo, project("nope")),
      password(demo, project("other")),
    ];
    for (const body of wrong) await refuses(body, 401, "Unauthorized", unauthorized);
  });

  it("says what is missing in a login", async () => {
    const cases: [unknown, string][] = [
      [password({ name: "demo" }), "domain in user"],
      [password(demo, { project: { name: "demo" } }), "domain in project"],
      [{}, "auth in request body"],
      ["{bad", "valid JSON in request body"],
      [{ auth: { identity: { methods: ["password"] } } }, "password in identity"],
    ];
    for (const [body, what] of cases) {
      await refuses(body, 400, "Bad Request", `Expecting to find ${what}. ${malformed}`);
    }
    await refuses(
      { auth: { identity: { methods: ["magic"], magic: {} } } },
      401,
      "Unauthorized",
      "Attempted to authenticate with an unsupported method.",
    );
  });

  it("shows and revokes a token, lists one's projects", async () => {
    const token = await login(stage, "demo", "demo");
    const itself = { ...by(token), "x-subject-token": token };
    const shown = await http("GET", `${stage.authUrl}/auth/tokens`, itself);
    assert.equal((shown.body as { token: TokenBody }).token.project?.id, stage.projectId);
    const mine = await http("GET", `${stage.authUrl}/auth/projects`, by(token));
    assert.deepEqual(
      (mine.body as { projects: { name: string }[] }).projects.map(({ name }) => name),
      ["demo"],
    );
    assert.equal((await http("GET", `${stage.authUrl}/projects?name=demo`, by(token))).status, 403);
    const gone = await http("DELETE", `${stage.authUrl}/auth/tokens`, itself);
    assert.equal(gone.status, 204);
    assert.equal((await http("GET", `${stage.authUrl}/auth/projects`, by(token))).status, 401);
  });

  it("describes its version", async () => {
    const { status, body } = await http("GET", stage.authUrl);
    assert.deepEqual([status, (body as { version: { id: string } }).version.id], [200, "v3.14"]);
  });
}
