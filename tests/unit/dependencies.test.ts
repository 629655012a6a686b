import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { associations } from "../../providers/associations";
import { handlerName } from "../../providers/core/contract/provider-text";
import { startSimulator } from "../../simulator/index";
import { handlers, type Loaded, makeRequests } from "../installed/requests";

interface Package {
  name: string;
  dependencies?: object;
  peerDependencies?: object;
  peerDependenciesMeta?: object;
  optionalDependencies?: object;
}

/** The package that a file belongs to. */
function packageOf(file: string): Package {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const description = join(folder, "package.json");
    if (!existsSync(description)) continue;
    const found = JSON.parse(readFileSync(description, "utf8")) as Partial<Package>;
    if (found.name) return found as Package;
  }
  throw new Error(`${file} is in no package`);
}

/** What a module asks `require` for, now or at some later call; a comment's example counts, where it names a package. */
function requestsOf(file: string): string[] {
  const found = readFileSync(file, "utf8").matchAll(/\b(?:require|import)\(\s*["'`]([@\w./-]+)["'`]\s*\)/g);
  return [...found].map(([, request = ""]) => request).filter((request) => !isBuiltin(request));
}

const nameIn = (request: string) => /^(@[^/]+\/)?[^/]+/.exec(request)?.[0] ?? request;

/**
 * Walks from `entry` through what was loaded, but not into Pulumi's packages: those are the user's own, and not ours to mend.
 *
 * @returns the packages passed, and each of their requires that their package.json does not declare.
 */
function inventory(entry: string, loaded: readonly Loaded[]): { packages: string[]; undeclared: string[] } {
  const children = new Map(loaded.map(({ filename, requires }) => [filename, requires]));
  const packages = new Set<string>();
  const undeclared = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file) || !children.has(file) || !/\.c?js$/.test(file)) return;
    seen.add(file);
    const own = packageOf(file);
    if (own.name.startsWith("@pulumi/")) return;
    packages.add(own.name);
    const declared = {
      ...own.dependencies,
      ...own.peerDependencies,
      ...own.peerDependenciesMeta,
      ...own.optionalDependencies,
    };
    const resolve = createRequire(file).resolve;
    for (const request of requestsOf(file)) {
      const name = nameIn(request);
      if (!request.startsWith(".") && name !== own.name && !(name in declared)) {
        undeclared.add(`${own.name} requires ${name}`);
      }
      // A module is in the list of children of the first only that required it.
      try {
        visit(resolve(request));
      } catch {
        // An optional package that is not here, or one that can be imported only.
      }
    }
    for (const child of children.get(file) ?? []) visit(child);
  };
  visit(entry);
  return { packages: [...packages].sort(), undeclared: [...undeclared].sort() };
}

describe("dependencies", () => {
  let loaded: Loaded[];

  before(async function () {
    this.timeout(60_000);
    const simulator = await startSimulator();
    try {
      loaded = await makeRequests(simulator);
    } finally {
      await simulator.stop();
    }
  });

  it("requests of every kind of attachment are made here", () => {
    // The plural forms make the calls of the single ones.
    const singles = Object.values(associations).map(({ token }) => handlerName(token));
    assert.deepEqual([...handlers].sort(), singles.sort());
  });

  // pnpm without hoisting or with its global virtual store, and yarn's Plug'n'Play, let a package load nothing else.
  it("each package on the way of a request declares what it requires", () => {
    const { packages, undeclared } = inventory(require.resolve("pulumi-cloud-attachments/runtime"), loaded);
    assert.deepEqual(undeclared, []);
    const { dependencies = {} } = packageOf(require.resolve("pulumi-cloud-attachments/runtime"));
    for (const name of Object.keys(dependencies)) assert.ok(packages.includes(name), name);
  });

  it("a require that is not declared is found, however deep, and Pulumi's own are left alone", () => {
    const folder = mkdtempSync(join(tmpdir(), "attachments-inventory-"));
    try {
      const file = (path: string, text: string) => {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
        return join(folder, path);
      };
      const packed = (name: string, dependencies: object, text: string) => {
        file(`node_modules/${name}/package.json`, JSON.stringify({ name, dependencies }));
        return file(`node_modules/${name}/index.js`, text);
      };
      const files = [
        packed("ours", { declared: "1" }, 'require("node:fs"); require("declared");'),
        packed("declared", {}, 'exports.later = () => require("hoisted");'),
        packed("hoisted", {}, 'require("@pulumi/sdk");'),
        packed("@pulumi/sdk", {}, 'require("theirs");'),
      ];
      const all = files.map((filename) => ({ filename, requires: [] }));
      assert.deepEqual(inventory(files[0] as string, all), {
        packages: ["declared", "hoisted", "ours"],
        undeclared: ["declared requires hoisted", "hoisted requires @pulumi/sdk"],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("vendors' packages are pinned: each is reached by deep path, or may stop declaring what it requires", () => {
    const { dependencies = {} } = packageOf(require.resolve("pulumi-cloud-attachments/runtime"));
    const vendors = Object.entries(dependencies).filter(([name]) =>
      /^(@alicloud\/|tencentcloud-)/.test(name),
    );
    assert.ok(vendors.length >= 3);
    for (const [name, version] of vendors) assert.match(String(version), /^\d+\.\d+\.\d+$/, name);
  });
});
