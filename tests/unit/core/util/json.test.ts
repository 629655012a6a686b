import assert from "node:assert/strict";
import fc from "fast-check";
import { parseJson, parseObject } from "../../../../providers/core/util/json";

describe("JSON of others", () => {
  it("is what JSON.parse makes of it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
        const text = JSON.stringify(value);
        assert.deepEqual(parseJson(text), JSON.parse(text));
      }),
    );
  });

  it("is nothing where it is not JSON", () => {
    for (const text of ["", "{", "<html>", "undefined", '{"a":1}}']) assert.equal(parseJson(text), undefined);
  });

  it("is nothing where it is nested out of reason", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    assert.ok(Array.isArray(parseJson(nested(100))));
    assert.equal(parseJson(nested(101)), undefined);
    assert.equal(parseJson("[".repeat(8_000_000)), undefined);
    assert.equal(parseJson(`${'{"a":'.repeat(101)}1${"}".repeat(101)}`), undefined);
  });

  it("may be wide, and have any brackets in its texts", () => {
    const texts = ["[".repeat(200), `"${"{".repeat(200)}`, `\\"${"[".repeat(200)}`, "\\"];
    assert.deepEqual(parseJson(JSON.stringify(texts)), texts);
    const lists = Array.from({ length: 1_000 }, () => [{}]);
    assert.deepEqual(parseJson(JSON.stringify(lists)), lists);
  });

  it("is an object only if it is one", () => {
    assert.deepEqual(parseObject('{"a":1}'), { a: 1 });
    for (const text of ["1", '"a"', "null", "true"]) assert.equal(parseObject(text), undefined);
  });
});
