import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { FILE, page } from "../matrix/matrix";

describe("fault matrix", function () {
  this.timeout(600_000);
  this.slow(120_000);

  it("is as it is written in docs/; npm run matrix -- --write brings it up to date", async () => {
    const { text } = await page();
    assert.equal(fs.readFileSync(path.resolve(__dirname, "../..", FILE), "utf8"), text);
  });
});
