import assert from "node:assert/strict";
import { AlicloudSession } from "../../../providers/alicloud/client";
import { ecsSecurityGroupAttachment as ecs } from "../../../providers/alicloud/ecs/security-group-attachment";
import { ensSecurityGroupAttachment as ens } from "../../../providers/alicloud/ens/security-group-attachment";
import type { Credential } from "../../../providers/alicloud/rpc";
import { Renewable, within } from "../../../providers/core/cloud/renewable";
import { settingsFrom } from "../../../providers/core/util/settings";
import { ScriptedServer, type Seen } from "../../kit/scripted-server";
import { findings, share, written } from "../../kit/verbs";

describe("Alibaba Cloud security groups", () => {
  let server: ScriptedServer;
  let session: AlicloudSession;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    const endpoints = JSON.stringify([{ ecs: server.url, ens: server.url }]);
    const settings = settingsFrom((key) => (key === "alicloud:endpoints" ? endpoints : undefined), {});
    const credentials = new Renewable<Credential>(async () => ({ accessKeyId: "k", accessKeySecret: "s" }));
    session = new AlicloudSession("1", "cn-hangzhou", credentials, settings);
  });
  afterEach(() => server.stop());

  const call = () => within(5_000);
  const notFound = (id: string) => ({
    status: 404,
    body: { Code: "InvalidInstanceId.NotFound", Message: `no ${id}`, RequestId: "R" },
  });
  const instance = (id: string, groups: string[], Status = "Running") => ({
    InstanceId: id,
    Status,
    RegionId: "cn-hangzhou",
    SecurityGroupIds: { SecurityGroupId: groups },
  });
  const listed = (...Instance: object[]) => ({
    body: { RequestId: "R", TotalCount: Instance.length, Instances: { Instance } },
  });
  const pair = (instanceId: string, securityGroupId = "sg-1") => ({ instanceId, securityGroupId });

  describe("of ECS", () => {
    it("are found for many instances in one call that asks for all of them", async () => {
      server.on("DescribeInstances", listed(instance("i-1", ["sg-0", "sg-1"]), instance("i-2", ["sg-0"])));
      assert.deepEqual(
        await findings(ecs.find, session, [pair("i-1"), pair("i-2"), pair("i-1", "sg-9")], call()),
        [{ state: "attached" }, { state: "detached" }, { state: "detached" }],
      );
      const [{ query }] = server.seen as [Seen];
      assert.equal(query.get("InstanceIds"), '["i-1","i-2"]');
      assert.equal(query.get("MaxResults"), "100");
      assert.equal(query.get("RegionId"), "cn-hangzhou");
      assert.equal(server.seen.length, 1);
    });

    it("are looked for by id also if the answer holds more than was asked for", async () => {
      server.on("DescribeInstances", listed(instance("i-7", []), instance("i-1", ["sg-1"])));
      const found = await findings(ecs.find, session, [pair("i-1")], call());
      assert.deepEqual(found, [{ state: "attached" }]);
    });

    it("are not taken for gone because the answer holds others in their place", async () => {
      server.on("DescribeInstances", listed(instance("i-7", ["sg-1"])));
      server.on("DescribeInstanceAttribute", notFound("i-1"));
      const attempt = findings(ecs.find, session, [pair("i-1")], call());
      await assert.rejects(attempt, { code: "UnreadableAnswer", requestId: "R" });
    });

    it("are not taken for gone because a list is empty: each instance fails or is found by itself", async () => {
      server.on("DescribeInstances", listed());
      server.on("DescribeInstanceAttribute", ({ query }) => {
        const id = query.get("InstanceId");
        if (id === "i-gone") return notFound(id);
        if (id === "i-hidden")
          return { status: 403, body: { Code: "Forbidden.RAM", Message: "no", RequestId: "R" } };
        if (id === "i-away")
          return { body: { RequestId: "R", ...instance(id, ["sg-1"]), RegionId: "cn-beijing" } };
        return { body: { RequestId: "R", ...instance("i-late", ["sg-1"]) } };
      });
      const ids = ["i-gone", "i-hidden", "i-away", "i-late"];
      const [gone, hidden, away, late] = await findings(
        ecs.find,
        session,
        ids.map((id) => pair(id)),
        call(),
      );
      assert.deepEqual(gone, { state: "missing", what: "instance i-gone" });
      assert.equal((hidden as { code?: string }).code, "Forbidden.RAM");
      assert.match((away as Error).message, /^instance i-away is in region cn-beijing, not in cn-hangzhou;/);
      assert.deepEqual(late, { state: "attached" });
    });

    it("wait for an instance that is changing, but only to attach", async () => {
      server.on("DescribeInstances", listed(instance("i-1", ["sg-1"], "Starting")));
      assert.deepEqual(await findings(ecs.find, session, [pair("i-1", "sg-2"), pair("i-1")], call()), [
        { state: "detached", busy: "instance i-1 is Starting" },
        { state: "attached" },
      ]);
    });

    it("are found for network interfaces, too", async () => {
      const card = {
        NetworkInterfaceId: "eni-1",
        Status: "InUse",
        SecurityGroupIds: { SecurityGroupId: ["sg-1"] },
      };
      server.on("DescribeNetworkInterfaces", {
        body: { RequestId: "R", TotalCount: 1, NetworkInterfaceSets: { NetworkInterfaceSet: [card] } },
      });
      const pairs = ["eni-1", "eni-2"].map((networkInterfaceId) => ({
        networkInterfaceId,
        securityGroupId: "sg-1",
      }));
      assert.deepEqual(await findings(ecs.find, session, pairs, call()), [
        { state: "attached" },
        { state: "missing", what: "network interface eni-2" },
      ]);
      assert.equal(server.seen[0]?.query.get("NetworkInterfaceId.2"), "eni-2");
    });

    it("are joined and left by either end, with the region", async () => {
      const ok = { body: { RequestId: "R" } };
      server.on("JoinSecurityGroup", ok).on("LeaveSecurityGroup", ok);
      await written(ecs.attach, session, [pair("i-1")], call());
      await written(ecs.detach, session, [{ networkInterfaceId: "eni-1", securityGroupId: "sg-1" }], call());
      assert.deepEqual(
        server.seen.map(({ action, query }) => [action, Object.fromEntries(query)]),
        [
          ["JoinSecurityGroup", { InstanceId: "i-1", SecurityGroupId: "sg-1", RegionId: "cn-hangzhou" }],
          [
            "LeaveSecurityGroup",
            { NetworkInterfaceId: "eni-1", SecurityGroupId: "sg-1", RegionId: "cn-hangzhou" },
          ],
        ],
      );
    });

    it("share a call up to the API's limit, and never across kinds", () => {
      const many = Array.from({ length: 101 }, (_, index) => pair(`i-${index}`));
      assert.ok(share(ecs.find, ...many.slice(1)));
      assert.ok(!share(ecs.find, ...many));
      const card = { networkInterfaceId: "eni-1", securityGroupId: "sg-1" };
      assert.ok(!share(ecs.find, pair("i-1"), card));
      assert.ok(!share(ecs.attach, pair("i-1"), pair("i-2")));
    });
  });

  describe("of ENS", () => {
    it("are found for instances, with a page for all of them", async () => {
      server.on("DescribeInstances", listed(instance("i-1", ["sg-1"])));
      assert.deepEqual(await findings(ens.find, session, [pair("i-1"), pair("i-2")], call()), [
        { state: "attached" },
        { state: "missing", what: "instance i-2" },
      ]);
      const [{ query, headers }] = server.seen as [Seen];
      assert.deepEqual(Object.fromEntries(query), {
        InstanceIds: '["i-1","i-2"]',
        PageNumber: "1",
        PageSize: "100",
      });
      assert.equal(headers["x-acs-version"], "2017-11-10");
    });

    it("have another name in network interfaces", async () => {
      const card = {
        NetworkInterfaceId: "eni-1",
        Status: "InUse",
        SecurityGroupIds: { SecurityGroup: ["sg-1"] },
      };
      server.on("DescribeNetworkInterfaces", {
        body: { RequestId: "R", TotalCount: 1, NetworkInterfaceSets: { NetworkInterfaceSet: [card] } },
      });
      const found = await findings(
        ens.find,
        session,
        [{ networkInterfaceId: "eni-1", securityGroupId: "sg-1" }],
        call(),
      );
      assert.deepEqual(found, [{ state: "attached" }]);
    });

    it("are joined and left without a region", async () => {
      const ok = { body: { RequestId: "R" } };
      server.on("JoinSecurityGroup", ok).on("LeaveSecurityGroup", ok);
      await written(ens.attach, session, [{ networkInterfaceId: "eni-1", securityGroupId: "sg-1" }], call());
      await written(ens.detach, session, [pair("i-1")], call());
      assert.deepEqual(
        server.seen.map(({ query }) => Object.fromEntries(query)),
        [
          { NetworkInterfaceId: "eni-1", SecurityGroupId: "sg-1" },
          { InstanceId: "i-1", SecurityGroupId: "sg-1" },
        ],
      );
    });
  });
});
