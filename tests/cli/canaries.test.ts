import assert from "node:assert/strict";
import { foundIn } from "../secrets/canaries";
import { Trial } from "../secrets/trial";

/** The short form of `npm run secrets`. */
describe("canaries in the settings of every cloud", function () {
  this.timeout(300_000);
  let trial: Trial;

  before(async () => {
    trial = await Trial.start();
  });
  after(() => trial?.stop());

  it("of a login that succeeds: none is left or told by any command, a refusal that repeats them, or a crash", async () => {
    await trial.everyVerb();
    assert.ok(trial.texts > 50);
    assert.deepEqual([...trial.found], []);
  });

  it("in one more setting of each cloud, another one each day: none is left or told", async () => {
    const rounds = trial.rounds();
    const day = Math.floor(Date.now() / 86_400_000) % rounds.length;
    console.log(`      npm run secrets -- --from ${day} --rounds 1`);
    await trial.round(rounds[day] ?? []);
    assert.deepEqual([...trial.found], []);
  });

  it("are found as they are, escaped, or as base64 wherever it begins", () => {
    const [placement] = trial.rounds().flat();
    assert.ok(placement);
    const { canary } = placement;
    const { value } = canary;
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    for (const text of [
      value,
      JSON.stringify(value),
      encodeURIComponent(value),
      ...["", "a", "ab"].map((before) => base64(`${before}${value}`)),
    ]) {
      assert.deepEqual(foundIn(`before ${text} after`, [canary]), [canary.of], text);
    }
    assert.deepEqual(foundIn("before after", [canary]), []);
  });
});
