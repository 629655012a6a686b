import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AUDIT_LOG } from "../../../providers/core/cloud/audit-log";
import { within } from "../../../providers/core/cloud/renewable";
import type { Finding } from "../../../providers/core/contract/association";
import type { NovaSession } from "../../../providers/openstack/client";
import { openstack } from "../../../providers/openstack/cloud";
import { securityGroupAttachment as attachment } from "../../../providers/openstack/compute/security-group-attachment";
import {
  DB,
  issued,
  PROJECT,
  passwordConfig,
  SERVER,
  settings,
  startOpenStack,
  WEB,
} from "../../kit/openstack-server";
import type { ScriptedServer } from "../../kit/scripted-server";
import { findings, share, written } from "../../kit/verbs";

const DEFAULT = "00000000-0000-4000-8000-000000000000";
const pair = { instanceId: SERVER, securityGroupId: WEB };

describe("Security group on an OpenStack server", () => {
  let server: ScriptedServer;
  let session: NovaSession;
  const call = () => within(5_000);

  beforeEach(async () => {
    server = await startOpenStack();
    session = await openstack.connect({}, settings(passwordConfig(server)), call());
    server.seen.length = 0;
  });
  afterEach(() => server.stop());

  /** The server's list names a group once for each interface that has it. */
  function show(interfaces: string[][]): void {
    server.on(/os-security-groups$/, {
      body: { security_groups: interfaces.flat().map((id) => ({ id, name: id })) },
    });
    server.on(/\/ports\?/, { body: { ports: interfaces.map((_, id) => port(`${id}`)) } });
  }

  const port = (id: string, more = {}) => ({
    id,
    port_security_enabled: true,
    fixed_ips: [{ ip_address: "10.0.0.1" }],
    ...more,
  });

  const find = (...groups: string[]) =>
    findings(
      attachment.find,
      session,
      (groups.length ? groups : [WEB]).map((securityGroupId) => ({ instanceId: SERVER, securityGroupId })),
      call(),
    );

  const cases: [string, string[][], Finding<object>, number][] = [
    ["detached", [[DEFAULT]], { state: "detached" }, 1],
    ["attached to the only interface", [[DEFAULT, WEB]], { state: "attached" }, 2],
    [
      "attached to both interfaces",
      [
        [DEFAULT, WEB],
        [DEFAULT, WEB],
      ],
      { state: "attached" },
      2,
    ],
    [
      "attached to one of two, which the list alone shows",
      [[DEFAULT, WEB], [DEFAULT]],
      { state: "attached", incomplete: "it is on 1 of the server's 2 network interfaces" },
      1,
    ],
    [
      "attached to one of two that have no group in common",
      [[WEB], [DB]],
      { state: "attached", incomplete: "it is on 1 of the server's 2 network interfaces" },
      2,
    ],
    [
      "attached to one of two, the other having none",
      [[WEB], []],
      { state: "attached", incomplete: "it is on 1 of the server's 2 network interfaces" },
      2,
    ],
  ];
  for (const [name, interfaces, finding, calls] of cases) {
    it(`is found ${name}`, async () => {
      show(interfaces);
      assert.deepEqual(await find(), [finding]);
      assert.equal(server.seen.length, calls, server.lines().join("\n"));
    });
  }

  for (const [what, unable] of [
    ["port security off", { port_security_enabled: false }],
    ["no address", { fixed_ips: [] }],
  ] as const) {
    it(`does not count as missing on an interface with ${what}, and is not taken off others for its sake`, async () => {
      show([[WEB], []]);
      server.on(/\/ports\?/, { body: { ports: [port("able"), port("unable", unable)] } });
      assert.deepEqual(await find(), [{ state: "attached" }]);
      server.on(/\/ports\?/, { body: { ports: [port("able"), port("unable", unable), port("lacking")] } });
      const incomplete = "it is on 1 of the server's 2 network interfaces";
      assert.deepEqual(await find(), [{ state: "attached", incomplete }]);
      server.seen.length = 0;
      await assert.rejects(
        async () => attachment.change?.(session, pair, call()),
        /network interface unable .* takes no security group.*nothing was taken off/,
      );
      assert.equal(server.seen.length, 1, server.lines().join("\n"));
    });
  }

  it("is found with others on the same server in the same call", async () => {
    show([
      [DEFAULT, WEB, DB],
      [DEFAULT, DB],
    ]);
    assert.deepEqual(
      (await find(WEB, DB, "22222222-2222-4333-8444-555555555555")).map(
        (found) => "state" in found && found.state,
      ),
      ["attached", "attached", "detached"],
    );
    assert.equal(server.seen.length, 2);
    assert.ok(share(attachment.find, pair, { ...pair, securityGroupId: DB }));
    assert.ok(!share(attachment.find, pair, { ...pair, instanceId: DB }));
  });

  it("waits for a server that is being built", async () => {
    show([[]]);
    server.on(/servers\/[^/]+$/, { body: { server: { id: SERVER, status: "BUILD" } } });
    assert.deepEqual(await find(), [{ state: "detached", busy: "the server is being built" }]);
    server.on(/servers\/[^/]+$/, { body: { server: { id: SERVER, status: "ACTIVE" } } });
    assert.deepEqual(await find(), [{ state: "detached" }]);
  });

  it("is missing with its server, and only then", async () => {
    const message = `Instance ${SERVER} could not be found.`;
    server.on(/os-security-groups$/, { status: 404, body: { itemNotFound: { code: 404, message } } });
    const gone = { state: "missing", what: `server ${SERVER}` };
    assert.deepEqual(await find(WEB, DB), [gone, gone]);
    for (const body of [
      undefined,
      "<html>404</html>",
      { itemNotFound: { code: 404, message: "no such page" } },
    ]) {
      server.on(/os-security-groups$/, { status: 404, body });
      await assert.rejects(find(), { status: 404 });
    }
  });

  it("is attached, detached and put in order by id", async () => {
    server.on(/action$/, { status: 202 });
    await written(attachment.attach, session, [pair], call());
    await written(attachment.detach, session, [pair], call());
    server.on(/\/ports\?/, { body: { ports: [port("able")] } });
    await attachment.change?.(session, pair, call());
    const action = `POST /v2.1/servers/${SERVER}/action`;
    const writes = server.seen.filter(({ body }) => body !== undefined);
    assert.deepEqual(
      server.lines().filter((line) => !line.includes("/ports?")),
      Array(4).fill(action),
    );
    assert.deepEqual(
      writes.map((seen) => seen.body),
      ["add", "remove", "remove", "add"].map((verb) => ({ [`${verb}SecurityGroup`]: { name: WEB } })),
    );
  });

  it("appears in the audit log without a secret", async () => {
    const folder = mkdtempSync(join(tmpdir(), "audit-"));
    process.env[AUDIT_LOG] = join(folder, "log");
    try {
      server.on(/action$/, { status: 202 });
      await written(attachment.attach, session, [pair], call());
      const line = readFileSync(join(folder, "log"), "utf8");
      const { time: _time, milliseconds: _milliseconds, ...facts } = JSON.parse(line);
      assert.deepEqual(facts, {
        cloud: "openstack",
        product: "compute",
        accountId: PROJECT,
        region: "RegionOne",
        action: "addSecurityGroup",
        ids: [SERVER, WEB],
        requestId: "req-1",
        outcome: "ok",
      });
    } finally {
      delete process.env[AUDIT_LOG];
      rmSync(folder, { recursive: true });
    }
  });

  describe("by name", () => {
    const resolve = (securityGroupName: string) =>
      attachment.resolve?.(session, { instanceId: SERVER, securityGroupName }, call());
    const groups = (...list: [id: string, name: string, tenant_id: string][]) =>
      server.on(/GET .*\/v2\.0\/security-groups\?/, ({ line }) => {
        const query = new URL(line.split(" ")[1] ?? "", server.url).searchParams;
        const security_groups = list
          .map(([id, name, tenant_id]) => ({ id, name, tenant_id }))
          .filter((group) =>
            [...query].every(([key, value]) => (group as Record<string, string>)[key] === value),
          );
        return { body: { security_groups } };
      });

    it("is looked up in the project of the credentials", async () => {
      groups([WEB, "web", PROJECT], [DB, "web", "another-project"]);
      assert.deepEqual(await resolve("web"), {
        instanceId: SERVER,
        securityGroupName: "web",
        securityGroupId: WEB,
      });
    });

    it("is not looked up if the id is given", async () => {
      assert.deepEqual(await attachment.resolve?.(session, pair, call()), pair);
      assert.deepEqual(server.seen, []);
    });

    it("takes what looks like an id for an id first, as Nova does", async () => {
      groups([WEB, "x", PROJECT], [DB, WEB, PROJECT]);
      assert.equal((await resolve(WEB))?.securityGroupId, WEB);
      groups([DB, WEB, PROJECT]);
      assert.equal((await resolve(WEB))?.securityGroupId, DB);
    });

    it("that is not there, or there twice, says so", async () => {
      groups();
      await assert.rejects(async () => resolve("web"), {
        message: `project ${PROJECT} has no security group named "web" in RegionOne`,
      });
      groups([WEB, "web", PROJECT], [DB, "web", PROJECT]);
      await assert.rejects(async () => resolve("web"), {
        message: `project ${PROJECT} has 2 security groups named "web" in RegionOne: ${WEB}, ${DB}; give securityGroupId instead`,
      });
    });

    it("is looked up through Nova where the cloud shows no Neutron", async () => {
      server.on(/auth\/tokens/, () =>
        issued(server, "t", {
          catalog: [
            {
              type: "compute",
              endpoints: [{ interface: "public", region: "RegionOne", url: `${server.url}/v2.1` }],
            },
          ],
        }),
      );
      session = await openstack.connect({}, settings(passwordConfig(server)), call());
      server.on(/GET \/v2\.1\/os-security-groups$/, {
        body: {
          security_groups: [
            { id: DB, name: "db", tenant_id: PROJECT },
            { id: WEB, name: "web", tenant_id: PROJECT },
          ],
        },
      });
      assert.equal((await resolve("web"))?.securityGroupId, WEB);
    });
  });
});
