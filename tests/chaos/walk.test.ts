import assert from "node:assert/strict";
import { explore } from "./explore";

/** Short walks through what `npm run chaos` tries for long. */
describe("chaos", function () {
  this.timeout(300_000);
  this.slow(60_000);

  for (const seed of [1, 7]) {
    it(`random programs in random trouble end as declared: seed ${seed}`, () => walk(seed, 15));
  }

  it("and with a seed of its own", () => walk(Date.now() % 2 ** 31, 15));
});

async function walk(seed: number, runs: number): Promise<void> {
  const { report, failed } = await explore({ seed, runs });
  process.stdout.write(`      ${report}\n`);
  assert.ok(!failed, report);
}
