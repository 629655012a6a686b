import assert from "node:assert/strict";
import type { Simulator } from "../../simulator/index";
import { reach } from "../kit/clouds";
import { exampleOf, inTypeScript } from "../kit/document";
import { actionsOn, during } from "../kit/journal";
import { inProject, type PulumiProject, succeeded } from "../kit/pulumi-project";

const PAGE = "docs/components.md";

describe("docs/components.md", () => {
  let simulator: Simulator;
  let project: PulumiProject;

  inProject(
    (made) => {
      ({ simulator, project } = made);
      project.file("ssh-access.ts", exampleOf(PAGE, "ssh-access.ts"));
    },
    { project: (at) => ({ ...inTypeScript, clouds: reach(at) }) },
  );

  const groups = (instance: string) => simulator.world.alicloud.instances[instance]?.securityGroupIds ?? [];

  it("the component with two regions attaches in both, and goes on with nothing to do", async () => {
    project.file("index.ts", exampleOf(PAGE, "index.ts"));
    const { result, writes } = await during(simulator, () => project.up());
    succeeded(result);
    assert.deepEqual(
      writes.map(({ region, ids }) => [region, ids.find((id) => id.startsWith("i-"))]).sort(),
      [
        ["cn-beijing", "i-2zeweb01"],
        ["cn-hangzhou", "i-bp1web01"],
        ["cn-hangzhou", "i-bp1web02"],
      ],
    );
    assert.ok(groups("i-bp1web02").includes("sg-bp1app01"));
    assert.ok(groups("i-2zeweb01").includes("sg-2zeapp01"));
    succeeded(await project.up("--expect-no-changes"));
  });

  it("a change of the configured region moves nothing of it", async () => {
    project.env.ALICLOUD_REGION = "cn-shanghai";
    succeeded(await project.up("--expect-no-changes"));
  });

  it("another account, by a role: the first one's pairs go, the other's is attached there", async () => {
    project.file("index.ts", exampleOf(PAGE, "other-account.ts"));
    const { result, calls } = await during(simulator, () => project.up());
    succeeded(result);
    assert.deepEqual(
      calls.filter(({ action }) => action === "JoinSecurityGroup").map(({ accountId }) => accountId),
      ["1000000000000002"],
    );
    assert.ok(groups("i-bp1other").includes("sg-bp1otherapp"));
    assert.deepEqual(
      actionsOn(
        calls.filter(({ kind }) => kind === "write"),
        "i-2zeweb01",
      ),
      ["LeaveSecurityGroup"],
    );
    succeeded(await project.destroy());
  });
});
