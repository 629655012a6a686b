import assert from "node:assert/strict";
import { CloudError } from "../../../../providers/core/contract/errors";
import { DECLARED } from "../../../../providers/core/program/declared";
import { handler } from "../../../../providers/core/provider/handler";
import { LookAhead } from "../../../../providers/core/reconcile/look-ahead";
import { answers, FakeCloud } from "../../../kit/fake-cloud";

interface Pair {
  part: string;
  whole: string;
  region?: string;
}

const pair = (part: string, more: Partial<Pair> = {}): Pair => ({ part, whole: "w1", ...more });

describe("look ahead", () => {
  let fake: FakeCloud;
  let provider: ReturnType<typeof handler>;

  beforeEach(() => {
    fake = new FakeCloud();
    fake.batch = 10;
    provider = handler(fake.association);
  });

  /** What the engine does before any create: the check of a resource that tells of all pairs of the program. */
  async function announced(...pairs: Pair[]): Promise<void> {
    await provider.check({}, { ...pairs[0], [DECLARED]: JSON.stringify(pairs) });
  }

  const create = (...pairs: Pair[]) =>
    Promise.all(
      pairs.map((each) =>
        provider.create({ weight: 50, ifAttached: "adopt", ...each } as { weight: number }),
      ),
    );

  it("asks for the pairs to come in the look of the first, and looks no more before they are attached", async () => {
    const pairs = ["p1", "p2", "p3", "p4"].map((part) => pair(part, { whole: "w2" }));
    const [, , p3, p4] = pairs as [Pair, Pair, Pair, Pair];
    await announced(...pairs.map((each, index) => ({ ...each, whole: index < 2 ? "w1" : "w2" })));
    await create(pair("p1"), pair("p2"));
    assert.deepEqual(fake.calls, ["find p1+p2+p3+p4", "attach p1+p2", "find p1+p2"]);
    await create(p3, p4);
    assert.deepEqual(fake.calls.slice(3), ["attach p3+p4", "find p3+p4"]);
  });

  it("asks only for pairs that one call can ask for", async () => {
    fake.findsOneWhole = true;
    provider = handler(fake.association);
    await announced(pair("p1"), pair("p2"), pair("p3"), pair("p4", { whole: "w2" }));
    await create(pair("p1"), pair("p2"));
    assert.equal(fake.calls[0], "find p1+p2+p3");
  });

  it("asks for nobody else where a create is alone", async () => {
    await announced(pair("p1"), pair("p2"), pair("p3"));
    await create(pair("p1"));
    assert.deepEqual(fake.calls, ["find p1", "attach p1", "find p1"]);
  });

  it("asks for no pair of another region, none that is in state, and none with wrong arguments", async () => {
    await announced(
      pair("p1"),
      pair("p2"),
      pair("p3", { region: "elsewhere" }),
      pair("p4", { whole: "w2" }),
      pair("not an id"),
    );
    const kept = { ...pair("p4", { whole: "w2" }) };
    await provider.check(kept, kept);
    await create(pair("p1"), pair("p2"));
    assert.equal(fake.calls[0], "find p1+p2");
  });

  it("looks again at what was attached, and adopts it", async () => {
    fake.attached.set("w2:p3", 50);
    await announced(pair("p1"), pair("p2"), pair("p3", { whole: "w2" }));
    await create(pair("p1"), pair("p2"));
    fake.attached.set("w2:p3", 50);
    const before = fake.calls.length;
    await create(pair("p3", { whole: "w2" }));
    assert.deepEqual(fake.calls.slice(before), ["find p3"]);
  });

  it('looks itself with ifAttached "fail", so that what was attached meanwhile is refused', async () => {
    await announced(pair("p1"), pair("p2"), pair("p3", { whole: "w2" }));
    await create(pair("p1"), pair("p2"));
    fake.attached.set("w2:p3", 50);
    const strict = { ...pair("p3", { whole: "w2" }), ifAttached: "fail" };
    await assert.rejects(create(strict), /attached already/);
  });

  it("looks again where something was written to the parent since", async () => {
    await announced(pair("p1"), pair("p2"), pair("p3"));
    await create(pair("p1"), pair("p2"));
    const before = fake.calls.length;
    await create(pair("p3"));
    assert.deepEqual(fake.calls.slice(before), ["find p3", "attach p3", "find p3"]);
  });

  it("says what is missing, though it was seen missing before", async () => {
    fake.wholes.delete("w2");
    await announced(pair("p1"), pair("p2"), pair("p3", { whole: "w2" }));
    await create(pair("p1"), pair("p2"));
    await assert.rejects(create(pair("p3", { whole: "w2" })), /whole w2 does not exist/);
  });

  it("lets nobody fail for a pair that nobody has asked for yet", async () => {
    fake.refuse.set("find", [answers("Quota", "malformed")]);
    await announced(pair("p1"), pair("p2"), pair("p3", { whole: "w2" }));
    await create(pair("p1"), pair("p2"));
    assert.deepEqual(fake.calls.slice(0, 2), ["find p1+p2+p3", "find p1+p2"]);
    assert.equal(fake.attached.size, 2);
    await create(pair("p3", { whole: "w2" }));
    assert.equal(fake.attached.size, 3);
  });

  it("does not ask twice at once where the cloud refuses for its rate", async () => {
    const ahead = new LookAhead(fake.association);
    ahead.announce({ ...pair("p3") });
    const asked: number[] = [];
    const find = async (pairs: readonly object[]) => {
      asked.push(pairs.length);
      throw new CloudError({ code: "Throttled", message: "slow down" });
    };
    await assert.rejects(ahead.look([pair("p1")], find), /slow down/);
    assert.deepEqual(asked, [2]);
  });
});
