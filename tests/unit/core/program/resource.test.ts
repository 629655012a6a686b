import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { associations } from "../../../../providers/associations";
import { identityOf } from "../../../../providers/core/contract/association";
import { providerText, typeOf } from "../../../../providers/core/contract/provider-text";
import { AttachmentResource } from "../../../../providers/core/program/resource";
import { alicloud, tencentcloud } from "../../../../providers/index";
import { type Inputs, registered, unknown } from "./registered";

const PAIR = { instanceId: "i-1", securityGroupId: "sg-2" };

const attach = (name: string, args: Inputs = {}, opts?: pulumi.CustomResourceOptions) =>
  new alicloud.ecs.SecurityGroupAttachment(name, { ...PAIR, ...args } as never, opts);

/** A provider of another package, as a program constructs one. */
class Provider extends pulumi.ProviderResource {
  constructor(packageName: string) {
    super(packageName, `${packageName}-provider`);
  }
}

describe("a pair that is declared twice", () => {
  it("is told in whatever form it is declared, and a double in one list is none", async () => {
    const { SecurityGroupAttachment, SecurityGroupAttachments } = tencentcloud.cvm;
    const later = pulumi.output(Promise.resolve("ins-3"));
    const inputs = await registered(() => [
      new SecurityGroupAttachments("a", {
        securityGroupId: "sg-1",
        instanceIds: ["ins-1", "ins-2", "ins-1"],
      }),
      new SecurityGroupAttachment("b", { securityGroupId: "sg-1", instanceId: "ins-2" }),
      new SecurityGroupAttachments("c", { instanceId: "ins-1", securityGroupIds: ["sg-2", "sg-1"] }),
      new SecurityGroupAttachments("d", { securityGroupId: "sg-4", instanceIds: [later, "ins-1"] }),
      new SecurityGroupAttachment("e", { securityGroupId: "sg-4", instanceId: later }),
    ]);
    const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((name) => inputs[name]?.__duplicateOf);
    assert.deepEqual([a, b, c], [undefined, "a", { name: "a", pair: "ins-1#sg-1" }]);
    // Which of the two is known first is not said.
    const first = { name: "e", pair: "ins-3#sg-4" };
    assert.deepEqual([d, e], d === undefined ? [undefined, "d"] : [first, undefined]);
  });

  it("is told with the second, by the name of the first, also where ids come later or are secret", async () => {
    const inputs = await registered(() => [
      attach("a1"),
      attach("a2"),
      attach("b1", { securityGroupId: "sg-3", instanceId: pulumi.output(Promise.resolve("i-1")) }),
      attach("b2", { securityGroupId: "sg-3", instanceId: pulumi.secret("i-1") }),
      attach("c1", { instanceId: "i-2" }),
      attach(
        "d1",
        {},
        { transformations: [({ opts }) => ({ props: { ...PAIR, instanceId: "i-2" }, opts })] },
      ),
    ]);
    const told = Object.entries(inputs).map(([name, each]) => [name, each.__duplicateOf]);
    assert.deepEqual(Object.fromEntries(told), {
      a1: undefined,
      a2: "a1",
      b1: undefined,
      b2: "b1",
      c1: undefined,
      d1: "c1",
    });
  });
});

describe("resource", () => {
  it("knows its region in a preview that does not know the role to assume yet", async () => {
    const connection = { assumeRole: { roleArn: pulumi.output(unknown) } };
    const { a } = await registered(() => [attach("a", { connection })], { preview: true });
    assert.equal(a?.region, "cn-hangzhou");
  });
});

/** A component whose attachment this makes, in a stack of its own. */
function inComponent(
  make: (parent: pulumi.ComponentResource) => pulumi.Resource,
  opts: pulumi.ComponentResourceOptions,
): () => pulumi.Resource[] {
  return () => [make(new pulumi.ComponentResource("test:index:Component", "component", {}, opts))];
}

/** Sets these options, and these arguments, wherever a transformation is set. */
const setting =
  (opts: pulumi.CustomResourceOptions, props: Inputs = {}): pulumi.ResourceTransformation =>
  (args) => ({ props: { ...args.props, ...props }, opts: { ...args.opts, ...opts } });

