import assert from "node:assert/strict";
import { program } from "../kit/programs";
import { PulumiProject, succeeded } from "../kit/pulumi-project";
import { environmentOf, Nova, type OpenRc, openRc } from "./nova";

const ROUNDS = 5;

describe("pulumi and a true OpenStack", function () {
  this.timeout(300_000);
  this.slow(60_000);
  let rc: OpenRc;
  let nova: Nova;
  let project: PulumiProject;
  let server: string;
  let groups: string[];

  before(async function () {
    rc = openRc(this);
    nova = new Nova(rc);
    server = rc.servers["one-nic"] as string;
    groups = Object.values(rc.security_groups).slice(0, 10);
    project = await PulumiProject.create({ clouds: { config: {}, env: environmentOf(rc) } });
    project.write(
      program(
        "const { SecurityGroupAttachment } = attach.openstack.compute;",
        `for (const securityGroupId of ${JSON.stringify(groups)}) {`,
        `  new SecurityGroupAttachment(securityGroupId, { instanceId: "${server}", securityGroupId });`,
        "}",
      ),
    );
  });
  after(() => project?.close());

  const ours = async () => (await nova.groups(server)).filter((group) => groups.includes(group)).sort();

  for (let round = 1; round <= ROUNDS; round++) {
    it(`attaches ten of ten in one up and leaves none at destroy, round ${round} of ${ROUNDS}`, async () => {
      succeeded(await project.up());
      assert.deepEqual(await ours(), [...groups].sort());
      succeeded(await project.destroy());
      assert.deepEqual(await ours(), []);
    });
  }

  it("attaches again what was taken off by hand, and only that", async () => {
    succeeded(await project.up());
    await nova.remove(server, groups[3] as string);
    succeeded(await project.refresh());
    const { steps, ...run } = await project.up();
    succeeded({ steps, ...run });
    assert.deepEqual(steps[groups[3] as string], ["create"]);
    assert.deepEqual(await ours(), [...groups].sort());
    succeeded(await project.destroy());
  });
});
