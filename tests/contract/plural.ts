import assert from "node:assert/strict";
import { PROVIDER, type Properties } from "../../providers/core/contract/inputs";
import type { Recorded } from "../../providers/core/contract/outputs";
import { asOneList, listIn, memberOf, pluralOf } from "../../providers/core/contract/plural";
import { asFound } from "../../providers/core/provider/found";
import { Deployment, failureOf, newRun } from "../kit/deployment";
import type { Stage } from "./stage";
import type { Subject } from "./subject";

/** What holds for the plural form of every association: one test a rule. */
export function pluralContract(subject: Subject): void {
  const single = subject.association;
  const plural = pluralOf(single);
  const lists = Object.keys(single.plural);
  const of = (list: string): readonly string[] => [single.plural[list] ?? []].flat() as string[];
  // What the plural form leaves to the single one.
  const isGiven = (name: string) =>
    plural.fields[name] !== undefined || lists.some((list) => of(list).includes(name));
  if (!Object.keys(subject.unknownParent).every(isGiven)) return;

  describe([plural.token, subject.variant].filter(Boolean).join(", "), function () {
    this.timeout(60_000);
    this.slow(3_000);
    let stage: Stage;
    let foreign: string[];
    let deployment: Deployment;
    let singles: Deployment;

    before(async () => {
      stage = await subject.stage();
      deployment = new Deployment(plural);
      singles = new Deployment(single);
    });
    after(() => stage?.stop());
    beforeEach(async () => {
      await stage.begin();
      foreign = await stage.attached();
      await nextRun();
    });

    async function nextRun(): Promise<void> {
      await singles.run(stage.config());
      await deployment.run(stage.config());
    }

    /** The list in which the pairs differ: they have the parent in common. */
    function inputs(pairs: readonly Properties[], more: Properties = {}): Properties {
      const list =
        lists.find((each) => !of(each).some((name) => name === Object.keys(stage.pairs[0] ?? {})[0])) ?? "";
      const shared = Object.entries(stage.pairs[0] ?? {}).filter(([name]) => !of(list).includes(name));
      return {
        ...Object.fromEntries(shared),
        [list]: pairs.map((pair) => memberOf(plural, list, pair)),
        ...more,
      };
    }
    const ids = (pairs: readonly Properties[]) => pairs.map((pair) => single.id(pair as never) as string);
    const with_ = (pairs: readonly Properties[]) => [...foreign, ...ids(pairs)].sort();
    const writes = () => (stage.journal?.() ?? []).filter(({ kind }) => kind === "write").length;

    it("attaches all pairs, says what it holds, and detaches exactly these", async () => {
      const state = await deployment.create(inputs(stage.pairs));
      assert.deepEqual(await stage.attached(), with_(stage.pairs));
      assert.equal(state.outs.confirmed, true);
      assert.deepEqual(state.outs.missing, []);
      const reversed = inputs([...stage.pairs].reverse());
      assert.deepEqual(await deployment.diff(state, reversed), { changes: false });
      await deployment.destroy(state);
      assert.deepEqual(await stage.attached(), foreign);
    });

    it("grows in place, and shrinks by a replacement under the same id that detaches what left alone", async () => {
      const [first = {}, ...others] = stage.pairs;
      const small = await deployment.create(inputs([first]));
      await nextRun();
      assert.equal((await deployment.diff(small, inputs(stage.pairs))).replaces, undefined);
      const big = await deployment.update(small, inputs(stage.pairs));
      assert.deepEqual(await stage.attached(), with_(stage.pairs));
      await nextRun();
      const difference = await deployment.diff(big, inputs(others));
      assert.deepEqual(difference.replaces, [listIn(single, inputs(others))?.[0]]);
      const before = writes();
      const next = await deployment.create(inputs(others));
      assert.equal(next.id, big.id);
      assert.equal(writes(), before);
      await deployment.delete(big);
      assert.deepEqual(await stage.attached(), with_(others));
    });

    it("finds drift pair by pair, and repairs it", async () => {
      const [first = {}, ...others] = stage.pairs;
      const state = await deployment.create(inputs(stage.pairs));
      await stage.detach({ ...first, id: ids([first])[0] });
      await nextRun();
      const outs = await deployment.refresh(state);
      assert.ok(outs);
      assert.equal((outs.missing as unknown[]).length, 1);
      assert.deepEqual(await stage.attached(), with_(others));
      const drifted = { ...state, outs };
      assert.deepEqual(await deployment.diff(drifted, inputs(stage.pairs)), { changes: true });
      const mended = await deployment.update(drifted, inputs(stage.pairs));
      assert.deepEqual(mended.outs.missing, []);
      assert.deepEqual(await stage.attached(), with_(stage.pairs));
    });

    it("moves from single resources and back without a write", async () => {
      const olds = await Promise.all(stage.pairs.map((pair) => singles.create(pair)));
      await nextRun();
      const before = writes();
      const all = await deployment.create(inputs(stage.pairs));
      await Promise.all(olds.map((state) => singles.delete(state)));
      await nextRun();
      await Promise.all(stage.pairs.map((pair) => singles.create(pair)));
      await deployment.delete(all);
      assert.equal(writes(), before);
      assert.deepEqual(await stage.attached(), with_(stage.pairs));
    });

    it("adopts what a killed create attached, and finishes it", async () => {
      const [first = {}] = stage.pairs;
      await stage.attach(first);
      newRun();
      const state = await deployment.create(inputs(stage.pairs));
      assert.deepEqual(await stage.attached(), with_(stage.pairs));
      assert.deepEqual(state.outs.missing, []);
    });

    it("leaves in state what an import file has, if it finds all of it attached", async () => {
      for (const pair of stage.pairs) await stage.attach(pair);
      newRun();
      const args = inputs(stage.pairs);
      assert.deepEqual(asOneList(plural, stage.pairs), args);
      const state = await deployment.create(args);
      const { accountId, region } = state.outs as Recorded;
      const found = asFound(plural, { ...args, region }, { accountId, region });
      assert.equal(found.id, state.id);
      for (const [one, other] of [
        [found.inputs, state.inputs],
        [found.outputs, state.outs],
      ] as const) {
        assert.deepEqual({ ...one, [PROVIDER]: "" }, { ...other, [PROVIDER]: "" });
      }
    });

    it('refuses before the first write if one is attached and ifAttached is "fail"', async () => {
      const [first = {}] = stage.pairs;
      await stage.attach(first);
      const error = await failureOf(deployment.create(inputs(stage.pairs, { ifAttached: "fail" })));
      assert.match(error.message, /1 of \d+ attached already/);
      assert.equal(error.id, undefined);
      assert.deepEqual(await stage.attached(), with_([first]));
    });

    it("has in state what worked where one pair fails, and names that one", async () => {
      const wrong = { ...stage.pairs[0], ...subject.unknownOther };
      const all = inputs([...stage.pairs.slice(0, 2), wrong]);
      const error = await failureOf(deployment.create(all));
      assert.match(error.message, /: 1 of 3 failed: /);
      assert.ok(error.id);
      assert.equal((error.properties?.missing as unknown[]).length, 1);
      assert.deepEqual(await stage.attached(), with_(stage.pairs.slice(0, 2)));
    });
  });
}
