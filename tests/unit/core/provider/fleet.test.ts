import assert from "node:assert/strict";
import { associations } from "../../../../providers/associations";
import type { AnyAssociation } from "../../../../providers/core/contract/association";
import { MOST_PAIRS } from "../../../../providers/core/contract/fields";
import { pluralOf } from "../../../../providers/core/contract/plural";
import { UNKNOWN } from "../../../../providers/core/util/canonical";
import { Deployment, failureOf, newRun } from "../../../kit/deployment";
import { answers, FakeCloud } from "../../../kit/fake-cloud";

const many = (count: number, from = 0) => Array.from({ length: count }, (_each, at) => `p-${from + at}`);
const fleet = (parts: readonly unknown[], more = {}) => ({ whole: "w1", parts, ...more });

describe("the plural form", () => {
  let cloud: FakeCloud;
  let deployment: Deployment;
  let singles: Deployment;

  beforeEach(() => {
    cloud = new FakeCloud();
    cloud.batch = 100;
    const { association } = cloud;
    deployment = new Deployment(pluralOf(association));
    singles = new Deployment(association);
    newRun();
  });

  const attached = () => [...cloud.attached.keys()].map((key) => key.split(":")[1]).sort();
  const writes = () => cloud.calls.filter((call) => !call.startsWith("find"));

  it("attaches all pairs in few calls, and has nothing to do afterwards", async () => {
    const state = await deployment.create(fleet(many(250)));
    assert.deepEqual(attached(), many(250).sort());
    assert.equal(state.id, "w1");
    assert.deepEqual(state.outs.missing, []);
    assert.equal(state.outs.confirmed, true);
    assert.equal(writes().length, 3);
    assert.equal(cloud.calls.length, 9);
    const again = await deployment.diff(state, fleet([...many(250).reverse(), "p-1"]));
    assert.deepEqual(again, { changes: false });
    assert.equal(cloud.calls.length, 9);
  });

  it("grows in place, writes what is new alone, and leaves everything else at its place in the list", async () => {
    const state = await deployment.create(fleet(["p-1", "p-2", "p-3"]));
    newRun();
    assert.deepEqual(await deployment.diff(state, fleet(["p-0", "p-3", "p-2", "p-1"])), { changes: true });
    cloud.calls.length = 0;
    const grown = await deployment.update(state, fleet(["p-0", "p-3", "p-2", "p-1"]));
    assert.deepEqual(grown.outs.parts, ["p-1", "p-2", "p-3", "p-0"]);
    assert.deepEqual(writes(), ["attach p-0"]);
  });

  it("loses pairs by a replacement under the same id, whose delete detaches only these", async () => {
    const state = await deployment.create(fleet(["p-1", "p-2", "p-3"], { ifAttached: "fail" }));
    newRun();
    cloud.calls.length = 0;
    const smaller = fleet(["p-3", "p-2"], { ifAttached: "fail" });
    assert.deepEqual(await deployment.diff(state, smaller), { changes: true, replaces: ["parts"] });
    const next = await deployment.create(smaller);
    assert.equal(next.id, state.id);
    assert.deepEqual(writes(), []);
    await deployment.delete(state);
    assert.deepEqual(writes(), ["detach p-1"]);
    assert.deepEqual(attached(), ["p-2", "p-3"]);
  });

  it("gives pairs to another one and to single resources, and takes them back, without a write", async () => {
    const old = await deployment.create(fleet(["p-1", "p-2", "p-3"]));
    newRun();
    cloud.calls.length = 0;
    const first = await deployment.create(fleet(["p-1"]));
    const second = await deployment.create(fleet(["p-2"]));
    const single = await singles.create({ whole: "w1", part: "p-3" });
    await deployment.delete(old);
    newRun();
    const last = await deployment.create(fleet(["p-3", "p-1", "p-2"]));
    await Promise.all([deployment.delete(first), deployment.delete(second), singles.delete(single)]);
    assert.deepEqual(writes(), []);
    await deployment.destroy(last);
    assert.deepEqual(attached(), []);
  });

  it("has in state what worked, names what failed with its reason, and the next up does what is missing", async () => {
    const refuse = answers("Quota", "no more for <p-1>");
    cloud.refuse.set("attach", [refuse]);
    const failure = await failureOf(deployment.create(fleet(many(3))));
    assert.equal(failure.id, "w1");
    assert.deepEqual(failure.properties?.missing, ["p-1"]);
    assert.match(
      failure.message,
      /^attaching Attachments w1 .*: 1 of 3 failed: attaching part p-1 to whole w1.*no more for <p-1>.*hint: raise the quota.*the next pulumi up/,
    );
    assert.deepEqual(attached(), ["p-0", "p-2"]);
    const state = { id: "w1", inputs: fleet(many(3)), outs: failure.properties ?? {} };
    newRun();
    assert.deepEqual(await deployment.diff(state, fleet(many(3))), { changes: true });
    const mended = await deployment.update(state, fleet(many(3)));
    assert.deepEqual(mended.outs.missing, []);
    assert.deepEqual(attached(), many(3));
  });

  it("forgets nothing that a failed update attached, though the program goes back to what it was", async () => {
    const state = await deployment.create(fleet(["p-1", "p-2"]));
    newRun();
    cloud.refuse.set("attach", [answers("Quota", "no more for <p-4>")]);
    const failure = await failureOf(deployment.update(state, fleet(["p-1", "p-2", "p-3", "p-4"])));
    assert.ok(attached().includes("p-3"));
    newRun();
    // The engine has kept the old inputs, which equal the new ones: only what diff says counts.
    const failed = { ...state, outs: failure.properties ?? {} };
    const back = fleet(["p-1", "p-2"]);
    assert.deepEqual(await deployment.diff(failed, back), { changes: true, replaces: ["parts"] });
    await deployment.create(back);
    await deployment.delete(failed);
    assert.deepEqual(attached(), ["p-1", "p-2"]);
  });

  it("takes no pair of others when a list grows and ifAttached is fail", async () => {
    const state = await deployment.create(fleet(["p-1"], { ifAttached: "fail" }));
    cloud.attached.set("w1:p-2", 50);
    newRun();
    cloud.calls.length = 0;
    const grown = fleet(["p-1", "p-2", "p-3"], { ifAttached: "fail" });
    const failure = await failureOf(deployment.update(state, grown));
    assert.match(failure.message, /1 of 3 attached already \(w1:p-2\), and ifAttached is "fail"/);
    assert.equal(failure.id, undefined);
    assert.deepEqual(writes(), []);
    newRun();
    await deployment.delete(state);
    assert.deepEqual(attached(), ["p-2"]);
  });

  it("spells ten failures out, counts the others by reason, and leaves nothing in state where nothing worked", async () => {
    cloud.batch = 1;
    const single = cloud.association;
    const all = new Deployment(pluralOf(single));
    cloud.refuse.set("attach", Array(14).fill(answers("Quota")));
    const failure = await failureOf(all.create(fleet(many(14))));
    assert.equal(failure.id, undefined);
    assert.match(failure.message, /14 of 14 failed: .*; the same for (w1:p-\d+, ){9}4 more$/);
    assert.equal(failure.message.match(/p-\d+/g)?.length, 10);
  });

  it("names drift, pair by pair, and repairs it", async () => {
    const state = await deployment.create(fleet(many(5)));
    cloud.attached.delete("w1:p-2");
    cloud.attached.set("w1:p-3", 7);
    newRun();
    cloud.calls.length = 0;
    const outs = (await deployment.refresh(state)) ?? {};
    assert.equal(cloud.calls.length, 1);
    assert.deepEqual(outs.missing, ["p-2"]);
    assert.equal(outs.confirmed, false);
    const drifted = { ...state, outs };
    assert.deepEqual(await deployment.diff(drifted, fleet(many(5))), { changes: true });
    const mended = await deployment.update(drifted, fleet(many(5)));
    assert.equal(mended.outs.confirmed, true);
    assert.equal(cloud.attached.get("w1:p-3"), 50);
    cloud.attached.clear();
    newRun();
    assert.equal(await deployment.refresh(mended), undefined);
  });

  it('refuses before the first write if any pair is attached and ifAttached is "fail"', async () => {
    cloud.attached.set("w1:p-1", 50);
    const failure = await failureOf(deployment.create(fleet(many(3), { ifAttached: "fail" })));
    assert.match(failure.message, /1 of 3 attached already \(w1:p-1\), and ifAttached is "fail"/);
    assert.equal(failure.id, undefined);
    assert.deepEqual(writes(), []);
  });

  it("has every pair wait for an end that is being made, and says which do not exist", async () => {
    const failure = await failureOf(
      deployment.create({ part: "p-1", wholes: ["w1", "w9"], __timeouts: { create: 0.5 } }),
    );
    assert.match(failure.message, /1 of 2 failed: .*whole w9/);
    assert.deepEqual(failure.properties?.missing, ["w9"]);
    assert.deepEqual([...cloud.attached.keys()], ["w1:p-1"]);
  });

  it("keeps what a failed claimant does not have in state", async () => {
    const old = await deployment.create(fleet(["p-1", "p-2"]));
    newRun();
    cloud.refuse.set("find", [answers("Quota")]);
    await failureOf(deployment.create(fleet(["p-1"])));
    const failure = await failureOf(deployment.delete(old));
    assert.match(failure.message, /1 of 2 failed: .*its create failed/);
    assert.deepEqual(attached(), ["p-1"]);
  });

  const refused: [string, Record<string, unknown>, RegExp][] = [
    ["no list", { whole: "w1" }, /exactly one of parts and wholes must be given/],
    ["both lists", { parts: ["p-1"], wholes: ["w1"] }, /exactly one of parts and wholes must be given/],
    [
      "a list and its argument",
      { whole: "w1", part: "p-1", parts: ["p-2"] },
      /exactly one of part and parts/,
    ],
    ["a list alone", { parts: ["p-1"] }, /exactly one of whole and wholes must be given/],
    ["no list in a list's place", fleet("p-1" as never), /parts must be a list, not a text/],
    ["a wrong member", fleet(["p-1", ""]), /parts\.1 must not be empty/],
    [
      "too many pairs",
      fleet(many(MOST_PAIRS + 1)),
      /parts holds 2,001 pairs, and one resource takes 2,000: declare/,
    ],
    ["a pair of another resource", fleet(["p-1"], { __duplicateOf: "other" }), /already declared by "other"/],
  ];
  it("refuses in the plural form what only the single one takes, and what belongs into the list", async () => {
    const of = (name: string) => new Deployment(pluralOf(associations[name] as AnyAssociation));
    const ecs = { region: "cn-hangzhou", networkInterfaceId: "eni-1", securityGroupIds: ["sg-1"] };
    const left = await failureOf(of("alicloud-ecs-security-group-attachment").inputs(ecs));
    assert.match(
      left.message,
      /networkInterfaceId has no plural form: declare one SecurityGroupAttachment for each/,
    );
    const one = { loadBalancerId: "lb-1", vserverGroupId: "rsp-1", port: 80 };
    const ess = { region: "cn-hangzhou", scalingGroupId: "asg-1", attachments: [one, { ...one, weight: 7 }] };
    const plural = of("alicloud-ess-vserver-group-attachment");
    assert.match((await failureOf(plural.inputs(ess))).message, /more than once, with different settings/);
    const beside = await failureOf(plural.inputs({ ...ess, attachments: [one], weight: 7 }));
    assert.match(beside.message, /weight belongs to each of attachments, not beside it/);
  });

  for (const [what, args, message] of refused) {
    it(`refuses ${what}`, async () => {
      assert.match((await failureOf(deployment.inputs(args))).message, message);
    });
  }

  it("takes lists and members that are not known yet", async () => {
    const state = await deployment.create(fleet(["p-1", "p-2"]));
    await deployment.inputs(fleet(UNKNOWN as never));
    const { replaces } = await deployment.diff(state, fleet(["p-1", UNKNOWN]));
    assert.equal(replaces, undefined);
    const other = await deployment.diff(state, { whole: UNKNOWN, parts: ["p-1", "p-2"] });
    assert.deepEqual(other.replaces, ["whole"]);
    assert.deepEqual((await deployment.create(fleet([]))).outs.parts, []);
  });
});
