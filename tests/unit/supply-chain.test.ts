import assert from "node:assert/strict";
import {
  allowedLicences,
  licencesOf,
  lockedPackages,
  ownWords,
  runtimePackages,
  withScript,
} from "../supply-chain/lock-file";

describe("supply chain: package-lock.json", () => {
  const all = lockedPackages();
  const runtime = runtimePackages();

  it("has a strong digest of every package", () => {
    assert.ok(runtime.length > 100 && all.length > runtime.length);
    const without = all.filter(({ integrity }) => !/^sha512-/.test(integrity ?? ""));
    assert.deepEqual(
      without.map(({ name }) => name),
      [],
    );
  });

  it("has no package at runtime whose licence is not on the list, and the list names none that is not there", () => {
    const found = runtime.flatMap((each) => licencesOf(each).map((licence) => [each.name, licence] as const));
    const refused = found.filter(([, licence]) => !allowedLicences.has(licence));
    assert.deepEqual(refused, []);
    const used = new Set(found.map(([, licence]) => licence));
    assert.deepEqual(
      [...allowedLicences].filter((each) => !used.has(each)),
      [],
    );
    const versions = new Set(runtime.map(({ name, version }) => `${name}@${version}`));
    for (const each of Object.keys(ownWords)) assert.ok(versions.has(each), each);
  });

  it("a package without a licence, or under one that is not on the list, would be found", () => {
    const one = { name: "one", version: "1.0.0" };
    for (const licence of [undefined, "GPL-3.0", "(MIT AND GPL-3.0)", "MIT OR GPL-3.0"]) {
      const locked = licence === undefined ? one : { ...one, license: licence };
      assert.ok(
        licencesOf(locked).some((each) => !allowedLicences.has(each)),
        licence,
      );
    }
  });

  it("has no package at runtime with an install script, but for those that work without", () => {
    const found = runtime.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
    assert.deepEqual(new Set(found), withScript);
  });
});
