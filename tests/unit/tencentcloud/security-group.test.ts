import assert from "node:assert/strict";
import { Renewable, within } from "../../../providers/core/cloud/renewable";
import { CloudError } from "../../../providers/core/contract/errors";
import { settingsFrom } from "../../../providers/core/util/settings";
import { TencentcloudSession } from "../../../providers/tencentcloud/client";
import { cvmSecurityGroupAttachment as cvm } from "../../../providers/tencentcloud/cvm/security-group-attachment";
import type { Credential } from "../../../providers/tencentcloud/request";
import { ScriptedServer, type Seen } from "../../kit/scripted-server";
import { findings, share, written } from "../../kit/verbs";

describe("Tencent Cloud security groups", () => {
  let server: ScriptedServer;
  let session: TencentcloudSession;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    const endpoints = JSON.stringify({ cvm: server.url });
    const settings = settingsFrom((key) => (key === "tencentcloud:endpoints" ? endpoints : undefined), {});
    const credentials = new Renewable<Credential>(async () => ({ secretId: "i", secretKey: "k" }));
    session = new TencentcloudSession("1", "ap-guangzhou", credentials, settings);
  });
  afterEach(() => server.stop());

  const call = () => within(5_000);
  const pair = (instanceId: string, securityGroupId = "sg-1") => ({ instanceId, securityGroupId });
  const listed = (...InstanceSet: object[]) => ({
    body: { Response: { RequestId: "R", TotalCount: InstanceSet.length, InstanceSet } },
  });
  const instance = (InstanceId: string, SecurityGroupIds: string[], more: object = {}) => ({
    InstanceId,
    SecurityGroupIds,
    InstanceState: "RUNNING",
    LatestOperation: null,
    LatestOperationState: null,
    ...more,
  });
  const bodies = () => server.seen.map(({ action, body }) => [action, body]);

  it("are found for many instances in one call that asks for all of them", async () => {
    server.on("DescribeInstances", listed(instance("ins-1", ["sg-0", "sg-1"]), instance("ins-2", ["sg-0"])));
    const pairs = [pair("ins-1"), pair("ins-2"), pair("ins-3"), pair("ins-1", "sg-9")];
    assert.deepEqual(await findings(cvm.find, session, pairs, call()), [
      { state: "attached" },
      { state: "detached" },
      { state: "missing", what: "instance ins-3" },
      { state: "detached" },
    ]);
    assert.deepEqual(bodies(), [
      ["DescribeInstances", { InstanceIds: ["ins-1", "ins-2", "ins-3"], Limit: 100, Offset: 0 }],
    ]);
  });

  it("are not settled while their own change is under way", async () => {
    const changing = { LatestOperation: "AssociateSecurityGroups", LatestOperationState: "OPERATING" };
    const rebooting = { LatestOperation: "RebootInstances", LatestOperationState: "OPERATING" };
    server.on(
      "DescribeInstances",
      listed(instance("ins-1", ["sg-1"], changing), instance("ins-2", ["sg-1"], rebooting)),
    );
    const pairs = [pair("ins-1"), pair("ins-1", "sg-2"), pair("ins-2"), pair("ins-2", "sg-2")];
    const busy = "instance ins-1 is at AssociateSecurityGroups";
    assert.deepEqual(await findings(cvm.find, session, pairs, call()), [
      { state: "attached", busy },
      { state: "detached", busy },
      { state: "attached" },
      { state: "detached", busy: "instance ins-2 is at RebootInstances" },
    ]);
  });

  it("wait for an instance that is being created", async () => {
    server.on("DescribeInstances", listed(instance("ins-1", [], { InstanceState: "PENDING" })));
    const [found] = await findings(cvm.find, session, [pair("ins-1")], call());
    assert.deepEqual(found, { state: "detached", busy: "instance ins-1 is being created" });
  });

  it("are bound and unbound for many instances at once", async () => {
    const ok = { body: { Response: { RequestId: "R" } } };
    server.on("AssociateSecurityGroups", ok).on("DisassociateSecurityGroups", ok);
    const pairs = [pair("ins-1"), pair("ins-2")];
    await written(cvm.attach, session, pairs, call());
    await written(cvm.detach, session, pairs, call());
    const params = { SecurityGroupIds: ["sg-1"], InstanceIds: ["ins-1", "ins-2"] };
    assert.deepEqual(bodies(), [
      ["AssociateSecurityGroups", params],
      ["DisassociateSecurityGroups", params],
    ]);
    assert.equal((server.seen[0] as Seen).headers["x-tc-region"], "ap-guangzhou");
  });

  it("tell of a write that failed after it was answered, once, and only of their own", async () => {
    const failed = (LatestOperationRequestId: string) =>
      listed(
        instance("ins-1", [], {
          LatestOperation: "AssociateSecurityGroups",
          LatestOperationState: "FAILED",
          LatestOperationErrorMsg: "no free port",
          LatestOperationRequestId,
        }),
      );
    const find = async () => (await findings(cvm.find, session, [pair("ins-1")], call()))[0];
    server.on("AssociateSecurityGroups", { body: { Response: { RequestId: "R-ours" } } });
    await written(cvm.attach, session, [pair("ins-1")], call());
    server.on("DescribeInstances", failed("R-of-somebody"));
    assert.deepEqual(await find(), { state: "detached" });
    server.on("DescribeInstances", failed("R-ours"));
    const error = (await find()) as CloudError;
    assert.deepEqual(
      [error.code, error.message, error.requestId],
      ["LatestOperationFailed", "no free port", "R-ours"],
    );
    assert.deepEqual(await find(), { state: "detached" });
  });

  it("share a call by group, up to the API's limit", () => {
    const many = Array.from({ length: 101 }, (_, index) => pair(`ins-${index}`));
    assert.ok(share(cvm.find, ...many.slice(1)) && !share(cvm.find, ...many));
    for (const verb of [cvm.attach, cvm.detach]) {
      assert.ok(share(verb, ...many.slice(1)) && !share(verb, ...many));
    }
    assert.ok(share(cvm.attach, pair("ins-1"), pair("ins-2")));
    assert.ok(!share(cvm.attach, pair("ins-1"), pair("ins-1", "sg-2")));
    assert.ok(!share(cvm.attach, pair("ins-1"), pair("ins-2", "sg-2")));
  });

  it("tell whom an error names", () => {
    const pairs = [pair("ins-1"), pair("ins-12"), pair("ins-meu2jpya")];
    const named = (message: string) => cvm.named?.(new CloudError({ code: "X", message }), pairs);
    assert.deepEqual(named("The instance `['ins-meu2jpya']` already has operation in progress."), [
      pair("ins-meu2jpya"),
    ]);
    assert.deepEqual(named("`ins-12`, ins-99 and ins-1."), [pair("ins-1"), pair("ins-12")]);
    assert.deepEqual(named("Mutex task is running, please try later"), []);
  });

  it("have the id of the vendor's Terraform provider", () =>
    assert.equal(cvm.id(pair("ins-1", "sg-2")), "ins-1#sg-2"));
});
