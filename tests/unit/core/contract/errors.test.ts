import assert from "node:assert/strict";
import { CloudError, LONGEST_WAIT } from "../../../../providers/core/contract/errors";

describe("CloudError", () => {
  it("makes every text printable and short, whatever a cloud sent", () => {
    const hostile = `<{%\ud800\u001b]0;\u0007\u202e${"x".repeat(1_000_000)}`;
    const error = new CloudError({ code: hostile, message: hostile, requestId: hostile, action: hostile });
    const texts = {
      message: error.message,
      code: error.code,
      requestId: error.requestId,
      action: error.action,
    };
    for (const [name, text = ""] of Object.entries(texts)) {
      assert.ok(text.startsWith("<{ %\ufffd ]0;  x"), `${name}: ${text.slice(0, 30)}`);
      assert.ok(text.isWellFormed(), name);
      assert.ok(text.length <= (name === "message" ? 1_000 : 200), name);
    }
  });

  for (const [asked, kept] of [
    [9_999_999_000, LONGEST_WAIT],
    [Number.POSITIVE_INFINITY, LONGEST_WAIT],
    [5_000, 5_000],
    [0, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
  ] as const) {
    it(`asked to wait for ${asked} ms, waits for ${kept ?? "nothing"}`, () => {
      assert.equal(new CloudError({ code: "Throttling", message: "", retryAfter: asked }).retryAfter, kept);
    });
  }
});
