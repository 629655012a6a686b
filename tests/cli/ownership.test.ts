import assert from "node:assert/strict";
import type { FaultRule, JournalEntry, Simulator } from "../../simulator/index";
import { actionsOn, during } from "../kit/journal";
import { program, vserverGroup, webId } from "../kit/programs";
import { inProject, nameOf, type PulumiProject, type Run, succeeded } from "../kit/pulumi-project";

/** One attachment: `a("x", 1)` declares web(1) under the name x. */
const a = (name: string, n: number, opts = "{}") =>
  `new VServerGroupAttachment(${JSON.stringify(name)}, web(${n}), ${opts});`;

describe("a pair that stays declared stays attached", () => {
  let simulator: Simulator;
  let project: PulumiProject;
  let last = "";

  inProject((made) => {
    ({ simulator, project } = made);
  });

  /** Makes the stack be as these statements say, unless it is so by now. */
  async function given(...statements: string[]): Promise<void> {
    const text = program(...statements);
    if (text === last) return;
    project.write(text);
    succeeded(await project.up());
    last = text;
  }

  /** Goes on to these statements, and returns the writes that took. */
  async function becomes(
    statements: string[],
    args: string[] = [],
  ): Promise<{ result: Run; writes: JournalEntry[] }> {
    const text = program(...statements);
    project.write(text);
    last = "";
    const { result, writes } = await during(simulator, () => project.up(...args));
    succeeded(result);
    // What a target leaves undone makes the stack differ from its program.
    if (!args.some((arg) => /target|replace/.test(arg))) last = text;
    return { result, writes };
  }

  function attached(): string[] {
    const group = simulator.world.alicloud.scalingGroups["asg-bp1web"];
    return (group?.vserverGroups ?? []).map(({ vserverGroupId }) => vserverGroupId).sort();
  }

  async function urnOf(name: string): Promise<string> {
    const found = (await project.attachments()).find(({ urn }) => nameOf(urn) === name);
    assert.ok(found, `${name} is not in state`);
    return found.urn;
  }

  const component = (statement: string) =>
    `const parent = new pulumi.ComponentResource("test:index:Parent", "parent"); ${statement}`;

  it("through a rename", async () => {
    await given(a("one", 1), a("two", 2));
    const { result, writes } = await becomes([a("uno", 1), a("due", 2)]);
    assert.deepEqual(writes, []);
    assert.deepEqual(result.steps, { uno: ["create"], due: ["create"], one: ["delete"], two: ["delete"] });
    assert.deepEqual(attached(), [vserverGroup(1), vserverGroup(2)]);
  });

  it("through a rename, one step at a time", async () => {
    await given(a("uno", 1), a("due", 2));
    const { writes } = await becomes([a("one", 1), a("two", 2)], ["--parallel", "1"]);
    assert.deepEqual(writes, []);
  });

  it("through a rename with a refresh before it", async () => {
    await given(a("one", 1), a("two", 2));
    const { writes } = await becomes([a("uno", 1), a("due", 2)], ["--refresh"]);
    assert.deepEqual(writes, []);
  });

  it("through a rename that goes on after the error of another", async () => {
    await given(a("one", 1), a("two", 2));
    const wrong = 'new VServerGroupAttachment("wrong", web(3, { loadBalancerId: "lb-bp1gone" }));';
    project.write(program(a("uno", 1), a("due", 2), wrong));
    const { result, writes } = await during(simulator, () => project.up("--continue-on-error"));
    assert.notEqual(result.code, 0);
    assert.deepEqual(actionsOn(writes, vserverGroup(1)), []);
    assert.deepEqual(actionsOn(writes, vserverGroup(2)), []);
    assert.deepEqual(attached(), [vserverGroup(1), vserverGroup(2)]);
    last = "";
    const next = await becomes([a("uno", 1), a("due", 2)]);
    assert.deepEqual(next.writes, []);
  });

  it("through a rename with parallel diffs", async () => {
    await given(a("uno", 1), a("due", 2));
    project.env.PULUMI_PARALLEL_DIFF = "true";
    try {
      const { writes } = await becomes([a("one", 1), a("two", 2)]);
      assert.deepEqual(writes, []);
    } finally {
      delete project.env.PULUMI_PARALLEL_DIFF;
    }
  });

  it("through a move to another parent without an alias, and back", async () => {
    await given(a("one", 1), a("two", 2));
    const moved = await becomes([component(a("one", 1, "{ parent }")), a("two", 2)]);
    assert.deepEqual(moved.writes, []);
    assert.deepEqual(moved.result.steps.one, ["create", "delete"]);
    const back = await becomes([a("one", 1), a("two", 2)]);
    assert.deepEqual(back.writes, []);
  });

  it("through an alias, without any step", async () => {
    await given(a("one", 1), a("two", 2));
    const { result, writes } = await becomes([a("uno", 1, '{ aliases: [{ name: "one" }] }'), a("two", 2)]);
    assert.deepEqual(writes, []);
    assert.deepEqual(result.steps, { uno: ["same"], two: ["same"] });
  });

  it("through a swap of two names", async () => {
    await given(a("one", 1), a("two", 2));
    const { result, writes } = await becomes([a("one", 2), a("two", 1)]);
    assert.deepEqual(writes, []);
    assert.ok(result.steps.one?.includes("replace"), JSON.stringify(result.steps));
    const ids = Object.fromEntries((await project.attachments()).map(({ urn, id }) => [nameOf(urn), id]));
    assert.deepEqual(ids, { one: webId(2), two: webId(1) });
  });

  it("when another resource takes it over, and the one it had is detached", async () => {
    await given(a("one", 1), a("two", 2));
    const { writes } = await becomes([a("one", 2)]);
    assert.deepEqual(actionsOn(writes, vserverGroup(2)), []);
    assert.deepEqual(actionsOn(writes, vserverGroup(1)), ["DetachVServerGroups"]);
    assert.deepEqual(attached(), [vserverGroup(2)]);
  });

  it("beside another that is really removed in the same update", async () => {
    await given(a("one", 1), a("two", 2), a("three", 3));
    const { writes } = await becomes([a("uno", 1), a("three", 3)]);
    assert.deepEqual(actionsOn(writes, vserverGroup(1)), []);
    assert.deepEqual(actionsOn(writes, vserverGroup(3)), []);
    assert.deepEqual(actionsOn(writes, vserverGroup(2)), ["DetachVServerGroups"]);
    assert.deepEqual(attached(), [vserverGroup(1), vserverGroup(3)]);
  });

  it("beside another that is really removed in an update with a refresh before it", async () => {
    await given(a("uno", 1), a("three", 3));
    const { writes } = await becomes([a("one", 1)], ["--refresh"]);
    assert.deepEqual(actionsOn(writes, vserverGroup(1)), []);
    assert.deepEqual(attached(), [vserverGroup(1)]);
  });

  it("through --replace and --target-replace", async () => {
    await given(a("one", 1));
    for (const option of ["--replace", "--target-replace"]) {
      const { result, writes } = await becomes([a("one", 1)], [option, await urnOf("one")]);
      assert.deepEqual(writes, []);
      assert.ok(result.steps.one?.includes("replace"), JSON.stringify(result.steps));
    }
    assert.deepEqual(attached(), [vserverGroup(1)]);
  });

  it("through replaceOnChanges, also with deleteBeforeReplace", async () => {
    for (const more of ["", ", deleteBeforeReplace: true"]) {
      await given(a("one", 1));
      const opts = `{ replaceOnChanges: ["forceDetach"]${more} }`;
      const { result, writes } = await becomes([
        `new VServerGroupAttachment("one", web(1, { forceDetach: true }), ${opts});`,
      ]);
      assert.deepEqual(writes, []);
      assert.ok(result.steps.one?.includes("replace"), JSON.stringify(result.steps));
    }
    assert.deepEqual(attached(), [vserverGroup(1)]);
  });

  for (const [how, { args = [], env = {} }] of Object.entries({
    "one step at a time": { args: ["--parallel", "1"] },
    "with a refresh before it": { args: ["--refresh"] },
    "going on after errors": { args: ["--continue-on-error"] },
    "with parallel diffs": { env: { PULUMI_PARALLEL_DIFF: "true" } },
  } as Record<string, { args?: string[]; env?: Record<string, string> }>)) {
    it(`through --replace and replaceOnChanges beside a removal, ${how}`, async () => {
      await given(a("one", 1), a("two", 2), a("three", 3));
      const more = 'web(2, { forceDetach: true }), { replaceOnChanges: ["forceDetach"] }';
      const replaced = `new VServerGroupAttachment("two", ${more});`;
      Object.assign(project.env, env);
      try {
        const { result, writes } = await becomes(
          [a("one", 1), replaced],
          ["--replace", await urnOf("one"), ...args],
        );
        for (const name of ["one", "two"]) {
          assert.ok(result.steps[name]?.includes("replace"), JSON.stringify(result.steps));
          assert.deepEqual(actionsOn(writes, vserverGroup(name === "one" ? 1 : 2)), []);
        }
        assert.deepEqual(attached(), [vserverGroup(1), vserverGroup(2)]);
      } finally {
        for (const name of Object.keys(env)) delete project.env[name];
      }
    });
  }

  it("through replaceWith, when the resource it follows is replaced", async () => {
    const follower = "const two = new VServerGroupAttachment('two', web(2)); ";
    const another = "const two = new VServerGroupAttachment('two', web(3)); ";
    await given(follower, a("one", 1, "{ replaceWith: [two] }"));
    const { result, writes } = await becomes([another, a("one", 1, "{ replaceWith: [two] }")]);
    assert.ok(result.steps.one?.includes("replace"), JSON.stringify(result.steps));
    assert.deepEqual(actionsOn(writes, vserverGroup(1)), []);
    assert.deepEqual(attached(), [vserverGroup(1), vserverGroup(3)]);
  });

  it("through replacementTrigger", async () => {
    await given(a("one", 1, '{ replacementTrigger: "1" }'));
    const { result, writes } = await becomes([a("one", 1, '{ replacementTrigger: "2" }')]);
    assert.ok(result.steps.one?.includes("replace"), JSON.stringify(result.steps));
    assert.deepEqual(writes, []);
  });

  it("through a rename spread over two updates by --target", async () => {
    await given(a("one", 1));
    const urn = (await urnOf("one")).replace("::one", "::uno");
    const first = await becomes([a("uno", 1)], ["--target", urn]);
    assert.deepEqual(first.writes, []);
    const second = await becomes([a("uno", 1)]);
    assert.deepEqual(second.writes, []);
    assert.deepEqual(second.result.steps, { uno: ["same"], one: ["delete"] });
    assert.deepEqual(attached(), [vserverGroup(1)]);
  });

  describe("through a rename whose create fails, while deletes go on after errors:", () => {
    const refusal = { kind: "error", code: "Forbidden.RAM", status: 403, times: 1 } as const;
    const strict = 'new VServerGroupAttachment("uno", web(1, { ifAttached: "fail" }));';
    const stops: Record<string, { rules?: FaultRule[]; uno?: string; says: RegExp }> = {
      "the look is refused": {
        rules: [{ ...refusal, action: "DescribeScalingGroups" }],
        says: /^attaching .*Forbidden\.RAM/,
      },
      "the login is refused": {
        rules: [{ ...refusal, action: "GetCallerIdentity" }],
        says: /^attaching .*Forbidden\.RAM/,
      },
      'ifAttached: "fail"': { uno: strict, says: /^attaching .*ifAttached is "fail"/ },
    };
    for (const [why, { rules = [], uno = a("uno", 1), says }] of Object.entries(stops)) {
      it(`${why}, the old name keeps it, and the next up settles it`, async () => {
        await given(a("one", 1), a("two", 2));
        project.write(program(uno, a("two", 2)));
        last = "";
        simulator.setFaults({ rules });
        const { result, writes } = await during(simulator, () => project.up("--continue-on-error"));
        simulator.setFaults({});
        assert.notEqual(result.code, 0);
        assert.deepEqual(writes, []);
        const [failure, refused] = result.problems;
        assert.match(failure ?? "", says);
        assert.match(
          refused ?? "",
          /^detaching .*another resource of this program declares the same attachment, and its create failed.*stays in state under this name/,
        );
        const names = (await project.attachments()).map(({ urn }) => nameOf(urn));
        assert.deepEqual(names.sort(), ["one", "two"]);

        const next = await becomes([a("uno", 1), a("two", 2)]);
        assert.deepEqual(next.writes, []);
        assert.deepEqual(next.result.steps, { uno: ["create"], two: ["same"], one: ["delete"] });
        assert.deepEqual(attached(), [vserverGroup(1), vserverGroup(2)]);
      });
    }
  });

  describe("when one of two names that have it in state is replaced, which deletes first:", () => {
    const replaced = (after = "") => a("one", 3, `{ deleteBeforeReplace: true${after} }`);
    for (const [order, statements] of Object.entries({
      "the one that goes before the one that stays": [
        `const one = ${replaced()}`,
        a("uno", 1, "{ dependsOn: [one] }"),
      ],
      "the one that goes after the one that stays": [
        `const uno = ${a("uno", 1)}`,
        replaced(", dependsOn: [uno]"),
      ],
    })) {
      it(order, async () => {
        await given(a("one", 1));
        // A rename whose second half was never done.
        await becomes([a("uno", 1)], ["--target", (await urnOf("one")).replace("::one", "::uno")]);
        const { result } = await becomes(statements);
        assert.ok(result.steps.one?.includes("replace"), JSON.stringify(result.steps));
        assert.deepEqual(attached(), [vserverGroup(1), vserverGroup(3)]);
        const next = await during(simulator, () => project.up("--expect-no-changes"));
        succeeded(next.result);
        assert.deepEqual(next.calls, []);
      });
    }
  });

  it("until another one replaces it: that is attached first", async () => {
    await given(a("one", 1));
    const { writes } = await becomes([a("one", 4)]);
    assert.deepEqual(
      writes.map(({ action }) => action),
      ["AttachVServerGroups", "DetachVServerGroups"],
    );
    assert.deepEqual(attached(), [vserverGroup(4)]);
  });

  it("until destroy, which after a rename detaches it", async () => {
    await given(a("one", 1));
    await becomes([a("uno", 1)]);
    succeeded(await project.destroy());
    assert.deepEqual(attached(), []);
    last = "";
  });
});

