import assert from "node:assert/strict";
import type { JournalEntry, Simulator } from "../../simulator/index";
import { actionsOn, during } from "../kit/journal";
import { program, vserverGroup, webGroup } from "../kit/programs";
import { inProject, nameOf, type PulumiProject, type Run, succeeded } from "../kit/pulumi-project";
import { secretsOf } from "../kit/secrets";

/** `one("{ protect: true }")`: the attachment of web(1) named one, with these options. */
const one = (opts: string, args = "") =>
  program(`new VServerGroupAttachment("one", web(1, {${args}}), ${opts});`);

describe("Pulumi's resource options", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject((made) => {
    ({ simulator, project } = made);
  });

  /** Removes what the former test left. */
  function startOver(): void {
    simulator.setFaults({});
    project.forgetAll();
    group().vserverGroups = [];
  }

  const group = () => webGroup(simulator);

  const attached = () => group().vserverGroups.map(({ vserverGroupId }) => vserverGroupId);

  async function up(text: string, ...args: string[]): Promise<{ result: Run; writes: JournalEntry[] }> {
    project.write(text);
    const { result, writes } = await during(simulator, () => project.up(...args));
    return { result, writes };
  }

  it("protect keeps it from destroy", async () => {
    succeeded((await up(one("{ protect: true }"))).result);
    const { result, writes } = await during(simulator, () => project.destroy());
    assert.notEqual(result.code, 0);
    assert.match(result.output, /protect/);
    assert.deepEqual(writes, []);
    succeeded((await up(one("{}"))).result);
  });

  it("retainOnDelete leaves it attached", async () => {
    succeeded((await up(one("{ retainOnDelete: true }"))).result);
    const { result, writes } = await during(simulator, () => project.destroy());
    succeeded(result);
    assert.deepEqual(writes, []);
    assert.deepEqual(attached(), [vserverGroup(1)]);
  });

  it("dependsOn and parent decide the order, both ways", async () => {
    startOver();
    const { result, writes } = await up(
      program(
        'const two = new VServerGroupAttachment("two", web(2));',
        'const three = new VServerGroupAttachment("three", web(3), { parent: two });',
        'new VServerGroupAttachment("one", web(1), { dependsOn: [three] });',
      ),
    );
    succeeded(result);
    const order = [2, 3, 1].map(vserverGroup);
    const groups = (calls: JournalEntry[]) =>
      calls.map(({ ids }) => ids.filter((id) => id.startsWith("rsp-")).join());
    assert.deepEqual(groups(writes), order);
    const destroyed = await during(simulator, () => project.destroy());
    succeeded(destroyed.result);
    assert.deepEqual(groups(destroyed.writes), order.reverse());
  });

  it("deletedWith spares the call for what goes with another", async () => {
    startOver();
    succeeded(
      (
        await up(
          program(
            'const two = new VServerGroupAttachment("two", web(2));',
            'new VServerGroupAttachment("one", web(1), { deletedWith: two });',
          ),
        )
      ).result,
    );
    const { result, writes } = await during(simulator, () => project.destroy());
    succeeded(result);
    assert.deepEqual(actionsOn(writes, vserverGroup(1)), []);
    assert.deepEqual(actionsOn(writes, vserverGroup(2)), ["DetachVServerGroups"]);
  });

  it("ignoreChanges keeps a setting as it is", async () => {
    startOver();
    succeeded((await up(one("{}", "weight: 10"))).result);
    const { result, writes } = await up(one('{ ignoreChanges: ["weight"] }', "weight: 20"));
    succeeded(result);
    assert.deepEqual(writes, []);
    assert.equal(group().vserverGroups[0]?.weight, 10);
  });

  it("transformations and transforms change arguments, and cannot lose what we hide in them", async () => {
    startOver();
    const transformation = "[({ props, opts }) => ({ props: { ...web(1), weight: 11 }, opts })]";
    succeeded((await up(one(`{ transformations: ${transformation} }`))).result);
    assert.equal(group().vserverGroups[0]?.weight, 11);
    const transform = "[async ({ props, opts }) => ({ props: { ...props, weight: 12 }, opts })]";
    succeeded((await up(one(`{ transforms: ${transform} }`))).result);
    assert.equal(group().vserverGroups[0]?.weight, 12);
    succeeded(await project.destroy());
    assert.deepEqual(attached(), []);
  });

  it("transformations of a parent do so, too", async () => {
    startOver();
    const { result } = await up(
      program(
        "const transformation = ({ props, opts }) => ({ props: { ...props, weight: 13 }, opts });",
        'const parent = new pulumi.ComponentResource("test:index:Parent", "parent", {}, { transformations: [transformation] });',
        'new VServerGroupAttachment("one", web(1), { parent });',
      ),
    );
    succeeded(result);
    assert.equal(group().vserverGroups[0]?.weight, 13);
  });

  it("a long wait says in the CLI what it waits for, and until when", async () => {
    startOver();
    simulator.setFaults({ rules: [{ kind: "latency", action: "AttachVServerGroups", ms: 6_000, times: 1 }] });
    const { result } = await up(one("{}"));
    succeeded(result);
    assert.match(
      result.output,
      /attaching VServer group rsp-bp1web01 .*: waiting for the answer; gives up at \d\d:\d\d:\d\d UTC/,
    );
  });

  it("customTimeouts reach the operation, and a change of them writes nothing", async () => {
    startOver();
    simulator.setFaults({ rules: [{ kind: "hang", action: "AttachVServerGroups" }] });
    const { result } = await up(one('{ customTimeouts: { create: "2s" } }'));
    assert.notEqual(result.code, 0);
    assert.match(result.output, /the deadline of 2 s passed/);
    assert.match(result.output, /hint: raise customTimeouts/);

    simulator.setFaults({});
    succeeded((await up(one('{ customTimeouts: { create: "2s" } }'))).result);
    const changed = await up(one('{ customTimeouts: { create: "1m30s", delete: "4s" } }'));
    succeeded(changed.result);
    assert.deepEqual(changed.writes, []);
    assert.deepEqual((await project.attachments())[0]?.outputs.__timeouts, { create: 90, delete: 4 });

    simulator.setFaults({ rules: [{ kind: "hang", action: "DetachVServerGroups" }] });
    assert.match((await project.destroy()).output, /the deadline of 4 s passed/);
  });

  it("customTimeouts that are no durations are refused", async () => {
    startOver();
    const { result, writes } = await up(one('{ customTimeouts: { create: "5 minutes" } }'));
    assert.notEqual(result.code, 0);
    assert.match(
      result.output,
      /alicloud\.ess\.VServerGroupAttachment "one": customTimeouts\.create: "5 minutes" is not a duration/,
    );
    assert.deepEqual(writes, []);
  });

  it("a provider of another package is refused, since Pulumi would silently ignore it", async () => {
    startOver();
    const { result, writes } = await up(
      program(
        // Never registered: its plugin is not here, and the engine could say so first.
        'const other = Object.assign(Object.create(pulumi.ProviderResource.prototype), { pkg: "alicloud" });',
        'new VServerGroupAttachment("one", web(1), { provider: other });',
      ),
    );
    assert.notEqual(result.code, 0);
    assert.match(
      result.output,
      /alicloud\.ess\.VServerGroupAttachment "one": opts\.provider is a provider of package "alicloud", which a dynamic resource cannot use/,
    );
    assert.deepEqual(writes, []);
  });

  it("import is refused with what to do instead", async () => {
    const { result, writes } = await up(one('{ import: "asg-bp1web:lb-bp1web:rsp-bp1web01:80" }'));
    assert.notEqual(result.code, 0);
    assert.match(
      result.output,
      /"one": opts\.import does not work with a dynamic resource.*pulumi up adopts/,
    );
    assert.doesNotMatch(result.output, /\n\s+at /);
    assert.deepEqual(writes, []);
  });
});

describe("credentials as secrets of the stack's config", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject(async (made) => {
    ({ simulator, project } = made);
    const { ALICLOUD_ACCESS_KEY = "", ALICLOUD_SECRET_KEY = "" } = project.env;
    delete project.env.ALICLOUD_ACCESS_KEY;
    delete project.env.ALICLOUD_SECRET_KEY;
    await project.setConfig("alicloud:accessKey", ALICLOUD_ACCESS_KEY, { secret: true });
    await project.setConfig("alicloud:secretKey", ALICLOUD_SECRET_KEY, { secret: true });
    project.write(one("{}"));
  });

  it("serve up, refresh and destroy, and stand in state only encrypted", async () => {
    succeeded(await project.up());
    const state = await project.exportState();
    assert.match(state, /"alicloud:secretKey"|"ciphertext"/);
    for (const secret of secretsOf(simulator.world))
      assert.ok(!state.includes(secret), `state holds ${secret}`);
    succeeded(await project.refresh());
    assert.deepEqual(
      (await project.attachments()).map(({ urn }) => nameOf(urn)),
      ["one"],
    );
    succeeded(await project.destroy());
    assert.deepEqual(simulator.world.alicloud.scalingGroups["asg-bp1web"]?.vserverGroups, []);
  });
});