/** The ways in which a program gives options and arguments to its resource `a`. */
const ways: Record<string, (set: pulumi.ResourceTransformation) => () => pulumi.Resource[]> = {
  "the resource itself": (set) => () => {
    const { props, opts } = set({ props: {}, opts: {} } as never) as pulumi.ResourceTransformationResult;
    return [attach("a", props, opts)];
  },
  "its own transformation": (set) => () => [attach("a", {}, { transformations: [set] })],
  "a transformation of its component": (set) =>
    inComponent((parent) => attach("a", {}, { parent }), { transformations: [set] }),
  "a transformation of an outer component": (set) =>
    inComponent(
      (outer) => {
        const parent = new pulumi.ComponentResource("test:index:Inner", "inner", {}, { parent: outer });
        return attach("a", {}, { parent });
      },
      { transformations: [set] },
    ),
};

for (const [way, program] of Object.entries(ways)) {
  describe(`options and arguments set by ${way}`, () => {
    /** Only for the resource `a`: a component has no such options. */
    const only =
      (set: pulumi.ResourceTransformation): pulumi.ResourceTransformation =>
      (args) =>
        args.type === undefined || args.name === "a" ? set(args) : undefined;
    const send = async (set: pulumi.ResourceTransformation, config = {}) =>
      (await registered(program(only(set)), { config })).a as Inputs;

    it("count: customTimeouts", async () => {
      const { __timeouts } = await send(setting({ customTimeouts: { create: "2m", delete: "4s" } }));
      assert.deepEqual(__timeouts, { create: 120, delete: 4 });
    });

    it("count: arguments, which are what they are in the end", async () => {
      const sent = await send(setting({}, { securityGroupId: "sg-9", region: "cn-beijing" }));
      assert.equal(sent.securityGroupId, "sg-9");
      assert.equal(sent.region, "cn-beijing");
    });

    it("cannot lose what no user writes", async () => {
      const sent = await send(({ opts }) => ({ props: PAIR, opts }));
      assert.equal(sent.__provider, providerText("alicloud/ecs:SecurityGroupAttachment"));
      assert.equal(sent.region, "cn-hangzhou");
    });

    for (const [what, opts, message] of [
      [
        "a provider of another package",
        () => ({ provider: new Provider("alicloud") }),
        /"a": opts\.provider is .* "alicloud"/,
      ],
      ["import", () => ({ import: "i-1:sg-2" }), /"a": opts\.import does not work/],
      [
        "a malformed duration",
        () => ({ customTimeouts: { update: "5 min" } }),
        /"a": customTimeouts\.update: "5 min"/,
      ],
    ] as const) {
      it(`refused: ${what}`, async () => {
        await assert.rejects(
          send((args) => setting(opts())(args)),
          message,
        );
      });
    }
  });
}

describe("transformations", () => {
  class Child extends pulumi.CustomResource {}

  it("are not handed on to children: those get nothing that is hidden in their parent's inputs", async () => {
    const inputs = await registered(() => {
      const parent = attach("a", {}, { customTimeouts: { create: "2m" } });
      const child = new Child("test:index:Child", "child", {}, { parent });
      return [parent, child, attach("b", { instanceId: "i-3" }, { parent })];
    });
    assert.deepEqual(inputs.child, {});
    assert.equal(inputs.b?.__timeouts, undefined);
    assert.equal(inputs.b?.instanceId, "i-3");
  });

  it("of an SDK without the list that ours moves to the end of still leave its own in force", async () => {
    const opts = { customTimeouts: { create: "2m" } };
    const set: pulumi.ResourceTransformation = ({ resource, props }) => {
      Object.assign(resource, { __transformations: undefined });
      return { props, opts };
    };
    const { a } = await registered(() => [attach("a", {}, { transformations: [set] })]);
    assert.deepEqual(a?.__timeouts, { create: 120 });
    assert.equal(a?.__provider, providerText("alicloud/ecs:SecurityGroupAttachment"));
  });
});

