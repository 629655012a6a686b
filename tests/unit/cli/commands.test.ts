import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adopt } from "../../../cli/adopt";
import type { Attachment } from "../../../cli/attachment";
import { associations } from "../../../providers/associations";
import { stackConfig } from "../../../simulator/index";
import { type CommandRun, cloudAttachments } from "../../kit/cloud-attachments";
import { simulatorForEachTest } from "../../kit/simulator";
import { until } from "../../kit/until";

describe("cloud-attachments", () => {
  const simulator = simulatorForEachTest();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cloud-attachments-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const configured = () =>
    Object.entries(stackConfig(simulator.endpoints)).flatMap(([key, value]) => [
      "--config",
      `${key}=${value}`,
    ]);
  /** A command that reaches the simulated clouds, in the folder of this test. */
  const run = (args: string[], io = {}): Promise<CommandRun> =>
    cloudAttachments([...args, ...configured()], { cwd: folder, ...io });
  const file = (name: string) => readFileSync(join(folder, name), "utf8");
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const listed = (text: string) => (JSON.parse(text) as { attachments: Attachment[] }).attachments;

  /** What a stack holds after these attachments were imported. */
  async function imported(...options: string[]): Promise<string> {
    const { code, err } = await run(["adopt", ...options]);
    assert.equal(code, 0, err);
    const { resources } = JSON.parse(file("attachments.ts.import.json")) as {
      resources: { type: string; name: string }[];
    };
    const withUrn = resources.map((each) => ({
      ...each,
      urn: `urn:pulumi:s::p::${each.type}::${each.name}`,
    }));
    return JSON.stringify({ version: 3, deployment: { resources: withUrn } });
  }

  describe("every command", () => {
    it("has a --help with an example, and says what its exit codes mean", async () => {
      const { out } = await cloudAttachments(["--help"]);
      assert.match(out, /Exit codes: 0 fine, 1 .*, 2 /);
      for (const name of ["scan", "diff", "adopt", "migrate", "graph", "verify", "doctor"]) {
        const help = await cloudAttachments([name, "--help"]);
        assert.equal(help.code, 0);
        assert.match(help.out, new RegExp(`Example:\n.*cloud-attachments ${name}`, "s"));
      }
    });

    it("ends with 2 and one sentence for what makes no sense", async () => {
      const wrong: Record<string, RegExp> = {
        "scan --cloud nowhere": /--cloud nowhere: known are alicloud, /,
        "scan --type nothing": /--type nothing: known are /,
        "scan --timeout soon": /--timeout takes a number of seconds/,
        "scan --config region": /--config takes <key>=<value>/,
        "scan --tag =x": /--tag takes <key>/,
        "scan --colour": /unknown option '--colour'/,
        "scan --stack prod": /there is no Pulumi.yaml/,
        diff: /there is no Pulumi project here/,
        "diff nowhere.json": /nowhere.json cannot be read/,
        verify: /there is no Pulumi project here/,
        "graph --format png": /--format takes svg, html, mermaid or dot/,
        "adopt --by name": /--by takes parent or group/,
        "adopt --lists-from 1": /--lists-from takes a number from 2 on/,
        "adopt --from scan.json": /scan.json cannot be read/,
      };
      for (const [command, message] of Object.entries(wrong)) {
        const { code, err, out } = await run(command.split(" "));
        assert.equal(code, 2, command);
        assert.match(err, message);
        assert.equal(out, "", command);
        assert.ok(!err.includes("    at "), err);
      }
    });

    it("writes a file whole or not at all", async () => {
      write("scan.json", (await run(["scan", "--json", "--type", "ess"])).out);
      mkdirSync(join(folder, "there"));
      const { code, err } = await run(["graph", "--from", "scan.json", "--out", "there"]);
      assert.equal(code, 2);
      assert.match(err, /there cannot be written/);
      assert.deepEqual(readdirSync(folder).sort(), ["scan.json", "there"]);
      assert.equal((await run(["graph", "--from", "scan.json", "--out", "there/new.svg"])).code, 0);
      assert.deepEqual(readdirSync(join(folder, "there")), ["new.svg"]);
    });

    for (const [signal, code] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      it(`ends at ${signal} with ${code}, and leaves no file behind`, async () => {
        simulator.setFaults({ rules: [{ kind: "throttle", action: "DescribeInstances", times: 1_000 }] });
        const main = join(__dirname, "../../../cli/main.ts");
        const args = ["--import=tsx", main, "adopt", "--cwd", folder, "--cloud", "alicloud", ...configured()];
        const child = spawn(process.execPath, args, { stdio: "ignore", cwd: join(__dirname, "../../..") });
        const ended = once(child, "exit");
        await until(() => simulator.journal.length > 0 || child.exitCode !== null);
        child.kill(signal);
        assert.deepEqual(await ended, [code, null]);
        assert.deepEqual(readdirSync(folder), []);
      });
    }

    it("without any cloud that is set up says so", async () => {
      const { code, err } = await cloudAttachments(["scan"], { cwd: folder });
      assert.equal(code, 2);
      assert.match(err, /no cloud is set up here/);
    });
  });

  describe("scan", () => {
    it("lists every type of every cloud, in the same numbers as a table and as JSON", async () => {
      const [table, json] = [await run(["scan"]), await run(["scan", "--json"])];
      assert.equal(table.code, 0, table.err);
      const attachments = listed(json.out);
      const types = new Set(attachments.map(({ type }) => type));
      assert.equal(types.size, Object.keys(associations).length);
      assert.equal(table.out.trimEnd().split("\n").length, attachments.length + 1);
      assert.equal(table.err, `${attachments.length} attachments\n`);
    });

    it("reads a long list page by page", async () => {
      const { instances } = simulator.world.alicloud;
      const [first] = Object.values(instances);
      for (let number = 0; number < 250; number++) {
        instances[`i-bp1more${number}`] = { ...first, securityGroupIds: ["sg-bp1app01"] } as never;
      }
      const { out } = await run(["scan", "--json", "--type", "alicloud/ecs", "--group", "sg-bp1app01"]);
      assert.equal(listed(out).length, 250);
      const pages = simulator.journal.filter(({ action }) => action === "DescribeInstances");
      assert.equal(pages.length, 3);
    });

    it("filters by cloud, region, parent, group, name and tag", async () => {
      const { alicloud, tencentcloud } = simulator.world;
      Object.assign(alicloud.instances["i-bp1web02"] as object, {
        name: "shop",
        tags: { team: "shop", env: "prod" },
      });
      Object.assign(tencentcloud.instances["ins-web00001"] as object, { tags: { team: "shop" } });
      const ids = async (...options: string[]) => {
        const { out, code, err } = await run(["scan", "--json", ...options]);
        assert.equal(code, 0, err);
        return listed(out).map(({ parent }) => parent.id);
      };
      assert.deepEqual(await ids("--tag", "team=shop"), ["i-bp1web02", "ins-web00001"]);
      assert.deepEqual(await ids("--tag", "team", "--tag", "env=pr*"), ["i-bp1web02"]);
      assert.deepEqual(await ids("--name", "sh*p"), ["i-bp1web02"]);
      assert.deepEqual(await ids("--parent", "i-bp1web03,ins-web00002"), ["i-bp1web03", "ins-web00002"]);
      assert.deepEqual([...new Set(await ids("--group", "sg-bp1foreign"))], ["i-bp1foreign"]);
      assert.deepEqual(
        await ids("--cloud", "alicloud", "--region", "cn-beijing", "--type", "ecs", "--parent", "i-bp1web01"),
        [],
      );
      // ENS has one endpoint for all regions: what it lists is told once.
      const ens = await ids("--type", "ens");
      assert.deepEqual(await ids("--type", "ens", "--region", "cn-hangzhou,cn-beijing"), ens);
    });

    it("tells what could not be listed, lists the rest, and ends with 2", async () => {
      simulator.world.alicloud.accessKeys["simulator-main-key"] = {
        ...simulator.world.alicloud.accessKeys["simulator-main-key"],
        denied: ["ess:*"],
      } as never;
      const { code, err, out } = await run(["scan", "--json", "--cloud", "alicloud"]);
      assert.equal(code, 2);
      assert.match(err, /^listing alicloud\/ess:VServerGroupAttachment \(cn-hangzhou\): .*hint: /m);
      const told = JSON.parse(out) as { complete: boolean; failures: string[]; attachments: unknown[] };
      assert.equal(told.complete, false);
      assert.equal(told.failures.length, 1);
      assert.ok(told.attachments.length > 20);
    });

    it("goes on after throttling", async () => {
      simulator.setFaults({ rules: [{ kind: "throttle", action: "DescribeInstances", times: 1 }] });
      const { code, out } = await run(["scan", "--json", "--type", "tencentcloud"]);
      assert.equal(code, 0);
      assert.ok(listed(out).length > 10);
    });

    it("shows a progress line on a terminal and nothing without one", async () => {
      const shown = await run(["scan", "--json", "--type", "ess"], { isTerminal: true });
      const clear = "\r\x1b[K";
      assert.ok(shown.err.startsWith(`${clear}listing alicloud/ess`));
      assert.ok(shown.err.endsWith(clear));
      assert.equal((await run(["scan", "--json", "--type", "ess"])).err, "");
    });

    it("leaves out network interfaces that a service manages, whose groups no program can change", async () => {
      assert.equal(simulator.world.alicloud.networkInterfaces["eni-bp1managed"]?.serviceManaged, true);
      const { out } = await run(["scan", "--json", "--type", "alicloud/ecs"]);
      const parents = listed(out).map(({ parent }) => parent.id);
      assert.ok(parents.includes("eni-bp1web01") && !parents.includes("eni-bp1managed"));
    });

    it("tells the names of groups where the API shows them with their ids", async () => {
      for (const type of ["openstack", "huaweicloud", "opentelekomcloud", "ecs", "ens"]) {
        const { out } = await run(["scan", "--json", "--type", type]);
        for (const { id, groupName } of listed(out)) assert.ok(groupName, id);
        assert.match((await run(["scan", "--type", type])).out, / default\b/);
      }
    });

    it("asks for the name of a group once", async () => {
      await run(["scan", "--json", "--type", "alicloud/ecs"]);
      assert.equal(simulator.journal.filter(({ action }) => action === "DescribeSecurityGroups").length, 1);
    });

    it("lists without the names of groups where asking for them is not allowed", async () => {
      simulator.world.alicloud.accessKeys["simulator-main-key"] = {
        ...simulator.world.alicloud.accessKeys["simulator-main-key"],
        denied: ["ecs:DescribeSecurityGroups", "ens:DescribeSecurityGroups"],
      } as never;
      for (const type of ["alicloud/ecs", "ens"]) {
        const { code, out, err } = await run(["scan", "--json", "--type", type]);
        assert.equal(code, 0, err);
        assert.ok(listed(out).length > 10);
        assert.ok(listed(out).every(({ groupName }) => groupName === undefined));
      }
    });

    it("prints what others named without what a terminal would obey", async () => {
      Object.assign(simulator.world.alicloud.instances["i-bp1web02"] as object, {
        name: "\x1b]0;owned\x07\u202egpj",
      });
      const { out } = await run(["scan", "--type", "alicloud/ecs"]);
      for (const unseen of ["\x1b", "\x07", "\u202e"]) assert.ok(!out.includes(unseen));
    });
  });

  describe("adopt", () => {
    it("names resources after their instances, and writes settings that are not the default", async () => {
      Object.assign(simulator.world.alicloud.instances["i-bp1web02"] as object, { name: 'web "two"\n*/' });
      const { code, out } = await run(["adopt", "--cloud", "alicloud", "--parent", "i-bp1web02,asg-bp1api"]);
      assert.equal(code, 0);
      assert.match(out, /pulumi import --file attachments.ts.import.json/);
      assert.equal(
        file("attachments.ts"),
        [
          'import { alicloud } from "pulumi-cloud-attachments";',
          "",
          "// alicloud cn-hangzhou: scaling group asg-bp1api (api)",
          'new alicloud.ess.VServerGroupAttachment("api-rsp-bp1foreign-8080", {',
          '  scalingGroupId: "asg-bp1api",',
          '  loadBalancerId: "lb-bp1foreign",',
          '  vserverGroupId: "rsp-bp1foreign",',
          "  port: 8080,",
          "  weight: 100,",
          '  region: "cn-hangzhou",',
          "});",
          "",
          '// alicloud cn-hangzhou: instance i-bp1web02 (web "two" */)',
          'new alicloud.ecs.SecurityGroupAttachment("web-two-default", {',
          '  instanceId: "i-bp1web02",',
          '  securityGroupId: "sg-bp1default",',
          '  region: "cn-hangzhou",',
          "});",
          "",
        ].join("\n"),
      );
    });

    it("run again adds what is new alone, and changes nothing that is there", async () => {
      await run(["adopt", "--cloud", "alicloud", "--parent", "i-bp1web02"]);
      const edited = `// Mine.\n${file("attachments.ts").replace('"i-bp1web02"', "theInstance")}`;
      write("attachments.ts", edited);
      const again = await run(["adopt", "--cloud", "alicloud", "--parent", "i-bp1web02"]);
      assert.match(again.err, /nothing to adopt/);
      assert.equal(file("attachments.ts"), edited);
      await run(["adopt", "--parent", "i-bp1web02,i-bp1web03,ins-web00001"]);
      const more = file("attachments.ts");
      assert.ok(more.startsWith(edited));
      const added = more.slice(edited.length);
      assert.ok(added.includes('import { tencentcloud } from "pulumi-cloud-attachments";'));
      assert.deepEqual(
        [...added.matchAll(/^new .*"(.*)"/gm)].map(([, name]) => name),
        ["i-bp1web03-default", "web-01-sg-default1"],
      );
      const { resources } = JSON.parse(file("attachments.ts.import.json")) as { resources: unknown[] };
      assert.equal(resources.length, 2);
    });

    it("leaves out what a state declares, and takes no name that is in use there", async () => {
      const state = await imported("--parent", "i-bp1foreign", "--group", "sg-bp1foreign");
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      write("state.json", state.replaceAll("i-bp1foreign-foreign", "i-bp1foreign-default"));
      const { code, err } = await run(["adopt", "--parent", "i-bp1foreign", "--state", "state.json"]);
      assert.equal(code, 0, err);
      assert.deepEqual(
        [...file("attachments.ts").matchAll(/^new .*"(.*)"/gm)].map(([, name]) => name),
        ["i-bp1foreign-default-2"],
      );
    });

    it("keeps in the import file what has not been imported yet, and nothing that is in state", async () => {
      const ids = () =>
        (JSON.parse(file("attachments.ts.import.json")) as { resources: { id: string }[] }).resources.map(
          ({ id }) => id,
        );
      const state = await imported("--parent", "i-bp1web02");
      write("empty.json", JSON.stringify({ deployment: {} }));
      await run(["adopt", "--parent", "i-bp1web03", "--state", "empty.json"]);
      assert.deepEqual(ids(), ["i-bp1web02:sg-bp1default", "i-bp1web03:sg-bp1default"]);
      write("state.json", state);
      await run(["adopt", "--parent", "i-bp1web04", "--state", "state.json"]);
      assert.deepEqual(ids(), ["i-bp1web03:sg-bp1default", "i-bp1web04:sg-bp1default"]);
    });

    /** Names of the resources that were written, with their types. */
    const written = () =>
      [...file("attachments.ts").matchAll(/^new \w+\.\w+\.(\w+)\("(.*)"/gm)].map(
        ([, type, name]) => `${type} ${name}`,
      );

    it("writes many of one parent or group as one plural resource, with the names of its members", async () => {
      const { scalingGroups } = simulator.world.alicloud;
      scalingGroups["asg-bp1api"]?.vserverGroups.push({
        loadBalancerId: "lb-bp1api",
        vserverGroupId: "rsp-bp1api01",
        port: 80,
        weight: 50,
      });
      const { code, out, err } = await run(["adopt", "--lists-from", "2", "--parent", "asg-bp1api"]);
      assert.equal(code, 0, err);
      assert.match(out, /^2 attachments as 1 resource in /);
      assert.equal(
        file("attachments.ts"),
        [
          'import { alicloud } from "pulumi-cloud-attachments";',
          "",
          "// alicloud cn-hangzhou: scaling group asg-bp1api (api)",
          'new alicloud.ess.VServerGroupAttachments("api", {',
          '  scalingGroupId: "asg-bp1api",',
          '  region: "cn-hangzhou",',
          "  attachments: [",
          '    { loadBalancerId: "lb-bp1api", vserverGroupId: "rsp-bp1api01", port: 80 },',
          '    { loadBalancerId: "lb-bp1foreign", vserverGroupId: "rsp-bp1foreign", port: 8080, weight: 100 },',
          "  ],",
          "});",
          "",
        ].join("\n"),
      );
      const chosen = ["--parent", "ins-web00001,ins-web00002,i-5ens01,eni-5ens01,eni-5ens02"];
      await run(["adopt", "--lists-from", "2", "--by", "group", ...chosen]);
      assert.ok(
        file("attachments.ts").endsWith(
          [
            'new tencentcloud.cvm.SecurityGroupAttachments("sg-default1", {',
            '  securityGroupId: "sg-default1",',
            '  region: "ap-guangzhou",',
            "  instanceIds: [",
            '    "ins-web00001", // web-01',
            '    "ins-web00002", // web-02',
            "  ],",
            "});",
            "",
          ].join("\n"),
        ),
      );
      // A network interface has no plural form, and one instance is no list.
      assert.deepEqual(written(), [
        "VServerGroupAttachments api",
        "SecurityGroupAttachment eni-5ens01-default",
        "SecurityGroupAttachment eni-5ens02-default",
        "SecurityGroupAttachment i-5ens01-default",
        "SecurityGroupAttachments sg-default1",
      ]);
    });

    it("makes several resources of more than one takes", () => {
      const many: Attachment[] = Array.from({ length: 2_001 }, (_, number) => ({
        type: "tencentcloud/cvm:SecurityGroupAttachment",
        id: `ins-${number}#sg-1`,
        cloud: "tencentcloud",
        region: "ap-guangzhou",
        accountId: "1",
        parent: { id: `ins-${number}` },
        group: "sg-1",
        args: { instanceId: `ins-${number}`, securityGroupId: "sg-1" },
      }));
      const { imports, adopted } = adopt(many, {}, { by: "group", listsFrom: 10 });
      const lists = imports.resources.map(({ name, inputs }) => [
        name,
        (inputs.instanceIds as string[]).length,
      ]);
      assert.deepEqual(lists, [
        ["sg-1", 1_001],
        ["sg-1-2", 1_000],
      ]);
      assert.equal(Object.keys(adopted).length, 2_001);
    });

    it("leaves a list alone that could grow, and says that it could", async () => {
      await run(["adopt", "--lists-from", "2", "--by", "group", "--parent", "ins-web00001,ins-web00002"]);
      const before = file("attachments.ts");
      const again = await run(["adopt", "--parent", "ins-web00002,ins-web00003,i-bp1web02"]);
      assert.match(again.out, /^2 attachments as 2 resources added to /);
      assert.match(again.out, /^1 would fit into the list of "sg-default1", which is left alone: /m);
      assert.ok(file("attachments.ts").startsWith(before));
      assert.deepEqual(written(), [
        "SecurityGroupAttachments sg-default1",
        "SecurityGroupAttachment i-bp1web02-default",
        "SecurityGroupAttachment web-03-sg-default1",
      ]);
      const { resources } = JSON.parse(file("attachments.ts.import.json")) as {
        resources: { name: string }[];
      };
      assert.deepEqual(
        resources.map(({ name }) => name),
        ["i-bp1web02-default", "web-03-sg-default1"],
      );
    });

    it("keeps a list in the import file until its pairs are in state", async () => {
      const names = () =>
        (JSON.parse(file("attachments.ts.import.json")) as { resources: { name: string }[] }).resources.map(
          ({ name }) => name,
        );
      const lists = ["--lists-from", "2", "--by", "group"];
      const state = await imported(...lists, "--parent", "ins-web00001,ins-web00002");
      write("empty.json", JSON.stringify({ deployment: {} }));
      await run(["adopt", ...lists, "--parent", "ins-web00003", "--state", "empty.json"]);
      assert.deepEqual(names(), ["sg-default1", "web-03-sg-default1"]);
      write("state.json", state);
      await run(["adopt", ...lists, "--parent", "ins-web00004", "--state", "state.json"]);
      assert.deepEqual(names(), ["web-03-sg-default1", "web-04-sg-default1"]);
    });

    it("leaves what is not attached as it should be out of lists, and says so", async () => {
      // `half-open` has one group on one of its two interfaces, and another on both.
      const { ports } = simulator.world.openstack;
      const [, port] = Object.entries(ports).filter(([, { serverId }]) =>
        serverId?.endsWith("25"),
      ) as never as [unknown, [string, { securityGroupIds: string[] }]];
      port[1].securityGroupIds = [
        "20000000-0000-4000-8000-000000000001",
        "20000000-0000-4000-8000-000000000004",
      ];
      const scan = await run(["scan", "--json", "--cloud", "openstack"]);
      const [partly] = listed(scan.out).filter(({ incomplete }) => incomplete);
      assert.ok(partly, scan.out);
      const { err } = await run(["adopt", "--cloud", "openstack", "--by", "group", "--lists-from", "2"]);
      assert.match(err, new RegExp(`^${partly.id}: it is on 1 of .*; up puts it on all$`, "m"));
      assert.ok(written().includes("SecurityGroupAttachments default"));
      assert.ok(
        written().includes(`SecurityGroupAttachment half-open-${partly.groupName}`),
        written().join(),
      );
    });

    it("writes the profile that it was asked with, since the stack's own login may be another account's", async () => {
      mkdirSync(join(folder, ".aliyun"));
      const [first] = Object.values(simulator.world.alicloud.accessKeys);
      assert.ok(first);
      const keys = { access_key_id: "simulator-main-key", access_key_secret: "simulator-main-secret" };
      const profile = { name: "shop", mode: "AK", ...keys, region_id: "cn-hangzhou" };
      write(".aliyun/config.json", JSON.stringify({ current: "shop", profiles: [profile] }));
      const { code, err } = await run(
        ["adopt", "--profile", "shop", "--cloud", "alicloud", "--parent", "i-bp1web02"],
        {
          env: { HOME: folder },
        },
      );
      assert.equal(code, 0, err);
      assert.match(file("attachments.ts"), /^ {2}connection: \{ profile: "shop" \},$/m);
      const { resources } = JSON.parse(file("attachments.ts.import.json")) as {
        resources: { inputs: object; outputs: object }[];
      };
      for (const each of [resources[0]?.inputs, resources[0]?.outputs]) {
        assert.deepEqual((each as { connection: unknown }).connection, { profile: "shop" });
      }
    });

    it("groups by the other end, too", async () => {
      await run(["adopt", "--by", "group", "--cloud", "alicloud", "--parent", "i-bp1foreign,i-bp1web02"]);
      assert.deepEqual(
        [...file("attachments.ts").matchAll(/^\/\/ (.*)/gm)].map(([, title]) => title),
        [
          "alicloud cn-hangzhou: security group sg-bp1default (default)",
          "alicloud cn-hangzhou: security group sg-bp1foreign (foreign)",
        ],
      );
    });

    it("writes nothing where something could not be listed, or over a program that it did not write", async () => {
      const wrongKey = ["--config", "tencentcloud:secretKey=wrong"];
      const wrong = await cloudAttachments(["adopt", ...configured(), ...wrongKey], { cwd: folder });
      assert.equal(wrong.code, 2);
      assert.match(wrong.err, /nothing was written/);
      assert.deepEqual(readdirSync(folder), []);
      write("attachments.ts", "// theirs\n");
      const theirs = await run(["adopt", "--cloud", "alicloud"]);
      assert.equal(theirs.code, 2);
      assert.match(theirs.err, /nothing was written/);
      assert.deepEqual(readdirSync(folder), ["attachments.ts"]);
    });
  });

  describe("diff", () => {
    it("ends with 0 where all is declared and there, for every type", async () => {
      write("state.json", await imported());
      const { code, out, err } = await run(["diff", "state.json"]);
      assert.equal(code, 0, out + err);
      const page = await run(["diff", "state.json", "--html"]);
      assert.equal(page.code, 0);
      assert.match(page.out, /^<!DOCTYPE html>/);
      assert.match(out, /0 attached otherwise, 0 declared, but gone, 0 not declared; coverage 100 %/);
    });

    it("tells what is gone, changed and not declared, and ends with 1", async () => {
      const state = await imported("--cloud", "alicloud,openstack");
      const { alicloud, openstack } = simulator.world;
      (alicloud.instances["i-bp1web01"] as { securityGroupIds: string[] }).securityGroupIds = ["sg-bp1app01"];
      delete alicloud.instances["i-bp1web02"];
      for (const each of alicloud.scalingGroups["asg-bp1api"]?.vserverGroups ?? []) each.weight = 1;
      const [server] = Object.keys(openstack.servers);
      delete openstack.servers[server as string];
      const { code, out, err } = await run(["diff", "-", "--json"], { input: state });
      assert.equal(code, 1, err);
      const { summary, attachments } = JSON.parse(out) as {
        summary: Record<string, number>;
        attachments: { id: string; status: string }[];
      };
      const of = (status: string) => attachments.filter((each) => each.status === status).map(({ id }) => id);
      assert.deepEqual(of("undeclared"), ["i-bp1web01:sg-bp1app01"]);
      assert.deepEqual(of("changed"), ["asg-bp1api:lb-bp1foreign:rsp-bp1foreign:8080"]);
      assert.deepEqual(of("gone").slice(0, 2), ["i-bp1web01:sg-bp1default", "i-bp1web02:sg-bp1default"]);
      assert.ok(of("gone").some((id) => id.startsWith(server as string)));
      assert.equal(summary.undeclared, 1);
      assert.ok((summary.coverage ?? 100) < 100);
    });

    it("names what is gone as the lists name the rest of its parent and group", async () => {
      const both = await imported("--cloud", "openstack", "--name", "foreign,web-01");
      const { ports } = simulator.world.openstack;
      const [port] = Object.values(ports).filter(({ serverId }) => serverId?.endsWith("24"));
      assert.ok(port);
      port.securityGroupIds = port.securityGroupIds.filter((id) => !id.endsWith("1"));
      const { out } = await run(["diff", "-", "--json"], { input: both });
      const { attachments } = JSON.parse(out) as { attachments: (Attachment & { status: string })[] };
      const [gone, ...others] = attachments.filter(({ status }) => status === "gone");
      assert.deepEqual([gone?.parent.name, gone?.groupName, others], ["foreign", "default", []]);
      write("diff.json", out);
      const { out: dot } = await run(["graph", "--from", "diff.json", "--format", "dot", "--apart"]);
      assert.equal(dot.split('label="foreign').length - 1, 1, "a parent is drawn once");
    });

    it("knows the pairs of a list, and those of the plugin", async () => {
      const { accountId, region } = { accountId: "1000000000000001", region: "cn-hangzhou" };
      const resource = (type: string, name: string, id: string, outputs: object) => ({
        urn: `urn:pulumi:s::p::${type}::${name}`,
        type,
        id,
        outputs: { ...outputs, accountId, region, confirmed: true, __schema: 1 },
      });
      const list = "pulumi-nodejs:dynamic/alicloud/ecs:SecurityGroupAttachments";
      const plugin = "cloud-attachments:alicloud/ecs:SecurityGroupAttachment";
      const state = (instanceIds: string[]) =>
        JSON.stringify({
          version: 3,
          deployment: {
            resources: [
              resource(list, "many", "sg-bp1default", {
                securityGroupId: "sg-bp1default",
                instanceIds,
                missing: [],
              }),
              resource(plugin, "one", "i-bp1foreign:sg-bp1foreign", {
                instanceId: "i-bp1foreign",
                securityGroupId: "sg-bp1foreign",
              }),
            ],
          },
        });
      const instances = Object.entries(simulator.world.alicloud.instances);
      (
        instances.find(([id]) => id === "i-bp1web02")?.[1] as { securityGroupIds: string[] }
      ).securityGroupIds = ["sg-bp1app01"];
      const input = state(["i-bp1web01", "i-bp1web02"]);
      const { code, out, err } = await run(["diff", "-", "--json"], { input });
      assert.equal(code, 1, err);
      const { attachments } = JSON.parse(out) as { attachments: { id: string; status: string }[] };
      const statusOf = (id: string) =>
        attachments.filter((each) => each.id === id).map(({ status }) => status);
      assert.deepEqual(statusOf("i-bp1web01:sg-bp1default"), ["managed"]);
      assert.deepEqual(statusOf("i-bp1web02:sg-bp1default"), ["gone"]);
      assert.deepEqual(statusOf("i-bp1foreign:sg-bp1foreign"), ["managed"]);
    });

    it("leaves out what the ignore file names", async () => {
      write("state.json", await imported("--cloud", "alicloud", "--parent", "i-bp1web02"));
      write(
        ".cloudattachmentsignore",
        "# all but ENS\nalicloud/e*s:* cn-hangzhou *\n!alicloud/ens:* * i-5ens01:*\n",
      );
      const { code, out } = await run(["diff", "state.json", "--json"]);
      assert.equal(code, 1);
      assert.deepEqual(
        listed(out).map(({ id }) => id),
        ["i-bp1web02:sg-bp1default", "i-5ens01:sg-5ensdefault"],
      );
    });

    it("cannot tell by the credentials of another account, and ends with 2", async () => {
      write("state.json", await imported("--cloud", "alicloud", "--parent", "i-bp1web02"));
      const other = [
        "--config",
        "alicloud:accessKey=simulator-other-key",
        "--config",
        "alicloud:secretKey=simulator-other-secret",
      ];
      const { code, err } = await cloudAttachments(["diff", "state.json", ...configured(), ...other], {
        cwd: folder,
      });
      assert.equal(code, 2);
      assert.match(
        err,
        /the credentials are of Alibaba Cloud account \d+2, the attachment is in account \d+1/,
      );
    });

    it("reads secrets that the export shows, and says how to get those that it does not", async () => {
      const secret = (more: object) => ({
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        ...more,
      });
      const state = await imported("--cloud", "alicloud", "--parent", "i-bp1web02");
      const withSecret = (more: object) =>
        state.replaceAll('"instanceId":"i-bp1web02"', `"instanceId":${JSON.stringify(secret(more))}`);
      delete simulator.world.alicloud.instances["i-bp1web02"];
      const shown = await run(["diff", "-"], { input: withSecret({ plaintext: '"i-bp1web02"' }) });
      assert.match(shown.out, /^gone .* i-bp1web02 /m);
      const hidden = await run(["diff", "-"], { input: withSecret({ ciphertext: "v1:x" }) });
      assert.equal(hidden.code, 2);
      assert.match(hidden.err, /instanceId is encrypted in - \(hint: pulumi stack export --show-secrets\)/);
    });

    it("refuses what is no state", async () => {
      const { code, err } = await run(["diff", "-"], { input: "{}" });
      assert.equal(code, 2);
      assert.match(err, /is not what pulumi stack export prints/);
    });
  });

  describe("verify", () => {
    const step = (op: string, type: string, name: string, inputs: object, old?: object) => ({
      op,
      urn: `urn:pulumi:s::p::pulumi-nodejs:dynamic/${type}:SecurityGroupAttachment::${name}`,
      ...(op === "delete"
        ? {}
        : { newState: { type: `pulumi-nodejs:dynamic/${type}:SecurityGroupAttachment`, inputs } }),
      ...(old
        ? { oldState: { type: `pulumi-nodejs:dynamic/${type}:SecurityGroupAttachment`, outputs: old } }
        : {}),
    });
    const ecs = (instanceId: string, securityGroupId: string) => ({
      instanceId,
      securityGroupId,
      region: "cn-hangzhou",
    });
    const recorded = (pair: object) => ({ ...pair, accountId: "1000000000000001", confirmed: true });

    it("tells what up would meet, writes nothing, and ends with 1 where something would fail", async () => {
      const cvm = (number: number) => ({
        instanceId: "ins-web00001",
        securityGroupId: `sg-app0000${number}`,
        region: "ap-guangzhou",
      });
      const steps = [
        step("create", "alicloud/ecs", "adopted", ecs("i-bp1web01", "sg-bp1default")),
        step("create", "alicloud/ecs", "new", ecs("i-bp1web01", "sg-bp1app01")),
        step("create", "alicloud/ecs", "nowhere", ecs("i-bp1nowhere", "sg-bp1app01")),
        step("create", "alicloud/ecs", "later", ecs("04da6b54-80e4-46f7-96ec-b56ff0331ba9", "sg-bp1app01")),
        step("delete", "alicloud/ecs", "last", {}, recorded(ecs("i-bp1web02", "sg-bp1default"))),
        step("delete", "alicloud/ecs", "renamed", {}, recorded(ecs("i-bp1web01", "sg-bp1app01"))),
        ...[1, 2, 3, 4, 5].map((number) => step("create", "tencentcloud/cvm", `cvm-${number}`, cvm(number))),
        {
          op: "create",
          urn: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s",
          newState: { type: "pulumi:pulumi:Stack" },
        },
      ];
      const { code, out, err } = await run(["verify", "-"], { input: JSON.stringify({ steps }) });
      assert.equal(code, 1, err);
      assert.match(out, /^nowhere .* would fail: instance i-bp1nowhere does not exist$/m);
      assert.match(out, /^later .* cannot be told: it depends on what up makes first$/m);
      assert.match(out, /^last .* would fail: i-bp1web02 must keep 1$/m);
      assert.match(out, /^cvm-5 .* would fail: it would be group 6 of ins-web00001, which takes 5$/m);
      assert.match(
        out,
        /^up adopts 1, attaches 5, keeps under another name 1, cannot tell of 1, would fail 3: not there, last group, quota$/m,
      );
      assert.ok(simulator.journal.every(({ kind }) => kind !== "write"));
    });

    it("tells of each pair of a list that up would touch", async () => {
      const type = "pulumi-nodejs:dynamic/alicloud/ecs:SecurityGroupAttachments";
      const listOf = (securityGroupId: string, ...instanceIds: string[]) => ({
        securityGroupId,
        instanceIds,
        region: "cn-hangzhou",
      });
      const planned = (op: string, name: string, inputs?: object, old?: object) => ({
        op,
        urn: `urn:pulumi:s::p::${type}::${name}`,
        ...(inputs ? { newState: { type, inputs } } : {}),
        ...(old ? { oldState: { type, outputs: recorded(old) } } : {}),
      });
      const group = "sg-bp1default";
      const steps = [
        planned("create", "new", listOf("sg-bp1app01", "i-bp1web01", "i-bp1nowhere")),
        planned("update", "grown", listOf(group, "i-bp1web01", "i-bp1web02"), listOf(group, "i-bp1web01")),
        planned("create-replacement", "less", listOf(group, "i-bp1web03")),
        planned("delete-replaced", "less", undefined, {
          ...listOf(group, "i-bp1web03", "i-bp1web04", "i-bp1web05"),
          missing: ["i-bp1web05"],
        }),
        planned("create", "later", {
          ...listOf(group),
          instanceIds: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        }),
      ];
      const { code, out } = await run(["verify", "-", "--json"], { input: JSON.stringify({ steps }) });
      assert.equal(code, 1);
      const { prospects } = JSON.parse(out) as { prospects: { id: string; outcome: string }[] };
      assert.deepEqual(
        prospects.map(({ id, outcome }) => `${id} ${outcome}`),
        [
          "i-bp1web01:sg-bp1app01 attaches",
          "i-bp1nowhere:sg-bp1app01 fails",
          "i-bp1web02:sg-bp1default changes",
          "i-bp1web03:sg-bp1default adopts",
          "i-bp1web03:sg-bp1default keeps",
          "i-bp1web04:sg-bp1default fails",
          "later unknown",
        ],
      );
    });

    it("tells what up would change of a list that was not as declared when last looked at", async () => {
      const type = "pulumi-nodejs:dynamic/alicloud/ess:VServerGroupAttachments";
      const foreign = { loadBalancerId: "lb-bp1foreign", vserverGroupId: "rsp-bp1foreign", port: 8080 };
      const settings = { weight: 50, forceAttach: false, forceDetach: false };
      const other = { ...foreign, ...settings, port: 8081 };
      simulator.world.alicloud.scalingGroups["asg-bp1api"]?.vserverGroups.push(other);
      const attachments = [{ ...foreign, ...settings }, other];
      const inputs = { scalingGroupId: "asg-bp1api", region: "cn-hangzhou", attachments };
      const update = (confirmed: boolean) => ({
        op: "update",
        urn: `urn:pulumi:s::p::${type}::list`,
        newState: { type, inputs },
        oldState: { type, outputs: { ...recorded(inputs), confirmed } },
      });
      const told = async (confirmed: boolean) =>
        (await run(["verify", "-"], { input: JSON.stringify({ steps: [update(confirmed)] }) })).out;
      assert.equal(await told(false), "up changes 1\n");
      assert.equal(await told(true), "up has nothing to do with attachments\n");
    });

    it("ends with 2 where a cloud cannot be asked, in another folder, too", async () => {
      const steps = [step("create", "alicloud/ecs", "new", ecs("i-bp1web01", "sg-bp1app01"))];
      write("plan.json", JSON.stringify({ steps }));
      const wrong = ["--config", "alicloud:secretKey=wrong"];
      const { code, out } = await cloudAttachments([
        "verify",
        "plan.json",
        "--cwd",
        folder,
        ...configured(),
        ...wrong,
      ]);
      assert.equal(code, 2);
      assert.match(out, /^new .* cannot be told: looking for .*SignatureDoesNotMatch/m);
      assert.match(out, /^up could not be asked about 1$/m);
    });

    it("ends with 0 where nothing would fail, and says what it is told in JSON, too", async () => {
      const steps = [step("create", "alicloud/ecs", "adopted", ecs("i-bp1web01", "sg-bp1default"))];
      const { code, out } = await run(["verify", "-", "--json"], { input: JSON.stringify({ steps }) });
      assert.equal(code, 0);
      assert.equal((JSON.parse(out) as { prospects: { outcome: string }[] }).prospects[0]?.outcome, "adopts");
    });
  });

  describe("doctor", () => {
    it("tells the account, the region and where each setting comes from, and no secret", async () => {
      const { out } = await run(["doctor", "--json"]);
      const { findings } = JSON.parse(out) as {
        findings: { check: string; status: string; message: string }[];
      };
      const of = (check: string) => findings.find((each) => each.check === check);
      assert.equal(of("alicloud login")?.message, "account 1000000000000001, region cn-hangzhou");
      assert.match(of("alicloud settings")?.message ?? "", /config alicloud:secretKey/);
      for (const { token } of Object.values(associations)) assert.equal(of(token)?.status, "ok", token);
      for (const [key, value] of Object.entries(stackConfig(simulator.endpoints))) {
        if (/secret|password|accessKey/i.test(key)) assert.ok(!out.includes(value), key);
      }
    });

    it("names what is amiss with its remedy, and ends with 1", async () => {
      const { code, out } = await cloudAttachments(
        ["doctor", "--cloud", "tencentcloud", ...configured(), "--config", "tencentcloud:secretKey=wrong"],
        { cwd: folder },
      );
      assert.equal(code, 1);
      assert.match(out, /^problem pulumi: the Pulumi CLI is not on PATH\n +-> install it/m);
      assert.match(out, /^problem tencentcloud login: .*AuthFailure.*\n +-> /m);
    });

    it("tells whether writes are allowed, where the cloud tells that of ends that are not there, and changes nothing", async () => {
      const reader = [
        ["alicloud:accessKey", "simulator-reader-key"],
        ["alicloud:secretKey", "simulator-reader-secret"],
        ["tencentcloud:secretId", "simulator-reader-id"],
        ["tencentcloud:secretKey", "simulator-reader-key"],
      ].flatMap(([key, value]) => ["--config", `${key}=${value}`]);
      const before = structuredClone(simulator.world);
      const examined = async (...more: string[]) => {
        const { out } = await cloudAttachments(["doctor", "--json", ...configured(), ...more], {
          cwd: folder,
        });
        return (JSON.parse(out) as { findings: { check: string; status: string; remedy?: string }[] })
          .findings;
      };
      const [mine, theirs] = [await examined(), await examined(...reader)];
      for (const { token, nowhere } of Object.values(associations)) {
        for (const verb of ["attach", "detach"]) {
          const of = (findings: typeof mine) => findings.find(({ check }) => check === `${token} ${verb}`);
          assert.equal(of(mine)?.status, nowhere ? "ok" : "note", `${token} ${verb}`);
          assert.equal(of(theirs)?.status, nowhere ? "problem" : "note", `${token} ${verb}`);
          if (nowhere) assert.match(of(theirs)?.remedy ?? "", /^grant the .* the action /);
        }
      }
      for (const cloud of ["alicloud", "tencentcloud"] as const)
        assert.deepEqual(simulator.world[cloud], before[cloud]);
    });

    it("finds a package that the project cannot load", async () => {
      write("Pulumi.yaml", "name: p\nruntime: nodejs\n");
      const { out } = await run(["doctor", "--no-project", "--cloud", "openstack"]);
      assert.match(
        out,
        /^problem package: .* cannot be loaded from .*\n +-> npm install pulumi-cloud-attachments/m,
      );
    });
  });
});
