import assert from "node:assert/strict";
import type { Simulator } from "../../simulator/index";
import { during } from "../kit/journal";
import { program } from "../kit/programs";
import { inProject, type PulumiProject, succeeded } from "../kit/pulumi-project";

const INSTANCES = Array.from({ length: 200 }, (_, index) => `ins-fleet${String(index + 1).padStart(3, "0")}`);
const GROUP = "sg-app00005";

const singles = (ids: readonly string[]) => [
  `for (const instanceId of ${JSON.stringify(ids)})`,
  `  new attach.tencentcloud.cvm.SecurityGroupAttachment(instanceId, { instanceId, securityGroupId: "${GROUP}" });`,
];
const fleet = (name: string, ids: readonly string[], opts = "{}") =>
  `new attach.tencentcloud.cvm.SecurityGroupAttachments("${name}", { securityGroupId: "${GROUP}", instanceIds: ${JSON.stringify(ids)} }, ${opts});`;

describe("pairs that move between single resources and plural ones", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject(async (made) => {
    ({ simulator, project } = made);
    const { instances } = simulator.world.tencentcloud;
    for (const id of INSTANCES) instances[id] = structuredClone(instances["ins-web00001"]) as never;
  });

  const attached = () =>
    INSTANCES.filter((id) => simulator.world.tencentcloud.instances[id]?.securityGroupIds.includes(GROUP));

  async function becomes(statements: string[], ...args: string[]) {
    project.write(program(...statements));
    const { result, calls, writes } = await during(simulator, () => project.up(...args));
    succeeded(result);
    return { result, calls, writes };
  }

  it("200 of them, to two plural ones and back, are never detached", async () => {
    await becomes(singles(INSTANCES));
    assert.deepEqual(attached(), INSTANCES);
    const two = [fleet("a", INSTANCES.slice(0, 100)), fleet("b", INSTANCES.slice(100))];
    assert.deepEqual((await becomes(two)).writes, []);
    assert.deepEqual((await becomes(two)).calls, []);
    assert.deepEqual((await becomes(singles(INSTANCES))).writes, []);
    assert.deepEqual(attached(), INSTANCES);
  });

  const few = INSTANCES.slice(0, 6);
  const moved = (first: string) => [`const a = ${first};`, fleet("b", few.slice(0, 1), "{ dependsOn: [a] }")];

  // `b`, which gets one of the pairs, is created after `a` has changed; another pair is declared no more.
  it("from one to another that is created after it, one step at a time, with a refresh and although another fails", async () => {
    await becomes([fleet("a", few)]);
    const wrong = fleet("wrong", ["ins-nowhere1"]);
    project.write(program(...moved(fleet("a", few.slice(1, 5))), wrong));
    const args = ["--parallel", "1", "--refresh", "--continue-on-error"];
    const { result, writes } = await during(simulator, () => project.up(...args));
    assert.notEqual(result.code, 0);
    assert.match(result.output, /1 of 1 failed: .*ins-nowhere1/);
    assert.ok(writes.every(({ ids }) => !few.slice(0, 5).some((id) => ids.includes(id))));
    assert.deepEqual(
      attached().filter((id) => few.slice(0, 5).includes(id)),
      few.slice(0, 5),
    );
    assert.match(result.output, /leaving 5 that other resources declare/);
  });

  it("the smaller list alone, targeted, loses only what left it", async () => {
    const { writes } = await becomes(moved(fleet("a", few.slice(1, 3))), "--target", "**::a");
    assert.equal(writes.length, 1);
    assert.deepEqual(attached(), few.slice(0, 3));
  });

  it("a list whose update failed half-way and that then went back forgets nothing, with or without a refresh", async () => {
    const [kept = "", added = ""] = INSTANCES.slice(20);
    for (const isRefreshed of [false, true]) {
      await becomes([fleet("half", [kept])]);
      project.write(program(fleet("half", [kept, added, "ins-isolated"])));
      const failed = await project.up();
      assert.notEqual(failed.code, 0);
      assert.deepEqual(attached(), [kept, added]);
      if (isRefreshed) succeeded(await project.refresh());
      await becomes([fleet("half", [kept])]);
      assert.deepEqual(attached(), [kept]);
      succeeded(await project.up("--expect-no-changes"));
    }
  });
});
