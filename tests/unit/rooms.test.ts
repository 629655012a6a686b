import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { root } from "../kit/pulumi-project";

const providers = join(root, "providers");

/** What each room of the core may import besides itself. Program and provider never meet: they run in different processes. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  util: [],
  contract: ["util"],
  batching: ["util", "contract"],
  cloud: ["util", "contract"],
  program: ["util", "contract"],
  reconcile: ["util", "contract", "batching", "cloud"],
  provider: ["util", "contract", "batching", "cloud", "reconcile"],
};

/** Clouds that speak another one's API, and so may import it. */
const speak: Readonly<Record<string, readonly string[]>> = {
  huaweicloud: ["openstack"],
  opentelekomcloud: ["openstack", "huaweicloud"],
};

/** Every file, and the files it imports, as paths below `providers`. */
const imports = new Map(
  readdirSync(providers, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/^(dist|node_modules)\//.test(file))
    .map((file) => {
      const text = readFileSync(join(providers, file), "utf8");
      const targets = [...text.matchAll(/(?:from |import\(|require\()"(\.{1,2}\/[^"]+)"/g)];
      return [file, targets.map(([, target = ""]) => normalize(join(dirname(file), target)))] as const;
    }),
);

describe("imports", () => {
  it("lead from room to room of the core in one direction", () => {
    for (const [file, targets] of imports) {
      const [top, room = ""] = file.split("/");
      if (top !== "core") continue;
      assert.ok(room in rooms, `${file} is in no room`);
      for (const target of targets) {
        const [where, other = ""] = target.split("/");
        assert.equal(where, "core", `${file} imports ${target}, and the core knows no cloud`);
        assert.ok(other === room || rooms[room]?.includes(other), `${file} imports ${target}`);
      }
    }
  });

  it("lead from no cloud to another, but to the one whose API it speaks", () => {
    for (const [file, targets] of imports) {
      const [cloud = ""] = file.split("/");
      if (cloud === "core" || !file.includes("/")) continue;
      for (const target of targets) {
        const [other = ""] = target.split("/");
        // The plugin serves whatever the registry holds.
        const may =
          cloud === "plugin" ? ["plugin", "core", "associations"] : [cloud, "core", ...(speak[cloud] ?? [])];
        assert.ok(may.includes(other), `${file} imports ${target}`);
      }
    }
  });

  it("lead in no circle", () => {
    const resolved = (target: string) =>
      [`${target}.ts`, `${target}/index.ts`].find((file) => imports.has(file)) ?? target;
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      assert.ok(!path.includes(file), [...path, file].join(" -> "));
      if (done.has(file)) return;
      for (const target of imports.get(file) ?? []) visit(resolved(target), [...path, file]);
      done.add(file);
    };
    for (const file of imports.keys()) visit(file, []);
  });
});
