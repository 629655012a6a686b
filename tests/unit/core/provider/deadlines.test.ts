import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { within } from "../../../../providers/core/cloud/renewable";
import { CloudError } from "../../../../providers/core/contract/errors";
import type { Properties } from "../../../../providers/core/contract/inputs";
import { handler } from "../../../../providers/core/provider/handler";
import { DeadlineError, OperationDeadline, together } from "../../../../providers/core/reconcile/deadline";
import { orAborted } from "../../../../providers/core/util/abort";
import { FakeCloud } from "../../../kit/fake-cloud";

const INPUTS = { whole: "w1", weight: 50, ifAttached: "adopt", __provider: "text" };

describe("deadlines", () => {
  let fake: FakeCloud;
  let provider: ReturnType<typeof handler>;

  beforeEach(() => {
    fake = new FakeCloud();
    fake.batch = 100;
    provider = handler(fake.association);
  });

  const create = (part: string, seconds?: number) =>
    provider.create({ ...INPUTS, part, ...(seconds ? { __timeouts: { create: seconds } } : {}) });

  it("of one operation does not end a call that it shares with others", async () => {
    fake.latency = 100;
    const impatient = assert.rejects(create("dl1", 0.05), /the deadline of 0.05 s passed/);
    const { outs } = await create("dl2");
    await impatient;
    assert.equal((outs as Properties).confirmed, true);
    assert.ok(fake.calls[0] === "find dl1+dl2", fake.calls.join("\n"));
  });

  it("may be any duration that customTimeouts takes: fractions of milliseconds, and months", async () => {
    await create("dl3", 60.0001234);
    await create("dl4", 5000 * 3600);
    assert.equal(fake.attached.size, 2);
  });

  it("passed without an answer says what was under way; passed after answers, what the last one was", async () => {
    fake.latency = 1000;
    await assert.rejects(create("dl5", 0.05), (error: Error) => {
      assert.doesNotMatch(error.message, /last answer: the deadline passed/);
      return true;
    });
    fake.latency = 0;
    fake.refuse.set("find", [
      () => {
        throw new CloudError({ code: "Busy", message: "at work", status: 400 });
      },
      () => sleep(1000),
    ]);
    await assert.rejects(create("dl6", 0.6), /last answer: Busy: at work/);
  });

  it("of operations that share a call leave nothing behind in them, and end it when the last has passed", async () => {
    const [one, other] = [
      new OperationDeadline(300, "create", () => "one"),
      new OperationDeadline(0.05, "create", () => "other"),
    ];
    try {
      const call = together([one, other], async ({ signal }) => {
        await sleep(100);
        return signal.aborted;
      });
      assert.equal(await call, false);
      assert.equal(getEventListeners(one.signal, "abort").length, 0);
      await assert.rejects(
        together([other], ({ signal }) => orAborted(new Promise(() => {}), signal)),
        DeadlineError,
      );
    } finally {
      one.end();
      other.end();
    }
  });

  it("that passed already leaves no rejection without a handler", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    try {
      await assert.rejects(
        orAborted(Promise.reject(new Error("late")), AbortSignal.abort(new Error("over"))),
      );
      await sleep(10);
      assert.deepEqual(unhandled, []);
    } finally {
      process.off("unhandledRejection", note);
    }
  });

  it("of a login that hangs is the vendor's silence, which another try may end", async () => {
    const { signal } = within(10);
    await assert.rejects(orAborted(new Promise(() => {}), signal), (error: CloudError) => {
      assert.equal(error.code, "Timeout");
      return true;
    });
  });
});
