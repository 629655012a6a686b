import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { alicloud } from "../../providers/alicloud/cloud";
import {
  flag,
  from,
  inConfig,
  list,
  number,
  type SettingTable,
  scheme,
  settingOf,
  settingsFrom,
  type Typed,
  textOf,
} from "../../providers/core/util/settings";
import { huaweicloud } from "../../providers/huaweicloud/cloud";
import { openstack } from "../../providers/openstack/cloud";
import { opentelekomcloud } from "../../providers/opentelekomcloud/cloud";
import { tencentcloud } from "../../providers/tencentcloud/cloud";

const root = join(__dirname, "..", "..");
const page = readFileSync(join(root, "docs", "configuration.md"), "utf8");

/** The part of the page about one cloud. */
const chapterOf = (title: string) => page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

/** Its table rows and paragraphs. */
const blocksOf = (text: string) => text.split(/\n(?=\|)|\n\n/);

/** Whether `names` stand in `text` as code, in this order. */
function inOrder(text: string, names: readonly string[]): boolean {
  let at = 0;
  return names.every((name) => {
    at = text.indexOf(`\`${name}\``, at) + 1;
    return at > 0;
  });
}

for (const { name, title, settings = {} } of [
  alicloud,
  tencentcloud,
  huaweicloud,
  opentelekomcloud,
  openstack,
]) {
  describe(`docs/configuration.md of ${title}`, () => {
    // Open Telekom Cloud's chapter begins with all of OpenStack's.
    const openstacks =
      name === "opentelekomcloud" ? chapterOf("OpenStack").replaceAll("openstack:", `${name}:`) : "";
    const chapter = `${chapterOf(title)}\n\n${openstacks}`;

    for (const [key, { config, env = [] }] of Object.entries(settings as SettingTable)) {
      it(`says where ${key} can be set, in the order in which it is read`, () => {
        const [whole = "", member] = (config ?? "").split(".");
        const [, short = ""] = whole.split(":");
        const blocks = blocksOf(chapter);
        assert.ok(
          blocks.some((block) => inOrder(block, env)),
          `no row or paragraph has ${env.join(", ")}`,
        );
        if (config === undefined) return;
        const named = blocks.filter(
          (block) => block.includes(`\`${whole}\``) || block.includes(`\`${short}\``),
        );
        assert.ok(named.length > 0, `it does not name ${whole}`);
        if (member)
          assert.ok(
            named.some((block) => new RegExp(`\\{[^}]*\\b${member}\\b`, "s").test(block)),
            config,
          );
      });
    }
  });
}

describe("docs/configuration.md", () => {
  for (const { name, title } of [alicloud, tencentcloud]) {
    it(`numbers the credentials of ${title} as the code goes through them`, () => {
      const code = readFileSync(join(root, "providers", name, "credentials.ts"), "utf8");
      const links = [...code.matchAll(/^\s+\["([^"]+)", \(\) =>/gm)].map(([, link = ""]) => link);
      const rows = [...chapterOf(title).matchAll(/^\| \d\. ([^|]+) \|/gm)].map(([, row = ""]) => row);
      assert.ok(rows.length > 5 && links.length >= rows.length);
      assert.deepEqual(
        rows,
        links.filter((link) => rows.includes(link)),
      );
    });
  }
});

describe("a setting", () => {
  const read = (config: Record<string, string>, env: Record<string, string> = {}) =>
    settingsFrom((key) => config[key], env);
  const places = ["c:key", "ONE", "TWO"] as const;
  const setting = from(...places);
  const member = { config: "c:object.key", env: ["ONE"] };

  it("is config's, else the first variable's; an empty one counts as unset", () => {
    assert.equal(textOf(read({ "c:key": "a" }, { ONE: "b" }), setting), "a");
    assert.equal(textOf(read({ "c:key": "" }, { ONE: "", TWO: "c" }), setting), "c");
    assert.equal(textOf(read({}), setting), undefined);
  });

  it("may be a member of an object, or of a list of objects", () => {
    assert.equal(textOf(read({ "c:object": '{"key":"a"}' }, { ONE: "b" }), member), "a");
    assert.equal(textOf(read({ "c:object": '[{"other":1},{"key":7}]' }), member), "7");
    assert.equal(textOf(read({ "c:object": '{"key":null}' }, { ONE: "b" }), member), "b");
    assert.equal(inConfig(read({ "c:object": "null" }), member), undefined);
  });

  it("that is malformed is named", () => {
    for (const text of ["7", '"text"', '["text"]']) {
      assert.throws(
        () => textOf(read({ "c:object": text }), member),
        /config c:object must be an object/,
        text,
      );
    }
    assert.throws(
      () => textOf(read({ "c:object": '{"key":{}}' }), member),
      /config c:object\.key must be a text/,
    );
    assert.throws(() => textOf(read({ "c:object": "{" }), member), /config c:object is not valid JSON/);
    const wrong: [unknown: Typed<unknown>, text: string, sentence: RegExp][] = [
      [flag(...places), "ture", /config c:key \(ONE\) must be true or false/],
      [number(...places), "1h", /config c:key \(ONE\) must be a whole number above 0/],
      [number(...places), "-1", /must be a whole number above 0/],
      [scheme(...places), "ftp", /must be http or https/],
      [list(...places), "{}", /must be a list/],
    ];
    for (const [typed, text, sentence] of wrong) {
      assert.throws(() => settingOf(read({}, { ONE: text }), typed), sentence, text);
      assert.equal(settingOf(read({}), typed), undefined);
    }
  });

  it("that is a flag or a number is one", () => {
    const [own, count] = [flag(...places), number(...places)];
    for (const yes of ["true", "1", "YES", "on"]) assert.equal(settingOf(read({ "c:key": yes }), own), true);
    for (const no of ["false", "0", "No", "off"]) assert.equal(settingOf(read({}, { TWO: no }), own), false);
    assert.equal(settingOf(read({ "c:key": "900" }), count), 900);
    assert.deepEqual(settingOf(read({ "c:key": "[1]" }), list(...places)), ["1"]);
  });
});
