import assert from "node:assert/strict";
import fc from "fast-check";
import { printable } from "../../../../providers/core/util/printable";

/** Texts of the worst kind: lone surrogates, controls, markup, in any mixture. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        "<",
        "{",
        "%",
        "<{%",
        "%}>",
        "<{%fg 1%}>",
        "\u001b]0;",
        "\ud83d\ude00",
        "\ud83d",
        "\r\n",
      ),
      fc.integer({ min: 1, max: 3_000 }).map((length) => "\u{E0041}".repeat(length)),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

describe("printable", () => {
  it("makes of any text one that is well-formed, in one line, without controls and markup, and short", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 100, max: 1_500 }), (text, longest) => {
        const shown = printable(text, longest);
        assert.ok(shown.isWellFormed());
        assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        assert.ok(!shown.includes("<{%"));
        assert.ok(shown.length <= longest, `${shown.length} of ${longest}`);
      }),
    );
  });

  it("changes nothing more when applied again", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        assert.equal(printable(printable(text)), printable(text));
      }),
    );
  });

  it("leaves what is printable as it is", () => {
    for (const text of ["", "The instance i-1 is busy.", "实例不存在", "¡Ñandú! 50 % {x} <y>", "a 😀 b"]) {
      assert.equal(printable(text), text);
    }
  });

  for (const [what, text, shown] of [
    ["an escape sequence", "\u001b[31mred\u001b[0m", " [31mred [0m"],
    ["a window title", "\u001b]0;mine\u0007", " ]0;mine "],
    ["C1 controls and DEL", "a\u009bb\u007fc", "a b c"],
    ["line breaks of all kinds", "a\nb\rc\u2028d\u2029e\u0085f", "a b c d e f"],
    ["bidi controls", "a\u202eb\u2066c\u200fd", "a b c d"],
    ["what has no width", "a\u200bb\u200dc\ufeffd\u2060e", "a b c d e"],
    ["tag characters", "a\u{E0041}b", "a b"],
    ["half a surrogate pair", "a\ud83d b\ude00", "a\ufffd b\ufffd"],
    ["colour markup", "<{%fg 1%}>red<{%reset%}>", "<{ %fg 1%}>red<{ %reset%}>"],
    ["colour markup without end", "<{%never", "<{ %never"],
    ["markup that hides in markup", "<{<{%%", "<{<{ %%"],
  ] as const) {
    it(`makes ${what} harmless`, () => assert.equal(printable(text), shown));
  }

  it("keeps both ends of a long text, says what is left out, and cuts between words", () => {
    const words = Array.from({ length: 500 }, (_, number) => `ins-${number}`);
    const shown = printable(words.join(" "));
    const [head = "", tail = ""] = shown.split(/ \[\.\.\. \d+ more characters \.\.\.\] /);
    assert.ok(shown.startsWith("ins-0 ins-1 ") && shown.endsWith(" ins-498 ins-499"), shown);
    for (const word of [...head.split(" "), ...tail.split(" ")]) assert.ok(words.includes(word), word);
    assert.ok(head.length > 400 && tail.length > 300);
  });

  it("cuts no character in two, wherever the cut comes", () => {
    for (let before = 0; before < 4; before += 1) {
      const shown = printable(`${"x".repeat(before)}${"😀".repeat(2_000)}${"x".repeat(before)}`);
      assert.ok(shown.isWellFormed(), `${before}: ${shown}`);
    }
  });

  it("looks at no more of a text than it can show", () => {
    const looked: number[] = [];
    const prototype = String.prototype as unknown as Record<string, (...args: never[]) => unknown>;
    // What walks through a whole text; `slice` takes what it is told to.
    const walkers = [
      "replace",
      "replaceAll",
      "toWellFormed",
      "match",
      "matchAll",
      "split",
      "normalize",
      "indexOf",
    ];
    const own = walkers.map((name) => [name, prototype[name]] as const);
    const texts = ["<{%", "\ud83d", "\u001b", "\u{E0041}", " ", "x"].map((unit) =>
      unit.repeat(1_000_000 / unit.length),
    );
    try {
      for (const [name, method] of own) {
        prototype[name] = function (this: string, ...args: never[]) {
          looked.push(this.length);
          return method?.apply(this, args);
        };
      }
      for (const text of texts) printable(text);
    } finally {
      for (const [name, method] of own) if (method) prototype[name] = method;
    }
    assert.ok(looked.length > 0);
    assert.ok(Math.max(...looked) <= 6_000, `${Math.max(...looked)} characters at once`);
  });
});
