import assert from "node:assert/strict";
import type { dynamic } from "@pulumi/pulumi";
import type { Properties } from "../../../../providers/core/contract/inputs";
import { handler } from "../../../../providers/core/provider/handler";
import { answers, FakeCloud, key } from "../../../kit/fake-cloud";

const INPUTS = { part: "p1", whole: "w1", weight: 50, ifAttached: "adopt", __provider: "text" };

describe("handler", () => {
  let fake: FakeCloud;
  let provider: ReturnType<typeof handler>;

  beforeEach(() => {
    fake = new FakeCloud();
    provider = handler(fake.association);
  });

  async function created(inputs: Properties = INPUTS): Promise<{ id: string; outs: Properties }> {
    const { id, outs } = (await provider.create(inputs)) as dynamic.CreateResult & { outs: Properties };
    return { id, outs };
  }

  /** Like a deployment: check, then diff. */
  async function planned(
    id: string,
    olds: Properties,
    oldInputs: Properties,
    news: Properties,
  ): Promise<dynamic.DiffResult> {
    const { inputs, failures } = await provider.check(oldInputs, news);
    assert.deepEqual(failures, []);
    return provider.diff(id, olds, inputs);
  }

  describe("create", () => {
    it("looks, attaches, and looks again", async () => {
      const { id, outs } = await created();
      assert.equal(id, "w1:p1");
      assert.deepEqual(fake.calls, ["find p1", "attach p1", "find p1"]);
      assert.deepEqual(outs, {
        ...INPUTS,
        region: "somewhere",
        accountId: "account-1",
        confirmed: true,
        __schema: 1,
        __declared: { settings: { weight: 50 }, inputs: ["part", "whole", "weight", "ifAttached"] },
      });
    });

    it("adopts what is attached already, without a write", async () => {
      fake.attached.set("w1:p1", 50);
      await created();
      assert.deepEqual(fake.calls, ["find p1"]);
    });

    it("brings what it adopts to the declared settings", async () => {
      fake.attached.set("w1:p1", 10);
      const { outs } = await created();
      assert.equal(fake.attached.get("w1:p1"), 50);
      assert.equal(outs.weight, 50);
    });

    it('writes nothing when it is attached already and ifAttached is "fail"', async () => {
      fake.attached.set("w1:p1", 50);
      await assert.rejects(
        created({ ...INPUTS, ifAttached: "fail" }),
        /attached already, and ifAttached is "fail"/,
      );
      assert.deepEqual(fake.calls, ["find p1"]);
    });

    it("writes nothing when the parent does not exist, and says where it looked", async () => {
      fake.wholes.delete("w1");
      await assert.rejects(
        created(),
        /^Error: attaching part p1 to whole w1 \(somewhere\): whole w1 does not exist in somewhere of Fake Cloud account account-1 .*hint/,
      );
      assert.ok(fake.calls.every((call) => call.startsWith("find")));
    });

    it("ends a refusal with one sentence and no stack, leaving nothing in state", async () => {
      fake.refuse.set("attach", [answers("Quota", "too many")]);
      await assert.rejects(created(), (error: Error & { id?: string }) => {
        assert.match(
          error.message,
          /^attaching part p1 to whole w1 \(somewhere\): Quota: too many \(request req-1; 1 attempt; \d+\.\d s; hint: raise the quota\)$/,
        );
        assert.equal(error.stack, "");
        assert.equal(error.id, undefined);
        return true;
      });
    });

    it("takes a refusal for success if the cloud then shows the pair", async () => {
      fake.lose.set("attach", [answers("Quota")]);
      const { outs } = await created();
      assert.equal(outs.confirmed, true);
    });

    it("looks before it repeats a write whose answer was lost", async () => {
      fake.lose.set("attach", [answers("ECONNRESET")]);
      await created();
      assert.deepEqual(fake.calls, ["find p1", "attach p1", "find p1"]);
    });

    it("waits while the parent is busy, then attaches", async () => {
      fake.refuse.set("attach", [answers("Busy"), answers("Busy")]);
      await created();
      assert.equal(fake.calls.filter((call) => call === "attach p1").length, 3);
    });

    it("gives up on an answer that explains nothing after a few tries", async () => {
      fake.refuse.set(
        "attach",
        Array.from({ length: 10 }, () => answers("Vague")),
      );
      await assert.rejects(created(), /Vague.*4 attempts/);
    }).timeout(20_000);

    it("keeps the id in state when the deadline passes and the outcome is not known", async () => {
      fake.refuse.set(
        "attach",
        Array.from({ length: 50 }, () => answers("Busy", "working on it")),
      );
      await assert.rejects(
        created({ ...INPUTS, __timeouts: { create: 0.7 } }),
        (error: Error & Properties) => {
          assert.match(
            String((error.reasons as string[])[0]),
            /deadline of 0.7 s passed; last answer: Busy: working on it .*customTimeouts/,
          );
          assert.equal(error.id, "w1:p1");
          assert.equal((error.properties as Properties).confirmed, false);
          assert.equal((error.properties as Properties).__provider, "text");
          return true;
        },
      );
    });

    it("sends one write at a time to one parent", async () => {
      fake.latency = 5;
      await Promise.all(Array.from({ length: 10 }, (_, n) => created({ ...INPUTS, part: `p${n}` })));
      assert.equal(fake.overlap, 1);
      assert.equal(fake.attached.size, 10);
    });
  });

  describe("diff", () => {
    const inputs = { part: "p1", whole: "w1", weight: 50, ifAttached: "adopt" };
    const outs = {
      ...inputs,
      region: "somewhere",
      accountId: "account-1",
      confirmed: true,
      __declared: { settings: { weight: 50 }, inputs: Object.keys(inputs) },
    };

    it("sees no change in equal inputs, also when the region came from elsewhere", async () => {
      assert.deepEqual(await provider.diff("id", outs, inputs), { changes: false });
    });
    it("leaves a changed setting to the engine", async () => {
      assert.deepEqual(await provider.diff("id", outs, { ...inputs, weight: 7 }), {});
    });
    it("takes no notice of what create alone goes by", async () => {
      assert.deepEqual(await provider.diff("id", outs, { ...inputs, ifAttached: "fail" }), {
        changes: false,
      });
    });
    it("updates where outputs that do not tell what was declared show another setting", async () => {
      const { __declared, ...spoiled } = outs;
      assert.deepEqual(await provider.diff("id", { ...spoiled, weight: 21 }, inputs), { changes: true });
    });
    it("replaces on a changed or unknown identity or region", async () => {
      assert.deepEqual(await provider.diff("id", outs, { ...inputs, part: "p2" }), { replaces: ["part"] });
      assert.deepEqual(
        await provider.diff("id", outs, { ...inputs, part: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }),
        {
          replaces: ["part"],
        },
      );
      assert.deepEqual(await provider.diff("id", outs, { ...inputs, region: "elsewhere" }), {
        replaces: ["region"],
      });
    });
    it("asks for an update when only the outputs fell short", async () => {
      assert.deepEqual(await provider.diff("id", { ...outs, confirmed: false }, inputs), { changes: true });
      assert.deepEqual(await provider.diff("id", { ...outs, weight: 3, confirmed: false }, inputs), {
        changes: true,
      });
    });
    it("updates when only the timeouts change", async () => {
      assert.deepEqual(await provider.diff("id", outs, { ...inputs, __timeouts: { create: 9 } }), {});
    });
    it("refuses a state layout newer than it knows", async () => {
      await assert.rejects(
        provider.diff("id", { ...outs, __schema: 2 }, inputs),
        /newer pulumi-cloud-attachments.*upgrade/,
      );
    });
  });

  describe("check", () => {
    it("fills in defaults and lets unknown values pass", async () => {
      const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
      const { inputs, failures } = await provider.check({}, { part: unknown, whole: "w1" });
      assert.deepEqual(failures, []);
      assert.deepEqual(inputs, { part: unknown, whole: "w1", weight: 50, ifAttached: "adopt" });
    });
    it("points each failure at its property", async () => {
      const { failures } = await provider.check({}, { part: "", weight: 101, wight: 3, ifAttached: "maybe" });
      assert.deepEqual(
        failures?.map(({ property, reason }) => `${property}: ${reason}`),
        [
          "part: part must not be empty",
          "whole: whole is required",
          "weight: weight must be a whole number from 0 to 100",
          "ifAttached: ifAttached must be one of adopt, fail",
          "wight: wight is not an argument; known are part, whole, weight, region, connection, ifAttached",
        ],
      );
    });
    it("fails a pair that another resource declares, and keeps the mark out of state", async () => {
      const { inputs, failures } = await provider.check({}, { ...INPUTS, __duplicateOf: "first" });
      assert.match(failures?.[0]?.reason ?? "", /already declared by "first"/);
      assert.ok(!("__duplicateOf" in (inputs ?? {})));
    });
  });

  describe("read", () => {
    it("finds the pair gone, or its parent", async () => {
      const { id, outs } = await created();
      assert.equal((await provider.read(id, outs)).id, id);
      fake.attached.clear();
      assert.deepEqual(await provider.read(id, outs), {});
      fake.wholes.clear();
      assert.deepEqual(await provider.read(id, outs), {});
    });
    it("shows drift of a setting, which the next update mends", async () => {
      const { id, outs } = await created();
      fake.attached.set("w1:p1", 3);
      const { props } = (await provider.read(id, outs)) as { props: Properties };
      assert.equal(props.weight, 3);
      assert.deepEqual(await planned(id, props, INPUTS, INPUTS), { changes: true });
      const updated = (await provider.update(id, props, INPUTS)) as { outs: Properties };
      assert.equal(fake.attached.get("w1:p1"), 50);
      assert.equal(updated.outs.confirmed, true);
    });
    it("shows drift of a setting however often it looks, until an update has mended it", async () => {
      let { id, outs } = await created();
      fake.attached.set("w1:p1", 21);
      for (let refresh = 0; refresh < 3; refresh++) {
        const { props, inputs } = (await provider.read(id, outs)) as dynamic.ReadResult & {
          props: Properties;
        };
        assert.deepEqual(inputs, { part: "p1", whole: "w1", weight: 21, ifAttached: "adopt" });
        assert.equal(props.confirmed, false);
        assert.equal(props.weight, 21);
        assert.deepEqual(await provider.diff(id, props, INPUTS), { changes: true });
        outs = props;
      }
      const updated = (await provider.update(id, outs, INPUTS)) as { outs: Properties };
      assert.equal(fake.attached.get("w1:p1"), 50);
      assert.deepEqual(await provider.diff(id, updated.outs, INPUTS), { changes: false });
      const { inputs } = await provider.read(id, updated.outs);
      assert.equal(inputs?.weight, 50);
    });
    it("never takes a failure for gone", async () => {
      const { id, outs } = await created();
      fake.refuse.set("find", [answers("Forbidden", "no", 403)]);
      await assert.rejects(
        provider.read(id, outs),
        /reading part p1 at whole w1 \(somewhere\): Forbidden: no/,
      );
    });
    it("stops at credentials of another account, and so do update and delete", async () => {
      const { id, outs } = await created();
      const other = { ...outs, accountId: "account-2" };
      const calls = fake.calls.length;
      for (const attempt of [
        provider.read(id, other),
        provider.delete(id, { ...other, part: "p9" }),
        provider.update(id, other, INPUTS),
      ]) {
        await assert.rejects(
          attempt,
          /credentials are of Fake Cloud account account-1, the attachment is in account account-2/,
        );
      }
      assert.equal(fake.calls.length, calls);
    });
    it("logs in once for what is in state and what is new", async () => {
      let logins = 0;
      const { connect } = fake.cloud;
      fake.cloud.connect = (...args) => {
        logins += 1;
        return connect(...args);
      };
      const { id, outs } = await created({ ...INPUTS, region: "somewhere" });
      await provider.read(id, outs);
      assert.equal(logins, 1);
    });
    it("explains that an import is not possible", async () => {
      await assert.rejects(provider.read("w1:p1", {}), /cannot be imported.*pulumi up.*adopted/);
    });
  });

  describe("delete", () => {
    const outs = { ...INPUTS, part: "q8", region: "somewhere", accountId: "account-1", confirmed: true };

    it("detaches and makes sure", async () => {
      fake.attached.set("w1:q8", 50);
      await provider.delete("w1:q8", outs);
      assert.deepEqual(fake.calls, ["detach q8", "find q8"]);
    });
    it("succeeds when pair and parent are gone", async () => {
      fake.wholes.clear();
      fake.refuse.set("detach", [answers("NoSuchWhole")]);
      await provider.delete("w1:q8", outs);
    });
    it("fails on a firm refusal while the pair is there", async () => {
      fake.attached.set("w1:q8", 50);
      fake.refuse.set("detach", [answers("Quota", "last one")]);
      await assert.rejects(
        provider.delete("w1:q8", outs),
        /detaching part q8 from whole w1 \(somewhere\): Quota: last one/,
      );
    });
  });

  describe("ownership", () => {
    it("leaves the pair alone when the same deployment created it under another name", async () => {
      const { id, outs } = await created();
      await provider.delete(id, outs);
      assert.ok(fake.attached.has("w1:p1"));
      assert.ok(!fake.calls.includes("detach p1"));
    });
    it("leaves the pair alone when another resource of the deployment keeps it", async () => {
      const outs = { ...INPUTS, part: "q5", region: "somewhere", accountId: "account-1", confirmed: true };
      fake.attached.set("w1:q5", 50);
      const inputs = { ...INPUTS, part: "q5" };
      assert.deepEqual(await planned("w1:q5", outs, inputs, inputs), { changes: false });
      await provider.delete("w1:q5", outs);
      assert.ok(fake.attached.has("w1:q5"));
    });
    it("does not take a refresh's diff for a wish to keep", async () => {
      const outs = { ...INPUTS, part: "q6", region: "somewhere", accountId: "account-1", confirmed: true };
      fake.attached.set("w1:q6", 50);
      await provider.read("w1:q6", outs);
      await provider.diff("w1:q6", outs, { ...INPUTS, part: "q6" });
      await provider.delete("w1:q6", outs);
      assert.ok(!fake.attached.has("w1:q6"));
    });
  });

  describe("batches", () => {
    beforeEach(() => {
      fake.batch = 100;
      fake.latency = 5;
      provider = handler(fake.association);
    });

    /** Every attach that holds `part` fails. */
    function refuseWith(part: string, message: string): void {
      const step: ReturnType<typeof answers> = (_verb, pairs) => {
        if (pairs.some((pair) => pair.part === part)) answers("Quota", message)("", []);
      };
      fake.refuse.set("attach", Array<typeof step>(20).fill(step));
    }

    it("puts what arrives while a call is under way into the next one", async () => {
      await Promise.all(Array.from({ length: 20 }, (_, n) => created({ ...INPUTS, part: `b${n}` })));
      assert.equal(fake.attached.size, 20);
      assert.ok(fake.calls.length <= 6, fake.calls.join("\n"));
    });
    it("lets those that an error names fail alone", async () => {
      refuseWith("c3", "not <c3>");
      const results = await Promise.allSettled(
        Array.from({ length: 5 }, (_, n) => created({ ...INPUTS, part: `c${n}` })),
      );
      assert.deepEqual(
        results.map((result) => result.status),
        ["fulfilled", "fulfilled", "fulfilled", "rejected", "fulfilled"],
      );
    });
    it("halves a batch until it knows which one fails", async () => {
      refuseWith("d2", "somebody");
      const results = await Promise.allSettled(
        Array.from({ length: 7 }, (_, n) => created({ ...INPUTS, part: `d${n}` })),
      );
      assert.deepEqual(
        results.flatMap((result, n) => (result.status === "rejected" ? [n] : [])),
        [2],
      );
      assert.equal(fake.attached.size, 6);
      assert.ok(!fake.attached.has(key({ whole: "w1", part: "d2" })));
    });
  });
});
