import assert from "node:assert/strict";
import { explore } from "../chaos/explore";

/** The short form of `npm run chaos -- --cli`. */
describe("chaos over the real CLI", function () {
  this.timeout(600_000);

  it("a random program in random trouble, killed in between, ends as declared", async () => {
    const { report, failed } = await explore({ seed: 179, runs: 1, cli: true });
    process.stdout.write(`      ${report}\n`);
    assert.ok(!failed, report);
  });
});