describe("a provider that a parent hands down", () => {
  /** What a program warns of. */
  async function warnings(program: () => pulumi.Resource[]): Promise<string[]> {
    const { warn } = console;
    const lines: string[] = [];
    console.warn = (line: string) => lines.push(line);
    try {
      await registered(program);
    } finally {
      console.warn = warn;
    }
    return lines;
  }

  const component = (name: string, opts: pulumi.ComponentResourceOptions) =>
    new pulumi.ComponentResource("test:index:Component", name, {}, opts);

  for (const [way, options] of Object.entries({
    "in a list": () => ({ providers: [new Provider("alicloud")] }),
    "by name": () => ({ providers: { alicloud: new Provider("alicloud") } }),
    "as its own": () => ({ provider: new Provider("alicloud") }),
  })) {
    it(`${way} is named once for each parent, with what to give instead`, async () => {
      const lines = await warnings(() => {
        const one = component("one", options());
        const inner = component("inner", { parent: one });
        return [
          attach("a", {}, { parent: one }),
          attach("b", { instanceId: "i-2" }, { parent: one }),
          attach("c", { instanceId: "i-3" }, { parent: inner }),
        ];
      });
      assert.equal(lines.length, 2, lines.join("\n"));
      assert.match(
        lines[0] ?? "",
        /SecurityGroupAttachment "a": its parent hands down a provider of package "alicloud".*`region` and `connection/,
      );
      assert.match(lines[1] ?? "", /"c"/);
    });
  }

  it("is not named where region or connection are given, nor one of another vendor", async () => {
    const lines = await warnings(() => {
      const one = component("one", { providers: [new Provider("alicloud")] });
      const two = component("two", { providers: [new Provider("aws")] });
      return [
        attach("a", { region: "cn-beijing" }, { parent: one }),
        attach("b", { instanceId: "i-2", connection: { profile: "work" } }, { parent: one }),
        attach("c", { instanceId: "i-3" }, { parent: two }),
        attach("d", { instanceId: "i-4" }),
      ];
    });
    assert.deepEqual(lines, []);
  });
});

describe("under the mocks of a unit test", () => {
  const config = {
    "tencentcloud:region": "ap-guangzhou",
    "huaweicloud:region": "cn-north-4",
    "opentelekomcloud:region": "eu-de",
    "openstack:region": "RegionOne",
  };

  for (const [name, association] of Object.entries(associations)) {
    it(`${name} sends what up would send: all defaults, and __provider alone of what is hidden`, async () => {
      const identity = identityOf(association).filter((each) => each !== "region");
      const pair = Object.fromEntries(identity.map((each) => [each, `${each}-1`]));
      const make = (each: string) =>
        new AttachmentResource(association, each, pair, { customTimeouts: { create: "2m" } });
      const inputs = await registered(() => [make("one"), make("two")], { to: "mocks", config });
      const settings = Object.entries(association.fields).filter(
        ([, { default: value }]) => value !== undefined,
      );
      const region =
        association.cloud.name === "alicloud"
          ? "cn-hangzhou"
          : config[`${association.cloud.name}:region` as keyof typeof config];
      const expected = {
        ...pair,
        ...Object.fromEntries(settings.map(([each, { default: value }]) => [each, value])),
        region,
        ifAttached: "adopt",
        __provider: providerText(association.token),
      };
      assert.deepEqual(inputs, { one: expected, two: expected });
    });
  }

  it("refuses deleteBeforeReplace for a list, and takes it for a pair", async () => {
    const opts = { deleteBeforeReplace: true };
    const many = { securityGroupId: "sg-1", instanceIds: ["i-1"], region: "cn-hangzhou" };
    await assert.rejects(
      registered(() => [new alicloud.ecs.SecurityGroupAttachments("many", many, opts)]),
      /"many": with opts\.deleteBeforeReplace, .* declare a resource for each pair/,
    );
    assert.ok((await registered(() => [attach("one", {}, opts)])).one);
  });

  it("fills in the documented defaults, unless they are given", async () => {
    const ess = { scalingGroupId: "asg-1", loadBalancerId: "lb-1", vserverGroupId: "rsp-1", port: 80 };
    const inputs = await registered(
      () => [
        new alicloud.ess.VServerGroupAttachment("default", ess),
        new alicloud.ess.VServerGroupAttachment("given", { ...ess, weight: 0, ifAttached: "adopt" }),
      ],
      { to: "mocks", config: { "pulumi-cloud-attachments:ifAttached": "fail" } },
    );
    const shown = ({ weight, forceAttach, ifAttached }: Inputs) => ({ weight, forceAttach, ifAttached });
    assert.deepEqual(shown(inputs.default as Inputs), { weight: 50, forceAttach: false, ifAttached: "fail" });
    assert.deepEqual(shown(inputs.given as Inputs), { weight: 0, forceAttach: false, ifAttached: "adopt" });
  });

  it("has the type token under which state knows it", async () => {
    const types: string[] = [];
    await pulumi.runtime.setMocks({
      newResource: ({ type, name, inputs }) => {
        types.push(type);
        return { id: name, state: inputs };
      },
      call: () => ({}),
    });
    await new Promise((resolve) => attach("a").urn.apply(resolve));
    assert.deepEqual(types, [typeOf("alicloud/ecs:SecurityGroupAttachment")]);
  });
});