describe("a pair declared twice", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject(async (made) => {
    ({ simulator, project } = made);
    project.write(program(a("first", 1)));
    succeeded(await project.up());
  });

  const refusal =
    /scalingGroupId.*the same attachment is already declared by "first"|already declared by "first"/s;

  it("is refused by preview and by up, and the first stays as it is", async () => {
    project.write(program(a("first", 1), a("second", 1)));
    for (const command of [() => project.preview(), () => project.up()]) {
      const { result, writes } = await during(simulator, command);
      assert.notEqual(result.code, 0);
      assert.match(result.output, refusal);
      assert.deepEqual(writes, []);
    }
    assert.deepEqual(
      (await project.attachments()).map(({ urn }) => nameOf(urn)),
      ["first"],
    );
  });

  it("is refused when only the update can know that it is the same", async () => {
    const late = `class Late extends pulumi.dynamic.Resource {
      constructor() {
        super({ create: async () => ({ id: "late", outs: { group: "rsp-bp1web01" } }) }, "late", { group: undefined });
      }
    }
    new VServerGroupAttachment("second", web(1, { vserverGroupId: new Late().group }));`;
    project.write(program(a("first", 1), late));
    const { result, writes } = await during(simulator, () => project.up());
    assert.notEqual(result.code, 0);
    assert.match(result.output, refusal);
    assert.deepEqual(writes, []);
  });

  it("is no such thing on two ports, nor when one of two is removed", async () => {
    project.write(program(a("first", 1), 'new VServerGroupAttachment("second", web(1, { port: 81 }));'));
    succeeded(await project.up());
    project.write(program('new VServerGroupAttachment("second", web(1, { port: 81 }));'));
    succeeded(await project.up());
    const group = simulator.world.alicloud.scalingGroups["asg-bp1web"];
    assert.deepEqual(
      group?.vserverGroups.map(({ port }) => port),
      [81],
    );
  });
});

