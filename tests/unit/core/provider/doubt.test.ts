import assert from "node:assert/strict";
import type { dynamic } from "@pulumi/pulumi";
import { ensSecurityGroupAttachment } from "../../../../providers/alicloud/ens/security-group-attachment";
import type { Properties } from "../../../../providers/core/provider/check";
import { handler } from "../../../../providers/core/provider/handler";
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
    fake.refuse.set("find", [() => {}, answers("Forbidden", "no", 403)]);
    const error = await provider.update("w1:p1", olds, { ...INPUTS, weight: 70 }).then(
      () => assert.fail("it should have failed"),
      (failure: Error & { properties: Properties }) => failure,
    );
    assert.equal(fake.attached.get("w1:p1"), 70);
    const { props } = (await provider.read("w1:p1", error.properties)) as { props: Properties };
    assert.deepEqual(await provider.diff("w1:p1", props, INPUTS), { changes: true });
    assert.deepEqual(await provider.diff("w1:p1", props, { ...INPUTS, weight: 70 }), { changes: true });
  });

  it("remembers that a change of settings may have left the pair detached, however firm the refusal", async () => {
    fake.attached.set("w1:p1", 50);
    const detachOnly = () => {
      fake.attached.delete("w1:p1");
      answers("Quota")("change", []);
    };
    fake.refuse.set("change", [detachOnly]);
    await assert.rejects(
      provider.update("w1:p1", recorded("p1"), { ...INPUTS, weight: 70 }),
      (error: Error & { properties?: Properties }) => {
        assert.equal(error.properties?.confirmed, false);
        return true;
      },
    );
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

describe("ownership of pairs", () => {
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

  it("is not waited for past the deadline, and a claim of that kind does not last", async () => {
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
    fake.attached.set("w1:k3", 50);
    await provider.delete("w1:k3", outs);
    assert.ok(!fake.attached.has("w1:k3"));
  });
});
