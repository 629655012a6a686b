import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../kit/pulumi-project";
import { compile, execute, npm } from "./package-manager";

/** What each package holds beside what is compiled, and the bytes that it may have when it is installed. */
const packages = {
  providers: {
    beside: ["CHANGELOG.md", "dist/plugin/schema.json", "plugin/bin/pulumi-resource-cloud-attachments"],
    budget: 780_000,
  },
  simulator: { beside: ["world.example.json"], budget: 420_000 },
  cli: { beside: [], budget: 180_000 },
};

const REPOSITORY = "https://github.com/pulumi-cloud-attachments/pulumi-cloud-attachments";

/** The names, in a tarball, of what a package's sources are compiled to. */
function compiled(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts") && !/(^|\/)(dist|node_modules)\//.test(file));
  return files.flatMap((file) => [".js", ".d.ts"].map((ending) => `dist/${file.replace(/\.ts$/, ending)}`));
}

for (const [folder, { beside, budget }] of Object.entries(packages)) {
  describe(`what npm packs of ${folder}`, () => {
    const read = (file: string) => readFileSync(join(root, folder, file), "utf8");
    const description = JSON.parse(read("package.json")) as Record<string, unknown>;
    let packed: { files: { path: string }[]; unpackedSize: number };

    before(async () => {
      await compile();
      const printed = await execute(npm, ["pack", "--dry-run", "--json", "--workspace", folder], root);
      [packed] = JSON.parse(printed) as [typeof packed];
    });

    it("is what is compiled and what a reader needs, and nothing else", () => {
      const expected = ["LICENSE", "README.md", "package.json", ...beside, ...compiled(folder)];
      assert.deepEqual(packed.files.map(({ path }) => path).sort(), expected.sort());
      assert.equal(read("LICENSE"), readFileSync(join(root, "LICENSE"), "utf8"));
    });

    it(`takes less than ${budget / 1000} kB`, () => {
      assert.ok(packed.unpackedSize < budget, `${packed.unpackedSize} bytes`);
    });

    it("has documents whose links lead into the package or the web", () => {
      for (const { path } of packed.files.filter(({ path }) => path.endsWith(".md"))) {
        for (const [, target = ""] of read(path).matchAll(/\]\(([^)\s]+)\)/g)) {
          const [file = ""] = target.split("#");
          const leads =
            /^https:/.test(file) || file === "" || packed.files.some((each) => each.path === file);
          assert.ok(leads, `${path}: ${target}`);
        }
      }
    });

    it("says where it comes from, and is published with a proof of that", () => {
      assert.deepEqual(description.repository, {
        type: "git",
        url: `git+${REPOSITORY}.git`,
        directory: folder,
      });
      assert.equal(description.homepage, `${REPOSITORY}#readme`);
      assert.equal(description.bugs, `${REPOSITORY}/issues`);
      assert.equal(description.license, "Apache-2.0");
      assert.ok(description.author && description.description);
      assert.ok((description.keywords as string[]).length > 5);
      assert.ok(!description.private);
      // npm refuses to publish with provenance what another repository was built from.
      assert.deepEqual(description.publishConfig, { access: "public", provenance: true });
    });

    it("declares entries that it holds", () => {
      const { main, types, bin, exports } = description;
      const entries = JSON.stringify([main, types, bin, exports]).match(/[^"]*dist\/[^"]*/g) ?? [];
      assert.ok(entries.length > 0);
      for (const entry of entries) assert.ok(existsSync(join(root, folder, entry)), entry);
    });
  });
}
