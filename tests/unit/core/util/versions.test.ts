import assert from "node:assert/strict";
import type { dynamic } from "@pulumi/pulumi";
import type { Properties } from "../../../../providers/core/contract/inputs";
import { handler } from "../../../../providers/core/provider/handler";
import { FakeCloud } from "../../../kit/fake-cloud";

/**
 * Another version of the package in this process, in miniature: what every version has to do with the tables that copies share. It
 * is frozen. If a change of the package fails here, that change breaks with versions that are installed somewhere.
 */
class OtherVersion {
  readonly #tables = (globalThis as { [key: symbol]: Record<string, Map<string, unknown>> })[
    Symbol.for("pulumi-cloud-attachments")
  ] as Record<string, Map<string, unknown>>;

  /** Waits for a lock and holds it while `work` is done. */
  async locked(key: string, work: () => Promise<void>): Promise<void> {
    const locks = this.#tables.locks as Map<string, (() => void)[]>;
    while (locks.has(key)) await new Promise<void>((resolve) => locks.get(key)?.push(resolve));
    const waiters: (() => void)[] = [];
    locks.set(key, waiters);
    await work();
    locks.delete(key);
    for (const waiter of waiters) waiter();
  }

  claim(parent: string, known: Properties, held: Promise<boolean>): void {
    const claims = this.#tables.claims as Map<string, { known: Properties; held: Promise<boolean> }[]>;
    claims.set(parent, [...(claims.get(parent) ?? []), { known, held }]);
  }

  claims(parent: string): { known: Properties; held: Promise<boolean> }[] {
    return (
      (this.#tables.claims as Map<string, { known: Properties; held: Promise<boolean> }[]>).get(parent) ?? []
    );
  }

  detaches(pair: string, detach: Promise<unknown>): void {
    (this.#tables.detaches as Map<string, Promise<unknown>>).set(pair, detach);
  }

  detachOf(pair: string): Promise<unknown> | undefined {
    return (this.#tables.detaches as Map<string, Promise<unknown>>).get(pair);
  }
}

function pending(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const INPUTS = { part: "v1", whole: "w1", weight: 50, ifAttached: "adopt", __provider: "text" };
const PARENT = "fake/unit:Attachment whole w1";
const PAIR = "fake/unit:Attachment account-1 somewhere w1:v1";

describe("two versions in one process", () => {
  let fake: FakeCloud;
  let provider: ReturnType<typeof handler>;
  let other: OtherVersion;

  beforeEach(async () => {
    fake = new FakeCloud();
    provider = handler(fake.association);
    // The tables are there as soon as one copy has used them.
    await provider.create({ ...INPUTS, part: "first" });
    other = new OtherVersion();
  });

  const lockKey = () => `${fake.cloud.name} account-1 somewhere whole w1`;

  it("never write to one parent at once", async () => {
    const { promise, resolve: free } = pending();
    const held = other.locked(lockKey(), () => promise);
    const create = provider.create({ ...INPUTS, part: "waits" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(!fake.calls.includes("attach waits"), "it writes while another version holds the lock");
    free();
    await Promise.all([held, create]);
    assert.ok(fake.calls.includes("attach waits"));

    fake.latency = 30;
    const writing = provider.create({ ...INPUTS, part: "writes" });
    let wrote = 0;
    await Promise.all(
      [1, 2, 3].map(() =>
        other.locked(lockKey(), async () => {
          const before = fake.calls.length;
          await new Promise((resolve) => setTimeout(resolve, 20));
          wrote += fake.calls.slice(before).filter((call) => !call.startsWith("find")).length;
        }),
      ),
    );
    await writing;
    assert.equal(wrote, 0, "it writes while another version holds the lock");
  });

  it("leave alone what the other claims", async () => {
    const { id, outs } = (await provider.create(INPUTS)) as dynamic.CreateResult;
    const claims = other.claims(PARENT);
    const own = claims.find(({ known }) => known.part === "v1");
    assert.deepEqual(own?.known, { part: "v1", whole: "w1", region: "somewhere", accountId: "account-1" });
    assert.equal(await own?.held, true);

    (globalThis as { [key: symbol]: unknown })[Symbol.for("pulumi-cloud-attachments")] = undefined;
    await provider.read(id, outs);
    await provider.create({ ...INPUTS, part: "second" });
    other = new OtherVersion();
    other.claim(PARENT, own?.known as Properties, Promise.resolve(true));
    await provider.delete(id, outs);
    assert.ok(fake.attached.has(id));
  });

  it("wait for a detach that the other has begun, and show theirs", async () => {
    const { promise, resolve: end } = pending();
    other.detaches(PAIR, promise);
    const create = provider.create(INPUTS);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.ok(!fake.calls.includes("find v1"), "it looks at what is about to go");
    end();
    const { id, outs } = (await create) as dynamic.CreateResult;

    (globalThis as { [key: symbol]: unknown })[Symbol.for("pulumi-cloud-attachments")] = undefined;
    await provider.delete(id, outs);
    other = new OtherVersion();
    await other.detachOf(PAIR);
    assert.ok(!fake.attached.has(id));
  });
});
