import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runModule } from "./script";

const root = resolve(__dirname, "../../..");

describe("docs/pictures", () => {
  const folder = join(root, "docs", "pictures");

  it("are what their source draws: node scripts/pictures.mjs", async () => {
    const { stdout } = await runModule(
      'import { pictures } from "./scripts/pictures/pictures.mjs"; console.log(JSON.stringify(await pictures()));',
    );
    const drawn = JSON.parse(stdout) as Record<string, string>;
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(drawn).sort());
    for (const [name, text] of Object.entries(drawn)) {
      assert.equal(readFileSync(join(folder, name), "utf8"), text, name);
    }
  });

  it("are each shown by a document, with a text for those who cannot see it", () => {
    const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
    const shown = ["README.md", ...pages.map((name) => join("docs", name))]
      .flatMap((file) => [...readFileSync(join(root, file), "utf8").matchAll(/!\[[^\]]{20,}\]\((\S+)\)/g)])
      .map(([, target = ""]) => target.slice(target.lastIndexOf("/") + 1));
    for (const name of readdirSync(folder)) assert.ok(shown.includes(name), `no document shows ${name}`);
  });
});
