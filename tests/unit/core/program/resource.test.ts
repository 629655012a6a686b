import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { alicloud, openstack } from "../../../../providers";

/** What the program tells of its other pairs, by the name of the resource that carries it. */
type Told = Record<string, { first: string } | Record<string, string>[]>;

/** Runs a program with mocks in place of the engine. */
async function told(program: () => pulumi.Resource[]): Promise<Told> {
  const news: Told = {};
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => {
      const declared = inputs.__declared;
      if (declared) news[name] = typeof declared === "string" ? JSON.parse(declared) : declared;
      return { id: name, state: inputs };
    },
    call: () => ({}),
  });
  pulumi.runtime.setAllConfig({ "alicloud:region": "cn-hangzhou" });
  const resources = program();
  await Promise.all(resources.map(({ urn }) => new Promise((resolve) => urn.apply(resolve))));
  return news;
}

const attach = (name: string, instanceId: pulumi.Input<string>) =>
  new alicloud.ecs.SecurityGroupAttachment(name, { instanceId, securityGroupId: `sg-${name}` });

const instancesIn = (news: Told[string] | undefined) =>
  Array.isArray(news) ? news.map(({ instanceId }) => instanceId) : undefined;

describe("what a program tells", () => {
  it("with each resource: the pairs declared with it, by ids and place", async () => {
    const news = await told(() => [attach("a1", "i-1"), attach("a2", "i-2")]);
    assert.deepEqual(Object.keys(news).sort(), ["a1", "a2"]);
    const others = [
      { instanceId: "i-1", securityGroupId: "sg-a1", region: "cn-hangzhou" },
      { instanceId: "i-2", securityGroupId: "sg-a2", region: "cn-hangzhou" },
    ];
    assert.deepEqual(news.a1, others);
  });

  it("nothing of a resource that is alone", async () => {
    assert.deepEqual(await told(() => [attach("b1", "i-1")]), {});
  });

  it("with many resources: those near it, so that no registration grows without bound", async () => {
    const names = Array.from({ length: 120 }, (_, index) => `c${index}`);
    const news = await told(() => names.map((name) => attach(name, `i-${name}`)));
    assert.equal(instancesIn(news.c0)?.length, 100);
    assert.deepEqual(
      instancesIn(news.c119),
      names.slice(100).map((name) => `i-${name}`),
    );
  });

  it("of ids that come from other stacks, too, but not of secret ones", async () => {
    const news = await told(() => [
      attach("d1", pulumi.output(Promise.resolve("i-1"))),
      attach("d2", pulumi.output(Promise.resolve("i-2"))),
      attach("d3", pulumi.secret("i-3")),
    ]);
    assert.deepEqual(instancesIn(news.d1), ["i-1", "i-2"]);
    assert.equal(news.d3, undefined);
  });

  it("nothing where names have to be turned into ids first", async () => {
    const server = (name: string, digit: number) =>
      new openstack.compute.SecurityGroupAttachment(name, {
        instanceId: `${digit}0000000-0000-4000-8000-000000000001`,
        securityGroupName: "web",
      });
    assert.deepEqual(await told(() => [server("e1", 1), server("e2", 2)]), {});
  });

  it("who declared the same pair first", async () => {
    const again = () =>
      new alicloud.ecs.SecurityGroupAttachment("f2", { instanceId: "i-1", securityGroupId: "sg-f1" });
    const news = await told(() => [attach("f1", "i-1"), again()]);
    assert.deepEqual(news.f2, { first: "f1" });
  });
});

describe("resource", () => {
  it("knows its region in a preview that does not know the role to assume yet", async () => {
    let inputs: { region?: unknown } = {};
    await pulumi.runtime.setMocks(
      {
        newResource: (args) => {
          inputs = args.inputs;
          return { id: "i-1:sg-2", state: args.inputs };
        },
        call: () => ({}),
      },
      "project",
      "stack",
      true,
    );
    pulumi.runtime.setAllConfig({ "alicloud:region": "cn-hangzhou" });
    // What the id of a resource is in a preview; left out of the SDK's published types.
    const { unknown } = pulumi as unknown as { unknown: string };
    const attachment = new alicloud.ecs.SecurityGroupAttachment("a", {
      instanceId: "i-1",
      securityGroupId: "sg-2",
      connection: { assumeRole: { roleArn: pulumi.output(unknown) } },
    });
    await new Promise((resolve) => attachment.urn.apply(resolve));
    assert.equal(inputs.region, "cn-hangzhou");
  });
});
