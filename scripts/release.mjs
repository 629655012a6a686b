// One release: version, changelog, tarballs, commit and tag. RELEASING.md says what comes before and after.
//   node scripts/release.mjs 0.2.0 [--dry-run]
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { run } from "./lib/run.mjs";
import { build, main, npm, root } from "./setup.mjs";

const { values, positionals } = parseArgs({
  options: { "dry-run": { type: "boolean", default: false } },
  allowPositionals: true,
});

const git = (/** @type {string[]} */ ...args) => run("git", args, { cwd: root });
const read = (/** @type {string} */ file) => fs.readFileSync(path.join(root, file), "utf8");

/**
 * The files that name the version, as they are to be.
 *
 * @param {string} version
 * @returns {Record<string, string>}
 */
function edited(version) {
  const changelog = read("CHANGELOG.md");
  const dated = changelog.replace(
    `\n## [${version}] - unreleased\n`,
    `\n## [${version}] - ${new Date().toISOString().slice(0, 10)}\n`,
  );
  if (dated === changelog) throw new Error(`CHANGELOG.md has no section "## [${version}] - unreleased".`);

  const lock = JSON.parse(read("package-lock.json"));
  /** @type {Record<string, string>} */
  const files = { "CHANGELOG.md": dated, "providers/CHANGELOG.md": dated };
  for (const folder of ["providers", "simulator", "cli"]) {
    files[`${folder}/package.json`] = read(`${folder}/package.json`)
      .replace(/"version": "[^"]*"/, `"version": "${version}"`)
      // Made for each other: an older core may lack what the command asks of it.
      .replace(/("pulumi-cloud-attachments": )"[^"]*"/, `$1"^${version}"`);
    const { dependencies = {} } = lock.packages[folder];
    if ("pulumi-cloud-attachments" in dependencies) dependencies["pulumi-cloud-attachments"] = `^${version}`;
    lock.packages[folder].version = version;
  }
  files["package-lock.json"] = `${JSON.stringify(lock, null, 2)}\n`;
  for (const example of fs.readdirSync(path.join(root, "examples"))) {
    const file = `examples/${example}/package.json`;
    if (!fs.existsSync(path.join(root, file))) continue;
    files[file] = read(file).replace(
      /("pulumi-cloud-attachments(?:-simulator)?": )"[^"]*"/g,
      `$1"^${version}"`,
    );
  }
  return files;
}

/** @type {(a: string, b: string) => boolean} whether version `a` is newer than `b` */
function isNewer(a, b) {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  const at = left?.findIndex((part, index) => part !== right?.[index]) ?? -1;
  return at !== -1 && (left?.[at] ?? 0) > (right?.[at] ?? 0);
}

await main(async () => {
  const [version = ""] = positionals;
  if (!/^\d+\.\d+\.\d+$/.test(version))
    throw new Error("usage: node scripts/release.mjs <x.y.z> [--dry-run]");
  const tags = (await git("tag", "--list", "v*")).split("\n").filter(Boolean);
  const newer = tags.find((tag) => !isNewer(version, tag.slice(1)));
  if (newer) throw new Error(`${version} is not newer than ${newer}.`);
  const changed = (await git("status", "--porcelain")).trimEnd();
  if (changed) throw new Error(`Commit or remove first:\n${changed}`);

  const files = edited(version);
  if (values["dry-run"]) {
    const changes = Object.keys(files).filter((file) => files[file] !== read(file));
    console.log(`Would write ${changes.join(", ")};`);
    console.log(`compile, pack into release/, commit "Release v${version}", and tag v${version}.`);
    return;
  }
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(root, file), text);
  await build();
  fs.mkdirSync(path.join(root, "release"), { recursive: true });
  await npm(["pack", "--workspaces", "--pack-destination", "release"]);
  await git("commit", "--all", "--message", `Release v${version}`);
  await git("tag", "--annotate", `v${version}`, "--message", `v${version}`);
  console.log(
    `v${version} is committed and tagged; its tarballs are in release/. Next: git push --follow-tags`,
  );
});
