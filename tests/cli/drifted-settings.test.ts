import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import type { Simulator } from "../../simulator/index";
import { during } from "../kit/journal";
import { program, webGroup } from "../kit/programs";
import { inProject, type PulumiProject, succeeded } from "../kit/pulumi-project";

const declare = (weight: number) =>
  program(`new VServerGroupAttachment("one", web(1, { weight: ${weight} }));`);

describe("a weight that is declared as 77 and was changed to 21 in the cloud", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject((made) => {
    ({ simulator, project } = made);
  });

  beforeEach(async () => {
    webGroup(simulator).vserverGroups = [];
    project.forgetAll();
    project.write(declare(77));
    succeeded(await project.up());
    assert.equal(entry().weight, 77);
    entry().weight = 21;
  });

  function entry() {
    const [only] = webGroup(simulator).vserverGroups;
    assert.ok(only);
    return only;
  }

  /** What `up` is to do: bring it to `weight` with or without a write, and nothing in the `up` after it. */
  async function converges(weight: number, options: { writes: boolean; args?: string[] }): Promise<void> {
    const { result, writes } = await during(simulator, () => project.up(...(options.args ?? [])));
    succeeded(result);
    assert.deepEqual(
      result.steps.one?.filter((step) => step !== "refresh"),
      ["update"],
    );
    assert.equal(writes.length > 0, options.writes);
    assert.equal(entry().weight, weight);
    const next = await during(simulator, () => project.up("--refresh", "--expect-no-changes"));
    succeeded(next.result);
    assert.deepEqual(next.writes, []);
  }

  it("is shown after any number of refreshes, and repaired by up", async () => {
    for (const _ of [1, 2]) succeeded(await project.refresh());
    assert.equal((await project.attachments())[0]?.outputs.confirmed, false);
    const { output } = await project.preview("--diff");
    assert.match(output, /weight\s*: 21 => 77/);
    await converges(77, { writes: true });
  });

  it("is repaired by up --refresh, also after a refresh", async () => {
    succeeded(await project.refresh());
    await converges(77, { writes: true, args: ["--refresh"] });
  });

  it("is repaired where an earlier version has taken it for the declared one", async () => {
    const state = JSON.parse(readFileSync(project.stateFile, "utf8")) as State;
    const found = state.checkpoint.latest.resources.find(({ outputs }) => outputs && "weight" in outputs);
    assert.ok(found?.inputs && found.outputs);
    assert.equal(found.inputs.weight, 77);
    found.outputs.weight = 21;
    delete found.outputs.__declared;
    writeFileSync(project.stateFile, JSON.stringify(state));
    const [spoiled] = await project.attachments();
    assert.equal(spoiled?.outputs.confirmed, true);
    await converges(77, { writes: true });
  });

  it("is no difference any more once the program declares it", async () => {
    succeeded(await project.refresh());
    project.write(declare(21));
    await converges(21, { writes: false });
  });
});

interface State {
  checkpoint: {
    latest: { resources: { inputs?: Record<string, unknown>; outputs?: Record<string, unknown> }[] };
  };
}
