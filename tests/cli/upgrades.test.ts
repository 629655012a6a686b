import assert from "node:assert/strict";
import * as runtime from "../../providers/runtime";
import type { Simulator } from "../../simulator/index";
import { everyConfig } from "../kit/clouds";
import { inProject, type PulumiProject } from "../kit/pulumi-project";
import { attachmentsOf, records, upgrade } from "../upgrades/upgrade";

describe("a state that an older release left", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject(
    (made) => {
      ({ simulator, project } = made);
    },
    { each: true, project: (made) => ({ clouds: { config: everyConfig(made), env: {} } }) },
  );

  for (const record of records()) {
    it(`${record}: is refreshed, updated and destroyed`, async () => {
      assert.ok((await upgrade(record, project, simulator)) > 0);
    });
  }
});

describe("the newest recorded state", () => {
  it("holds every type of resource; npm run upgrades -- --record NAME makes one", () => {
    const newest = records().at(-1) ?? "";
    const handlers = new Set(attachmentsOf(newest).map(({ handler }) => handler));
    assert.deepEqual([...handlers].sort(), Object.keys(runtime).sort());
  });
});