describe('ifAttached: "fail"', () => {
  let simulator: Simulator;
  let project: PulumiProject;
  const strict = (name: string, opts = "{}") =>
    `new VServerGroupAttachment("${name}", web(1, { ifAttached: "fail" }), ${opts});`;

  inProject((made) => {
    ({ simulator, project } = made);
  });

  const entry = { loadBalancerId: "lb-bp1web", vserverGroupId: vserverGroup(1), port: 80, weight: 50 };

  it("refuses what is attached already, and leaves it as it is", async () => {
    simulator.world.alicloud.scalingGroups["asg-bp1web"]?.vserverGroups.push(entry);
    project.write(program(strict("one")));
    const { result, writes } = await during(simulator, () => project.up());
    assert.notEqual(result.code, 0);
    assert.match(result.output, /attached already, and ifAttached is "fail"/);
    assert.deepEqual(writes, []);
    assert.deepEqual(await project.attachments(), []);
    const group = simulator.world.alicloud.scalingGroups["asg-bp1web"];
    assert.deepEqual(group?.vserverGroups, [entry]);
  });

  it("can be set for a whole stack, and a resource overrules it", async () => {
    await project.setConfig("pulumi-cloud-attachments:ifAttached", "fail");
    project.write(program(a("one", 1)));
    assert.match((await project.up()).output, /ifAttached is "fail"/);
    project.write(program('new VServerGroupAttachment("one", web(1, { ifAttached: "adopt" }));'));
    const { result, writes } = await during(simulator, () => project.up());
    succeeded(result);
    assert.deepEqual(writes, []);
    assert.match(result.output, /attached already, adopted/);
    await project.removeConfig("pulumi-cloud-attachments:ifAttached");
  });

  it("is no difference when the stack changes it, and adopting tells what destroy will do", async () => {
    // The pair is in state by now.
    const statement = program(a("one", 1));
    project.write(statement);
    succeeded(await project.destroy());
    simulator.world.alicloud.scalingGroups["asg-bp1web"]?.vserverGroups.push({ ...entry });
    const adopted = await project.up();
    succeeded(adopted);
    assert.match(
      adopted.output,
      /attached already, adopted; pulumi destroy will detach it \(the option retainOnDelete keeps it\)/,
    );
    for (const value of ["fail", "adopt"]) {
      await project.setConfig("pulumi-cloud-attachments:ifAttached", value);
      const { result, calls } = await during(simulator, () => project.up("--expect-no-changes"));
      succeeded(result);
      assert.deepEqual(result.steps, { one: ["same"] });
      assert.deepEqual(calls, []);
    }
    await project.removeConfig("pulumi-cloud-attachments:ifAttached");
    succeeded(await project.destroy());
  });

  it("makes a rename need an alias", async () => {
    project.write(program(strict("one")));
    succeeded(await project.up());
    project.write(program(strict("uno")));
    assert.match((await project.up()).output, /ifAttached is "fail"/);
    project.write(program(strict("uno", '{ aliases: [{ name: "one" }] }')));
    const { result, writes } = await during(simulator, () => project.up());
    succeeded(result);
    assert.deepEqual(writes, []);
    succeeded(await project.destroy());
    assert.deepEqual(simulator.world.alicloud.scalingGroups["asg-bp1web"]?.vserverGroups, []);
  });
});
