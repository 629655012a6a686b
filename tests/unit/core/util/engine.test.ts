import assert from "node:assert/strict";
import { FakeEngine } from "../../../kit/provider-process";
import { until } from "../../../kit/until";

const PATH = require.resolve("../../../../providers/core/util/engine");

/** A fresh copy of the module: each keeps its connection. */
function copy(): typeof import("../../../../providers/core/util/engine") {
  delete require.cache[PATH];
  return require(PATH);
}

describe("the engine that started this process", () => {
  let engine: FakeEngine;
  const cached = require.cache[PATH];

  beforeEach(async () => {
    engine = await FakeEngine.start();
    process.argv.push(engine.address);
  });
  afterEach(() => {
    process.argv.pop();
    engine.stop();
    require.cache[PATH] = cached;
  });

  it("is told printable sentences only: half a surrogate pair makes its protocol throw", async () => {
    copy().tell(`the cloud says: \ud83d\u001b[2J<{%${"x".repeat(20_000_000)}`);
    await until(() => engine.log.length > 0);
    const [{ message } = { message: "" }] = engine.log;
    assert.ok(message.startsWith("the cloud says: \ufffd [2J<{ %xxx"), message.slice(0, 40));
    assert.ok(message.length <= 2_000);
  });

  it("names its stack while a program runs", async () => {
    assert.equal(await copy().stackName(), "dev");
    engine.root = "";
    assert.equal(await copy().stackName(), undefined);
    engine.stop();
    assert.equal(await copy().stackName(), undefined);
  });
});
