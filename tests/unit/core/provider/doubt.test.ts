import assert from "node:assert/strict";
import type { dynamic } from "@pulumi/pulumi";
import { ensSecurityGroupAttachment } from "../../../../providers/alicloud/ens/security-group-attachment";
import type { Properties } from "../../../../providers/core/contract/inputs";
import { handler } from "../../../../providers/core/provider/handler";
import { newRun } from "../../../kit/deployment";
import { answers, FakeCloud } from "../../../kit/fake-cloud";

const INPUTS = { part: "p1", whole: "w1", weight: 50, ifAttached: "adopt", __provider: "text" };

/** What state holds, and what becomes of it, while nobody can tell what a write has done. */
describe("doubt", () => {
  let fake: FakeCloud;
  let provider: ReturnType<typeof handler>;

  beforeEach(() => {
    fake = new FakeCloud();
    provider = handler(fake.association);
  });

  const recorded = (part: string) => ({
    ...INPUTS,
    part,
    region: "somewhere",
    accountId: "account-1",
    confirmed: true,
    __declared: { settings: { weight: 50 }, inputs: ["part", "whole", "weight", "ifAttached"] },
  });

  it("keeps the id when a write of unknown outcome was followed by a refusal", async () => {
    fake.refuse.set("attach", [answers("ECONNRESET"), answers("Quota", "it counts the first one")]);
    await assert.rejects(provider.create(INPUTS), (error: Error & { id?: string }) => {
      assert.match(error.message, /Quota/);
      assert.equal(error.id, "w1:p1");
      return true;
    });
  });

  it("keeps nothing when all that came before the refusal were refusals, too", async () => {
    fake.refuse.set("attach", [answers("Busy"), answers("Throttled"), answers("Quota")]);
    await assert.rejects(provider.create(INPUTS), (error: Error & { id?: string }) => {
      assert.equal(error.id, undefined);
      return true;
    });
  }).timeout(20_000);

  it("mends what a failed update may have changed, also after a refresh and a program that went back", async () => {
    fake.attached.set("w1:p1", 50);
    const olds = recorded("p1");
    fake.lose.set("change", [answers("ECONNRESET")]);
    fake.refuse.set("find", [() => {}, () => {}, answers("Forbidden", "no", 403)]);
    const error = await provider.update("w1:p1", olds, { ...INPUTS, weight: 70 }).then(
      () => assert.fail("it should have failed"),
      (failure: Error & { properties: Properties }) => failure,
    );
    assert.equal(fake.attached.get("w1:p1"), 70);
    const { props } = (await provider.read("w1:p1", error.properties)) as { props: Properties };
    assert.deepEqual(await provider.diff("w1:p1", props, INPUTS), { changes: true });
    assert.deepEqual(await provider.diff("w1:p1", props, { ...INPUTS, weight: 70 }), { changes: true });
  });

  describe("of a change, which takes the pair off in order to put it back", () => {
    const update = () => provider.update("w1:p1", recorded("p1"), { ...INPUTS, weight: 70 });
    const detachOnly = () => {
      fake.attached.delete("w1:p1");
      answers("Quota")("change", []);
    };

    beforeEach(() => fake.attached.set("w1:p1", 50));

    it("is none where the cloud would refuse to put it back: nothing is taken off", async () => {
      for (const code of ["Quota", "NoSuchWhole"]) {
        fake.calls.length = 0;
        fake.refuse.set("attach", [answers(code)]);
        await assert.rejects(update(), new RegExp(code));
        assert.equal(fake.attached.get("w1:p1"), 50);
        assert.ok(!fake.calls.includes("change p1"), fake.calls.join("\n"));
      }
    });

    it("is mended where it stopped half-way", async () => {
      fake.refuse.set("change", [detachOnly]);
      await update();
      assert.equal(fake.attached.get("w1:p1"), 70);
    });

    it("is told where it cannot be mended, with what is on now, and state remembers it", async () => {
      fake.refuse.set("change", [detachOnly]);
      fake.refuse.set("attach", [() => {}, answers("Quota"), answers("Quota"), answers("Quota")]);
      await assert.rejects(update(), (error: Error & { properties?: Properties }) => {
        assert.match(error.message, /Quota.*now: detached.*the next pulumi up looks again/);
        assert.equal(error.properties?.confirmed, false);
        return true;
      });
    });
  });

  it("waits for changed settings to become visible before it changes them again", async () => {
    fake.attached.set("w1:p1", 50);
    const shows = (weight: number) => () => void fake.attached.set("w1:p1", weight);
    fake.refuse.set("find", [shows(50), shows(50), shows(50), shows(70)]);
    await provider.update("w1:p1", recorded("p1"), { ...INPUTS, weight: 70 });
    assert.equal(fake.calls.filter((call) => call === "change p1").length, 1);
  });

  it("sees no drift in a parent at work for somebody else", async () => {
    fake.attached.set("w1:p1", 50);
    fake.busy = "another group is being attached";
    const { props } = (await provider.read("w1:p1", recorded("p1"))) as { props: Properties };
    assert.equal(props.confirmed, true);
  });

  it("writes nothing in an update whose parent does not exist", async () => {
    fake.wholes.clear();
    await assert.rejects(
      provider.update("w1:p1", recorded("p1"), { ...INPUTS, weight: 7 }),
      /whole w1 does not exist in somewhere .*hint/,
    );
    assert.deepEqual(fake.calls, ["find p1"]);
  });
});

