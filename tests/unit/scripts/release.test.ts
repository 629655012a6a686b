import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");

/** The files that a release reads, in a repository of their own. */
const READ = [
  ...["CHANGELOG.md", "package.json", "package-lock.json"],
  ...["providers/CHANGELOG.md", "providers/package.json", "simulator/package.json", "cli/package.json"],
  ...["examples/quickstart/package.json"],
];

describe("scripts/release.mjs", () => {
  let folder: string;

  const git = (...args: string[]) => {
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    return execFileSync("git", [...who, ...args], { cwd: folder, encoding: "utf8" });
  };
  const release = (...args: string[]) => {
    const script = join(folder, "scripts", "release.mjs");
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
    return { status, said: stdout + stderr };
  };
  const change = (file: string, edit: (text: string) => string) =>
    writeFileSync(join(folder, file), edit(readFileSync(join(folder, file), "utf8")));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "release-"));
    cpSync(join(root, "scripts"), join(folder, "scripts"), { recursive: true });
    for (const file of READ) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(root, file), join(folder, file));
    }
    change("CHANGELOG.md", (text) =>
      text.replace("\n## [", "\n## [9.9.9] - unreleased\n\n- A change.\n\n## ["),
    );
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "before");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("--dry-run says what it would do, and does nothing", () => {
    const { status, said } = release("9.9.9", "--dry-run");
    assert.equal(status, 0, said);
    for (const file of READ) assert.equal(said.includes(` ${file}`), file !== "package.json", file);
    assert.match(said, /tag v9\.9\.9/);
    assert.equal(git("status", "--porcelain"), "");
    assert.equal(git("tag"), "");
  });

  it("refuses what is no version, no newer one, in no changelog, or on a changed work tree", () => {
    assert.match(release("next", "--dry-run").said, /usage/);
    assert.match(release("9.9.10", "--dry-run").said, /no section/);
    git("tag", "v9.10.0");
    assert.match(release("9.9.9", "--dry-run").said, /not newer than v9\.10\.0/);
    git("tag", "--delete", "v9.10.0");
    git("tag", "v9.9.8");
    assert.equal(release("9.9.9", "--dry-run").status, 0);
    change("CHANGELOG.md", (text) => `${text}\n`);
    const { status, said } = release("9.9.9", "--dry-run");
    assert.match(said, /Commit or remove first/);
    assert.equal(status, 1);
  });
});
