import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { associations } from "../../providers/associations";
import { pluralOf } from "../../providers/core/contract/plural";
import { handlerName } from "../../providers/core/contract/provider-text";
import * as index from "../../providers/index";
import * as runtime from "../../providers/runtime";
import { root } from "../kit/pulumi-project";

const tokens = Object.values(associations).flatMap((single) => [single.token, pluralOf(single).token]);

describe("the registry of associations", () => {
  it("has each in runtime under its own name, and runtime nothing else", () => {
    const handlers = Object.entries(runtime as unknown as Record<string, { association: { token: string } }>);
    const named = handlers.map(([name, { association }]) => [name, association.token]);
    assert.deepEqual(
      Object.fromEntries(named),
      Object.fromEntries(tokens.map((token) => [handlerName(token), token])),
    );
  });

  it("has each in the index, under its token", () => {
    for (const token of tokens) {
      const path = token.split(/[/:]/);
      const found = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], index);
      assert.equal(typeof found, "function", `${path.join(".")} is not exported`);
    }
  });

  it("has a page and an example of each, and no example of anything else but the quickstart", () => {
    for (const name of Object.keys(associations)) {
      assert.ok(existsSync(join(root, "docs", `${name}.md`)), `docs/${name}.md`);
    }
    const examples = readdirSync(join(root, "examples"), { withFileTypes: true });
    const folders = examples.filter((each) => each.isDirectory()).map(({ name }) => name);
    assert.deepEqual(folders.sort(), [...Object.keys(associations), "quickstart"].sort());
  });

  it("has each under the contract suite", () => {
    const folder = join(root, "tests", "contract");
    const suites = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const subjects = suites.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
    for (const name of Object.keys(associations)) {
      const [cloud = "", ...rest] = name.split("-");
      assert.ok(subjects.includes(`providers/${cloud}/${rest[0]}/${rest.slice(1).join("-")}`), name);
    }
  });
});