describe("claims of pairs", () => {
  let fake: FakeCloud;
  let provider: ReturnType<typeof handler>;

  beforeEach(() => {
    fake = new FakeCloud();
    provider = handler(fake.association);
  });

  it("holds in every region, for a pair that no region holds", async () => {
    fake.isGlobal = true;
    provider = handler(fake.association);
    const inputs = { ...INPUTS, part: "g1" };
    fake.attached.set("w1:g1", 50);
    const olds = { ...inputs, region: "here", accountId: "account-1", confirmed: true };
    await provider.create({ ...inputs, region: "there" });
    await provider.delete("w1:g1", olds);
    assert.ok(fake.attached.has("w1:g1"));
    // ENS has one endpoint for all regions, and none of its calls names one.
    assert.equal(ensSecurityGroupAttachment.isGlobal, true);
  });

  it("does not keep what is about to be replaced, though another resource has the new inputs", async () => {
    const a = { ...INPUTS, part: "k1" };
    const b = { ...INPUTS, part: "k2" };
    await provider.check(a, a);
    const olds = { ...b, region: "somewhere", accountId: "account-1", confirmed: true };
    assert.deepEqual(await provider.diff("w1:k2", olds, a), { replaces: ["part"] });
    fake.attached.set("w1:k2", 50);
    await provider.delete("w1:k2", olds);
    assert.ok(!fake.attached.has("w1:k2"));
  });

  it("wait for a detach under way, but not past the deadline", async () => {
    const inputs = { ...INPUTS, part: "k3" };
    const outs = { ...inputs, region: "somewhere", accountId: "account-1", confirmed: true };
    fake.attached.set("w1:k3", 50);
    fake.refuse.set("detach", [() => new Promise((resolve) => setTimeout(resolve, 600))]);
    const detached = provider.delete("w1:k3", outs);
    while (!fake.calls.includes("detach k3")) await new Promise((resolve) => setTimeout(resolve, 5));
    const created: Promise<dynamic.CreateResult> = provider.create({
      ...inputs,
      __timeouts: { create: 0.1 },
    });
    await assert.rejects(created, /the deadline of 0.1 s passed/);
    assert.ok(!fake.calls.includes("find k3"));
    await detached;
  });

  it("outlives the create that claimed: its delete under another name is refused, whatever stopped the create", async () => {
    const inputs = { ...INPUTS, part: "k4" };
    const outs = { ...inputs, region: "somewhere", accountId: "account-1", confirmed: true };
    fake.attached.set("w1:k4", 50);
    const stops: [string, () => Promise<unknown>][] = [
      ["ifAttached", () => provider.create({ ...inputs, ifAttached: "fail" })],
      [
        "its look",
        () => {
          fake.refuse.set("find", [answers("Forbidden", "no", 403)]);
          return provider.create(inputs);
        },
      ],
      [
        "its login",
        () => {
          fake.refuse.set("connect", [answers("Forbidden", "no", 403)]);
          return provider.create(inputs);
        },
      ],
    ];
    for (const [what, stopped] of stops) {
      provider = handler(fake.association);
      newRun();
      await assert.rejects(stopped(), Error, what);
      await assert.rejects(
        provider.delete("w1:k4", outs),
        /declares the same attachment, and its create failed/,
      );
      assert.ok(fake.attached.has("w1:k4"), what);
    }
    newRun();
    await provider.delete("w1:k4", outs);
    assert.ok(!fake.attached.has("w1:k4"), "the next deployment may detach it");
  });

  it("shows, in a deployment that took the pair off under another name, that it must be put back", async () => {
    const inputs = { ...INPUTS, part: "k5" };
    fake.attached.set("w1:k5", 50);
    const outs = (await provider.create(inputs)) as dynamic.CreateResult & { outs: Properties };
    newRun();
    await provider.delete("w1:k5", outs.outs);
    const { inputs: same } = await provider.check(inputs, inputs);
    assert.deepEqual(await provider.diff("w1:k5", outs.outs, same as Properties), { changes: true });
  });
});
