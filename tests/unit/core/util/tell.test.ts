import assert from "node:assert/strict";
import { FakeEngine } from "../../../kit/provider-process";
import { until } from "../../../kit/until";

const PATH = require.resolve("../../../../providers/core/util/tell");

/** A fresh copy of the module: each keeps its connection. */
function copy(): typeof import("../../../../providers/core/util/tell") {
  delete require.cache[PATH];
  return require(PATH);
}

describe("the engine that started this process", () => {
  let engine: FakeEngine;
  const cached = require.cache[PATH];
  const { argv } = process;

  beforeEach(async () => {
    engine = await FakeEngine.start();
    process.argv = ["node", "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js", engine.address];
  });
  afterEach(() => {
    process.argv = argv;
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

  it("is looked for in a provider process only, whatever other programs' arguments look like", async () => {
    process.argv[1] = "cloud-attachments";
    copy().tell("to be seen on stderr");
    assert.equal(await copy().stackName(), undefined);
    assert.deepEqual(engine.log, []);
  });

  it("names its stack while a program runs", async () => {
    assert.equal(await copy().stackName(), "dev");
    engine.root = "";
    assert.equal(await copy().stackName(), undefined);
    engine.stop();
    assert.equal(await copy().stackName(), undefined);
  });
});
