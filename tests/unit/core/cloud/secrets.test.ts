import assert from "node:assert/strict";
import fc from "fast-check";
import { Secrets } from "../../../../providers/core/cloud/secrets";
import { CloudError } from "../../../../providers/core/contract/errors";
import { settingsFrom } from "../../../../providers/core/util/settings";

describe("secrets of a request", () => {
  const text = fc
    .string({ minLength: 4, maxLength: 40, unit: "grapheme" })
    .filter((value) => !value.includes("*"));
  const forms: Record<string, (secret: string) => string> = {
    "as they are": (secret) => secret,
    "escaped for JSON": (secret) => JSON.stringify(secret).slice(1, -1),
    "percent-encoded": (secret) => encodeURIComponent(secret),
    "percent-encoded in lower case": (secret) =>
      encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
    "in a form": (secret) => new URLSearchParams({ "": secret }).toString().slice(1),
  };

  for (const [name, form] of Object.entries(forms)) {
    it(`are concealed ${name}, whatever they are`, () => {
      fc.assert(
        fc.property(text, text, (secret, other) => {
          const concealed = new Secrets(other, secret).conceal(`<${form(secret)}>`);
          assert.equal(concealed, "<***>");
        }),
      );
    });
  }

  it("are concealed in code, message and request id of an error, and the rest stays", () => {
    const error = new Secrets("pa55word").error({
      code: "Bad.pa55word",
      message: "no pa55word",
      requestId: "R-pa55word",
      status: 403,
      action: "Do",
    });
    const { code, message, requestId, status, action } = error;
    assert.ok(error instanceof CloudError);
    assert.deepEqual(
      { code, message, requestId, status, action },
      { code: "Bad.***", message: "no ***", requestId: "R-***", status: 403, action: "Do" },
    );
  });

  it("are those of the settings, too; a word that is none is left alone", () => {
    const table = { key: { config: "a:key", secret: true }, name: { config: "a:name" } } as const;
    const settings = settingsFrom((key) => ({ "a:key": "hidden", "a:name": "shown" })[key], {});
    assert.equal(Secrets.of({ settings: table }, settings).conceal("hidden shown"), "*** shown");
  });

  it("that hold each other are concealed whole", () => {
    assert.equal(new Secrets("abcd", "abcdefgh").conceal("abcdefgh abcd"), "*** ***");
  });

  it("too short to be any do not blank out what is said", () => {
    assert.equal(new Secrets("a", "", undefined).conceal("a%61 banana"), "a%61 banana");
  });
});
