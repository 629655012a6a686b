import assert from "node:assert/strict";
import { type Expiring, Renewable, within } from "../../../../providers/core/cloud/renewable";
import { CloudError } from "../../../../providers/core/contract/errors";

interface Key extends Expiring {
  number: number;
}

const MINUTE = 60_000;

describe("Renewable", () => {
  let limits = within(0);
  beforeEach(() => {
    limits = within(5_000);
  });

  /** Numbers its keys; each lives for `life` milliseconds, or for ever. */
  function keys(life?: number) {
    let count = 0;
    return new Renewable<Key>(async () => {
      await new Promise(setImmediate);
      count += 1;
      return life === undefined ? { number: count } : { number: count, expires: Date.now() + life };
    });
  }

  it("is obtained once by all who ask at the same time", async () => {
    const own = keys();
    const all = await Promise.all([own.current(limits), own.current(limits), own.current(limits)]);
    assert.deepEqual(
      all.map(({ number }) => number),
      [1, 1, 1],
    );
  });

  it("is renewed while it still lives for a few minutes, and not before", async () => {
    for (const [life, expected] of [
      [4 * MINUTE, 2],
      [6 * MINUTE, 1],
      [undefined, 1],
    ] as const) {
      const own = keys(life);
      await own.current(limits);
      assert.equal((await own.current(limits)).number, expected);
    }
  });

  describe("in a call", () => {
    const expired = (code: string) => new CloudError({ code, message: "" });
    const isExpired = ({ code }: CloudError) => code === "Expired";

    it("is replaced once for all whose call the cloud refuses, and their calls are made again", async () => {
      const own = keys();
      const seen: number[] = [];
      const call = () =>
        own.use(limits, isExpired, async ({ number }) => {
          seen.push(number);
          await new Promise(setImmediate);
          if (number === 1) throw expired("Expired");
          return number;
        });
      assert.deepEqual(await Promise.all([call(), call(), call()]), [2, 2, 2]);
      assert.deepEqual(seen, [1, 1, 1, 2, 2, 2]);
    });

    it("refused twice, or for another reason, is an error after as many calls", async () => {
      for (const [code, calls] of [
        ["Expired", 2],
        ["Forbidden", 1],
      ] as const) {
        let made = 0;
        const refuse = async () => {
          made += 1;
          throw expired(code);
        };
        await assert.rejects(keys().use(limits, isExpired, refuse), { code });
        assert.equal(made, calls);
      }
    });

    it("is not repeated with the same: a key of the configuration does not change", async () => {
      const own = new Renewable<Key>(async () => ({ number: 7 }));
      let made = 0;
      const refuse = async () => {
        made += 1;
        throw expired("Expired");
      };
      await assert.rejects(own.use(limits, isExpired, refuse), { code: "Expired" });
      assert.equal(made, 1);
    });
  });

  it("that could not be had is asked for again", async () => {
    let isDown = true;
    const own = new Renewable<Key>(async () => {
      if (isDown) throw new Error("down");
      return { number: 1 };
    });
    await assert.rejects(own.current(limits), /down/);
    isDown = false;
    assert.equal((await own.current(limits)).number, 1);
  });

  it("goes on being obtained for the others when one of those who wait gives up", async () => {
    let obtained = () => {};
    const own = new Renewable<Key>(
      () =>
        new Promise((resolve) => {
          obtained = () => resolve({ number: 1 });
        }),
    );
    const impatient = new AbortController();
    const first = own.current({ ...limits, signal: impatient.signal });
    const second = own.current(limits);
    impatient.abort(new Error("enough"));
    await assert.rejects(first, /enough/);
    obtained();
    assert.equal((await second).number, 1);
  });
});
