import assert from "node:assert/strict";
import type { FaultRule, Simulator } from "../../simulator/index";
import { during } from "../kit/journal";
import { cpuDuring, hasProc, processesIn } from "../kit/processes";
import { program, vserverGroup, webGroup } from "../kit/programs";
import { inProject, isAlive, type PulumiProject, type Running, succeeded } from "../kit/pulumi-project";
import { until } from "../kit/until";

/** Points at which the provider process waits for the cloud. */
const looking: FaultRule = { kind: "hang", action: "DescribeScalingGroups" };
const attachSent: FaultRule = { kind: "hang", action: "AttachVServerGroups", afterWork: true };
const confirming: FaultRule = { kind: "hang", action: "DescribeScalingGroups", skip: 1 };
const detachSent: FaultRule = { kind: "hang", action: "DetachVServerGroups", afterWork: true };

describe("killed or interrupted at any point, the documented next step converges:", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  const ONE = program('new VServerGroupAttachment("one", web(1));');

  inProject(async (made) => {
    ({ simulator, project } = made);
    project.trackProviders();
    project.write(ONE);
  });

  beforeEach(() => {
    simulator.setFaults({});
    group().vserverGroups = [];
    project.forgetAll();
  });

  const group = () => webGroup(simulator);

  const attached = () => group().vserverGroups.map(({ vserverGroupId }) => vserverGroupId);
  const isAttached = () => attached().includes(vserverGroup(1));

  /** Starts an operation and returns when it hangs in a call that `rule` stops. */
  async function stopAt(rule: FaultRule, operation: "up" | "destroy"): Promise<Running> {
    simulator.setFaults({ rules: [rule] });
    const mark = simulator.journal.length;
    const running = project.start(operation);
    await until(() => simulator.journal.slice(mark).some(({ outcome }) => outcome === "hang"));
    return running;
  }

  function killProvider(): void {
    const [pid, ...others] = project.providers();
    assert.ok(pid !== undefined && others.length === 0, "there is one provider process");
    process.kill(pid, "SIGKILL");
  }

  /** What `up` is to do after whatever happened: end with the pair attached and in state, with so many writes. */
  async function converges(writes: string[], ...args: string[]): Promise<void> {
    const up = await during(simulator, () => project.up(...args));
    succeeded(up.result);
    assert.deepEqual(
      up.writes.map(({ action }) => action),
      writes,
    );
    assert.deepEqual(attached(), [vserverGroup(1)]);
    succeeded(await project.up("--expect-no-changes"));
  }

  describe("the provider process", () => {
    const points = {
      "before the attach": { rule: looking, writes: ["AttachVServerGroups"] },
      "after the attach, before its answer": { rule: attachSent, writes: [] },
      "while it confirms the attach": { rule: confirming, writes: [] },
    };
    for (const [point, { rule, writes }] of Object.entries(points)) {
      it(`${point}: up`, async () => {
        const { ended } = await stopAt(rule, "up");
        killProvider();
        assert.notEqual((await ended).code, 0);
        simulator.setFaults({});
        await converges(writes);
      });
    }

    it("in the middle of a detach: destroy", async () => {
      succeeded(await project.up());
      const { ended } = await stopAt(detachSent, "destroy");
      killProvider();
      assert.notEqual((await ended).code, 0);
      simulator.setFaults({});
      succeeded(await project.destroy());
      assert.deepEqual(attached(), []);
    });

    it("in the middle of a detach: up --refresh, if it is wanted after all", async () => {
      succeeded(await project.up());
      const { ended } = await stopAt(detachSent, "destroy");
      killProvider();
      assert.notEqual((await ended).code, 0);
      simulator.setFaults({});
      await converges(["AttachVServerGroups"], "--refresh");
    });
  });

  describe("the CLI", () => {
    /** Kills it, and waits until the provider process, which outlives it, has come to its end or to rest. */
    async function killCli({ child, ended }: Running): Promise<void> {
      child.kill("SIGKILL");
      await ended;
    }

    it("before the attach, which the provider process that is left does not make: cancel, up", async () => {
      const rule: FaultRule = { kind: "latency", action: "DescribeScalingGroups", ms: 3_000, times: 1 };
      simulator.setFaults({ rules: [rule] });
      const mark = simulator.journal.length;
      const running = project.start("up");
      const calls = () => simulator.journal.slice(mark);
      await until(() => calls().some(({ action }) => action === "GetCallerIdentity"));
      await killCli(running);
      const [orphan] = project.providers();
      assert.ok(orphan !== undefined && isAlive(orphan));
      await until(() => calls().some(({ action }) => action === "DescribeScalingGroups"));

      assert.match((await project.up()).output, /the stack is currently locked.*pulumi cancel/s);
      assert.equal(isAttached(), false);
      assert.ok(isAlive(orphan), "it is by its own will that the provider process wrote nothing");
      process.kill(orphan, "SIGKILL");
      await project.cancel();
      await converges(["AttachVServerGroups"]);
    });

    it("while a batch is taken apart, a write waits and reads are tried again: nothing more is called", async () => {
      const instances = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `ins-web0000${n}`);
      const associate = "AssociateSecurityGroups";
      /** Calls until each of eight refusals has its pair: 1 + 2 + 4 + 8. */
      const all = 15;
      project.write(
        program(
          'new VServerGroupAttachment("one", web(1));',
          'new attach.alicloud.ecs.SecurityGroupAttachment("two", { instanceId: "i-bp1web01", securityGroupId: "sg-bp1app01" });',
          `for (const instanceId of ${JSON.stringify(instances)})`,
          '  new attach.tencentcloud.cvm.SecurityGroupAttachment(instanceId, { instanceId, securityGroupId: "sg-app00005" });',
        ),
      );
      simulator.setFaults({
        rules: [
          { kind: "latency", action: associate, ms: 1_000 },
          { kind: "error", action: associate, code: "LimitExceeded", status: 400 },
          { kind: "throttle", action: "AttachVServerGroups" },
          { kind: "error", action: "DescribeInstances", front: "alicloud.ecs", code: "ServiceUnavailable" },
        ],
      });
      try {
        const mark = simulator.journal.length;
        const running = project.start("up", "--parallel", "16");
        const count = (name: string, from = "") =>
          simulator.journal
            .slice(mark)
            .filter(({ action, front }) => action === name && front.startsWith(from)).length;
        await until(
          () =>
            count(associate) >= 3 &&
            count("AttachVServerGroups") >= 2 &&
            count("DescribeInstances", "alicloud") >= 2,
        );
        await killCli(running);
        const killed = Date.now();
        assert.ok(count(associate) < all, "the batch is still being taken apart");
        const [orphan] = project.providers();
        assert.ok(orphan !== undefined, "it is by its own will that the provider process stops");
        const left = hasProc ? processesIn(project.folder) : [];
        assert.ok(left.includes(String(orphan)) || !hasProc);
        // Longer than the longest wait between two tries; the first second is for what was on its way.
        const used = await cpuDuring(12_000, left);
        const late = simulator.journal.filter(({ time }) => Date.parse(time) > killed + 1_000);
        assert.deepEqual(
          late.map(({ action }) => action),
          [],
        );
        for (const [pid, seconds] of Object.entries(used)) assert.ok(seconds < 3, `${pid} used ${seconds} s`);
        killProvider();
      } finally {
        project.write(ONE);
        simulator.setFaults({});
      }
      await project.cancel();
      await converges(["AttachVServerGroups"]);
    });

    it('after the attach, with ifAttached: "fail": the error names "adopt", which helps in one up', async () => {
      const strict = ONE.replace("web(1)", 'web(1, { ifAttached: "fail" })');
      project.write(strict);
      try {
        await killCli(await stopAt(attachSent, "up"));
        killProvider();
        simulator.setFaults({});
        await project.cancel();
        const refused = await project.up();
        assert.match(
          refused.output,
          /"adopt" takes it over as it is; use it for one pulumi up if an interrupted one/,
        );
        project.write(ONE);
        const { result, writes } = await during(simulator, () => project.up());
        succeeded(result);
        assert.deepEqual(writes, []);
        project.write(strict);
        succeeded(await project.up("--expect-no-changes"));
      } finally {
        project.write(ONE);
      }
    });

    it("after the attach: cancel, up, refresh --clear-pending-creates", async () => {
      await killCli(await stopAt(attachSent, "up"));
      killProvider();
      simulator.setFaults({});
      await project.cancel();
      const { result, writes } = await during(simulator, () => project.up());
      succeeded(result);
      assert.deepEqual(writes, []);
      succeeded(await project.refresh("--clear-pending-creates"));
      assert.doesNotMatch(await project.exportState(), /pending_operations/);
      await converges([]);
    });

    it("and the provider process with it, in the middle of a detach: cancel, destroy", async () => {
      succeeded(await project.up());
      await killCli(await stopAt(detachSent, "destroy"));
      killProvider();
      simulator.setFaults({});
      await project.cancel();
      succeeded(await project.destroy());
      assert.deepEqual(attached(), []);
    });
  });

  describe("the provider process in the middle of a change of weight,", () => {
    const points: Record<string, { rule: FaultRule; writes: string[] }> = {
      // The first attach, of what is attached, shows that the cloud would take it back.
      "before it is off": {
        rule: looking,
        writes: ["AttachVServerGroups", "DetachVServerGroups", "AttachVServerGroups"],
      },
      "when it has just gone off": { rule: detachSent, writes: ["AttachVServerGroups"] },
      "while it is off": {
        rule: { ...attachSent, skip: 1, afterWork: false },
        writes: ["AttachVServerGroups"],
      },
      "when it is on again": { rule: { ...attachSent, skip: 1 }, writes: [] },
    };
    for (const [point, { rule, writes }] of Object.entries(points)) {
      it(`${point}: up`, async () => {
        succeeded(await project.up());
        project.write(ONE.replace("web(1)", "web(1, { weight: 7 })"));
        try {
          const { ended } = await stopAt(rule, "up");
          killProvider();
          assert.notEqual((await ended).code, 0);
          simulator.setFaults({});
          await converges(writes);
        } finally {
          project.write(ONE);
        }
      });
    }
  });

  describe("the deadline of a create passed half-way", () => {
    const points = {
      "nothing was attached": { rule: { ...attachSent, afterWork: false }, writes: ["AttachVServerGroups"] },
      "it was attached": { rule: attachSent, writes: [] },
    };
    for (const [point, { rule, writes }] of Object.entries(points)) {
      for (const args of [[], ["--refresh"]]) {
        it(`and ${point}: ${["up", ...args].join(" ")}`, async () => {
          project.write(ONE.replace("web(1)", 'web(1), { customTimeouts: { create: "2s" } }'));
          try {
            const { ended } = await stopAt(rule, "up");
            assert.match((await ended).output, /the deadline of 2 s passed/);
            assert.equal((await project.attachments())[0]?.outputs.confirmed, false);
            simulator.setFaults({});
            await converges(writes, ...args);
          } finally {
            project.write(ONE);
          }
        });
      }
    }
  });

  describe("the deadline of a destroy passed half-way", () => {
    const timeout = ONE.replace("web(1)", 'web(1), { customTimeouts: { delete: "2s" } }');

    it("and it was detached: the error names up --refresh, which attaches it again if it is wanted after all", async () => {
      project.write(timeout);
      try {
        succeeded(await project.up());
        const { ended } = await stopAt(detachSent, "destroy");
        const { code, problems } = await ended;
        assert.notEqual(code, 0);
        assert.match(
          problems.join("\n"),
          /the deadline of 2 s passed.*it may be detached already: pulumi up --refresh/,
        );
        assert.equal(isAttached(), false);
        simulator.setFaults({});
        await converges(["AttachVServerGroups"], "--refresh");
      } finally {
        project.write(ONE);
      }
    });
  });

  describe("Ctrl-C", () => {
    it("once: the attach under way ends and is saved", async () => {
      simulator.setFaults({ rules: [{ kind: "latency", action: "AttachVServerGroups", ms: 2_000 }] });
      const running = project.start("up");
      await until(() => isAttached());
      running.child.kill("SIGINT");
      const run = await running.ended;
      assert.notEqual(run.code, 0);
      const [one] = await project.attachments();
      assert.equal(one?.outputs.confirmed, true);
      simulator.setFaults({});
      await converges([]);
    });

    it("once, in a destroy: the detach under way ends and is saved", async () => {
      succeeded(await project.up());
      simulator.setFaults({ rules: [{ kind: "latency", action: "DetachVServerGroups", ms: 2_000 }] });
      const running = project.start("destroy");
      await until(() => !isAttached());
      running.child.kill("SIGINT");
      await running.ended;
      assert.deepEqual(await project.attachments(), []);
      simulator.setFaults({});
      await converges(["AttachVServerGroups"]);
    });

    it("twice: it stops at once, and up takes over what was attached", async () => {
      const { child, ended } = await stopAt(attachSent, "up");
      child.kill("SIGINT");
      await until(async () => {
        if (child.exitCode === null) child.kill("SIGINT");
        return child.exitCode !== null || child.signalCode !== null;
      });
      assert.notEqual((await ended).code, 0);
      simulator.setFaults({});
      const { result, writes } = await during(simulator, () => project.up());
      succeeded(result);
      assert.deepEqual(writes, []);
      succeeded(await project.refresh("--clear-pending-creates"));
      await converges([]);
    });
  });
});
