import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { html } from "../../../cli/graph/html";
import { graphOf } from "../../../cli/graph/model";
import { manyAttachments, manyCompared } from "../../kit/many-attachments";
import { skip } from "../../kit/skip";

const browser = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

describe("graph --html", () => {
  it("asks for nothing, from anywhere: its policy forbids it, and it names no address", async () => {
    const page = await html(graphOf(manyCompared(50)));
    assert.match(page, /content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[^']+'"/);
    const addresses = page.replace(/xmlns(:xlink)?="[^"]*"/g, "").match(/https?:|src=|@import|url\(/g);
    assert.equal(addresses, null);
  });

  it("shows what others named as text", async () => {
    const [first] = manyAttachments(1);
    const name = "</script><img src=x onerror=alert(1)>";
    const page = await html(graphOf([{ ...first, parent: { id: "i-1", name } } as never]));
    assert.ok(!page.includes("<img"));
    assert.equal(page.split("</script>").length, 2);
  });

  describe("in a browser", function () {
    this.timeout(60_000);
    let folder: string;
    before(function () {
      if (!browser) skip(this, "there is no Chromium here (Debian package chromium)");
      folder = mkdtempSync(join(tmpdir(), "page-"));
    });
    after(() => folder && rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

    /** The page as it stands after `script` ran in it, with `#search` in its address. */
    function opened(page: string, search = "", script = ""): string {
      const file = join(folder, "page.html");
      // The policy lets no other script run; it is tried by itself.
      const added = script
        ? page.replace(/<meta http-equiv[^>]*>/, "").replace("</body>", `<script>${script}</script></body>`)
        : page;
      writeFileSync(file, added);
      const options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        `--user-data-dir=${join(folder, "profile")}`,
      ];
      const address = `${pathToFileURL(file)}${search && `#${search}`}`;
      return execFileSync(browser as string, [...options, "--dump-dom", address], {
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
        stdio: ["ignore", "pipe", "ignore"],
      });
    }

    for (const count of [5, 500, 5_000]) {
      it(`finds by name among ${count} pairs`, async () => {
        const compared = manyCompared(count);
        const dom = opened(await html(graphOf(compared, { apart: count <= 500 })), "web-01");
        const [, found] = /<output[^>]*>(\d+) found/.exec(dom) ?? [];
        assert.equal(found, "3", "one web-01 in each cloud");
        assert.equal(dom.match(/class="node found"/g)?.length, 3);
      });
    }

    it("filters by status, and shows the attachments of what is clicked", async () => {
      const compared = manyCompared(50);
      const script = `
        for (const each of document.querySelectorAll("input[type=checkbox]")) {
          each.checked = each.value === "gone";
          each.dispatchEvent(new Event("change"));
        }
        document.getElementById("n1").dispatchEvent(new Event("click"));`;
      const dom = opened(await html(graphOf(compared)), "", script);
      const lit = dom.match(/class="edge[^"]*"/g)?.filter((each) => !/\boff\b/.test(each)) ?? [];
      const gone = compared.filter(({ status }) => status === "gone").length;
      // The legend's lines stay.
      assert.equal(lit.filter((each) => /\bgone\b/.test(each) && /\bn\d/.test(each)).length, gone);
      assert.equal(lit.filter((each) => /\bmanaged\b/.test(each) && /\bn\d/.test(each)).length, 0);
      const rows = /<aside[^>]*>.*<\/aside>/s.exec(dom)?.[0].match(/<tr>/g)?.length ?? 0;
      assert.ok(rows > 1);
    });
  });
});
