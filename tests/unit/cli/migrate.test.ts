import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackConfig } from "../../../simulator/index";
import { cloudAttachments } from "../../kit/cloud-attachments";
import { simulatorForSuite } from "../../kit/simulator";

const server = (number: number) => `10000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const group = (number: number) => `20000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** An instance of a resource in a state file. Source: version 4 of Terraform's state file (internal/states/statefile/version4.go). */
const instance = (attributes: object, index_key?: string | number, more: object = {}) => ({
  ...(index_key === undefined ? {} : { index_key }),
  schema_version: 0,
  attributes,
  sensitive_attributes: [],
  private: "bnVsbA==",
  ...more,
});
const resource = (type: string, name: string, instances: object[], module?: string) => ({
  ...(module ? { module } : {}),
  mode: "managed",
  type,
  name,
  provider: `provider["registry.terraform.io/vendor/${type.split("_")[0]}"]`,
  instances,
});
const stateFile = (...resources: object[]) =>
  JSON.stringify({
    version: 4,
    terraform_version: "1.9.8",
    serial: 7,
    lineage: "0b7c9a4e-0000-4000-8000-000000000000",
    outputs: {},
    resources,
    check_results: null,
  });

/**
 * Attributes by the vendors' pages: `alicloud_ess_scalinggroup_vserver_groups`, `alicloud_ens_instance_security_group_attachment`,
 * `tencentcloud_cvm_security_group_attachment`, and the argument references of the instances.
 */
const vserverGroups = {
  id: "asg-bp1api",
  scaling_group_id: "asg-bp1api",
  force: true,
  vserver_groups: [
    {
      loadbalancer_id: "lb-bp1foreign",
      vserver_attributes: [{ vserver_group_id: "rsp-bp1foreign", port: 8080, weight: 60 }],
    },
  ],
};
const ens = (number: string) => ({
  id: `i-5ens${number}:sg-5ensdefault`,
  instance_id: `i-5ens${number}`,
  security_group_id: "sg-5ensdefault",
});
const cvm = (instanceId: string, securityGroupId: string) => ({
  id: `${instanceId}#${securityGroupId}`,
  instance_id: instanceId,
  security_group_id: securityGroupId,
});

const everyVendor = stateFile(
  resource("alicloud_ess_scalinggroup_vserver_groups", "api", [instance(vserverGroups)]),
  resource(
    "alicloud_ens_instance_security_group_attachment",
    "edge",
    [instance(ens("01"), 0), instance(ens("02"), 1)],
    'module.edge["north.1"]',
  ),
  resource(
    "tencentcloud_cvm_security_group_attachment",
    "app",
    [instance(cvm("ins-foreign1", "sg-foreign1"), 'a"]%{b}')],
    "module.apps[0].module.one",
  ),
  resource("alicloud_instance", "web", [
    instance({
      id: "i-bp1foreign",
      instance_name: "web",
      security_groups: ["sg-bp1default", "sg-bp1foreign"],
    }),
  ]),
  resource("alicloud_ecs_network_interface", "second", [
    instance({ id: "eni-bp1web01", security_group_ids: ["sg-bp1default"] }),
  ]),
  resource("tencentcloud_instance", "web", [
    instance({
      id: "ins-web00001",
      instance_name: "web-01",
      security_groups: ["sg-default1"],
      orderly_security_groups: ["sg-default1"],
    }),
  ]),
  resource("huaweicloud_compute_instance", "web", [
    instance({
      id: server(1),
      name: "web-01",
      region: "cn-north-4",
      security_group_ids: [group(1)],
      security_groups: ["default"],
    }),
  ]),
  resource("opentelekomcloud_compute_instance_v2", "web", [
    instance({ id: server(1), name: "web-01", region: "eu-de", security_groups: ["default"] }),
  ]),
  resource("opentelekomcloud_ecs_instance_v1", "old", [
    instance({ id: server(2), name: "web-02", security_groups: [group(1)] }),
  ]),
  resource("openstack_compute_instance_v2", "web", [
    instance({
      id: server(24),
      name: "foreign",
      region: "RegionOne",
      security_groups: ["default", "monitoring"],
    }),
  ]),
  // None of these attaches anything that is the stack's.
  { ...resource("tencentcloud_instance", "read", [instance({ id: "ins-web00002" })]), mode: "data" },
  resource("alicloud_instance", "empty", [instance({ id: "i-bp1web02", security_groups: [] })]),
  resource("alicloud_vpc", "main", [instance({ id: "vpc-1" })]),
);

const everyBlock = [
  "alicloud_ess_scalinggroup_vserver_groups.api",
  'module.edge["north.1"].alicloud_ens_instance_security_group_attachment.edge[0]',
  'module.edge["north.1"].alicloud_ens_instance_security_group_attachment.edge[1]',
  'module.apps[0].module.one.tencentcloud_cvm_security_group_attachment.app["a\\"]%%{b}"]',
  "alicloud_instance.web",
  "alicloud_ecs_network_interface.second",
  "tencentcloud_instance.web",
  "huaweicloud_compute_instance.web",
  "opentelekomcloud_compute_instance_v2.web",
  "opentelekomcloud_ecs_instance_v1.old",
  "openstack_compute_instance_v2.web",
];

const everyAttachment = [
  "alicloud/ess:VServerGroupAttachment asg-bp1api:lb-bp1foreign:rsp-bp1foreign:8080",
  "alicloud/ens:SecurityGroupAttachment i-5ens01:sg-5ensdefault",
  "alicloud/ens:SecurityGroupAttachment i-5ens02:sg-5ensdefault",
  "tencentcloud/cvm:SecurityGroupAttachment ins-foreign1#sg-foreign1",
  "alicloud/ecs:SecurityGroupAttachment i-bp1foreign:sg-bp1default",
  "alicloud/ecs:SecurityGroupAttachment i-bp1foreign:sg-bp1foreign",
  "alicloud/ecs:SecurityGroupAttachment eni-bp1web01:sg-bp1default",
  "tencentcloud/cvm:SecurityGroupAttachment ins-web00001#sg-default1",
  `huaweicloud/ecs:SecurityGroupAttachment ${server(1)}/${group(1)}`,
  `opentelekomcloud/compute:SecurityGroupAttachment ${server(1)}/${group(1)}`,
  `opentelekomcloud/compute:SecurityGroupAttachment ${server(2)}/${group(1)}`,
  `openstack/compute:SecurityGroupAttachment ${server(24)}/${group(1)}`,
  `openstack/compute:SecurityGroupAttachment ${server(24)}/${group(4)}`,
];

/** What `terraform show -json` prints of {@link everyVendor}. Source: Terraform, "JSON Output Format", "State Representation". */
function shown(): string {
  const { resources } = JSON.parse(everyVendor) as {
    resources: {
      module?: string;
      mode: string;
      type: string;
      name: string;
      instances: { attributes: object }[];
    }[];
  };
  const all = resources
    .flatMap(({ instances, ...rest }) => instances.map(({ attributes: values }) => ({ ...rest, values })))
    .map((each, at) => ({ ...each, address: everyBlock[at] ?? `${each.type}.${each.name}` }));
  const inModule = (module?: string) =>
    all.filter((each) => each.module === module).map(({ module: _, ...each }) => each);
  const [north, one] = ['module.edge["north.1"]', "module.apps[0].module.one"];
  const child_modules = [
    // It has no resource of its own.
    { address: "module.apps[0]", child_modules: [{ address: one, resources: inModule(one) }] },
    { address: north, resources: inModule(north) },
  ];
  const root_module = { resources: inModule(), child_modules };
  return JSON.stringify({ format_version: "1.0", terraform_version: "1.9.8", values: { root_module } });
}

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const urnOf = (type: string, name: string) => `urn:pulumi:s::p::${type}::${name}`;
const CVM = "tencentcloud:Cvm/securityGroupAttachment:SecurityGroupAttachment";
const inStack = (type: string, name: string, inputs: object, more: object = {}) => ({
  urn: urnOf(type, name),
  custom: true,
  id: name,
  type,
  inputs: { __defaults: [], ...inputs },
  outputs: inputs,
  ...more,
});
const stack = (...resources: object[]) => JSON.stringify({ version: 3, deployment: { resources } });
const foreign = { instanceId: "ins-foreign1", securityGroupId: "sg-foreign1" };

describe("cloud-attachments migrate", () => {
  const simulator = simulatorForSuite();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cloud-attachments-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const configured = () =>
    Object.entries(stackConfig(simulator.endpoints)).flatMap(([key, value]) => [
      "--config",
      `${key}=${value}`,
    ]);
  const run = (input: string, ...args: string[]) =>
    cloudAttachments(["migrate", "-", ...args, ...configured()], { cwd: folder, input });

  interface Told {
    complete: boolean;
    resources: {
      address: string;
      obstacle?: string;
      attachments: { type: string; id: string; args: Record<string, unknown>; region: string }[];
    }[];
    steps: { step: string; edits: string[]; commands: string[][] }[];
    program: string;
  }
  async function told(input: string, ...args: string[]): Promise<Told & { code: number; err: string }> {
    const { code, out, err } = await run(input, "--json", ...args);
    assert.notEqual(out, "", err);
    return { ...(JSON.parse(out) as Told), code, err };
  }
  const idsOf = ({ resources }: Told) =>
    resources.flatMap(({ attachments }) => attachments.map(({ type, id }) => `${type} ${id}`));
  const obstaclesOf = ({ resources }: Told) =>
    Object.fromEntries(resources.map(({ address, obstacle }) => [address, obstacle]));

  it("finds what every vendor's resource attaches: in a state file, modules, counts and keys included", async () => {
    const moves = await told(everyVendor);
    assert.equal(moves.code, 0, moves.err);
    assert.deepEqual(
      moves.resources.map(({ address }) => address),
      everyBlock,
    );
    assert.deepEqual(idsOf(moves), everyAttachment);
    assert.ok(simulator.journal.every(({ kind }) => kind !== "write"));
  });

  it("finds the same in what terraform show -json prints", async () => {
    const [file, json] = [await told(everyVendor), await told(shown())];
    const sorted = (moves: Told) => moves.resources.sort((one, two) => (one.address < two.address ? -1 : 1));
    assert.deepEqual(sorted(json), sorted(file));
    assert.deepEqual(
      json.steps.map(({ commands }) => commands),
      file.steps.map(({ commands }) => commands),
    );
  });

  it("tells how Terraform forgets without destroying, a block once, and what an instance ignores", async () => {
    const { steps, program } = await told(everyVendor);
    const [adopts, forgets] = steps;
    assert.deepEqual(adopts?.commands, [
      ["cloud-attachments", "verify"],
      ["pulumi", "up"],
    ]);
    assert.deepEqual(forgets?.commands, [
      ["terraform", "plan"],
      ["terraform", "apply"],
    ]);
    const edits = forgets?.edits ?? [];
    const block = "module.edge.alicloud_ens_instance_security_group_attachment.edge";
    assert.deepEqual(
      edits.filter((edit) => edit.includes("edge")),
      [`in place of ${block}:\nremoved {\n  from = ${block}\n  lifecycle { destroy = false }\n}`],
    );
    assert.ok(edits.some((edit) => edit.includes("from = module.apps.module.one.tencentcloud_cvm")));
    const ignored = edits.flatMap((edit) => (edit.startsWith("give ") ? [edit] : []));
    assert.deepEqual(ignored, [
      "give alicloud_instance.web: lifecycle { ignore_changes = [security_groups] }",
      "give alicloud_ecs_network_interface.second: lifecycle { ignore_changes = [security_group_ids] }",
      "give tencentcloud_instance.web: lifecycle { ignore_changes = [orderly_security_groups, security_groups] }",
      "give huaweicloud_compute_instance.web: lifecycle { ignore_changes = [security_group_ids, security_groups] }",
      "give opentelekomcloud_compute_instance_v2.web: lifecycle { ignore_changes = [security_groups] }",
      "give opentelekomcloud_ecs_instance_v1.old: lifecycle { ignore_changes = [security_groups] }",
      "give openstack_compute_instance_v2.web: lifecycle { ignore_changes = [security_groups] }",
    ]);
    // The weight that is there, not the one in the vendor's state: another one would detach and attach.
    assert.match(program, /vserverGroupId: "rsp-bp1foreign",\n {2}port: 8080,\n {2}weight: 100,/);
    assert.match(program, /^import \{ [\w, ]*tencentcloud[\w, ]* \} from "pulumi-cloud-attachments";$/m);
  });

  it("leaves a resource alone that has anything not attached, and all of its block, and ends with 2", async () => {
    const moves = await told(
      stateFile(
        resource("tencentcloud_cvm_security_group_attachment", "app", [
          instance(cvm("ins-foreign1", "sg-foreign1"), 0),
          instance(cvm("ins-web00001", "sg-foreign1"), 1),
        ]),
        resource("tencentcloud_cvm_security_group_attachment", "nowhere", [
          instance(cvm("ins-nowhere1", "sg-foreign1")),
        ]),
        resource("openstack_compute_instance_v2", "web", [
          instance({ id: server(24), security_groups: ["default", "monitoring", "no such group"] }),
        ]),
        resource("alicloud_ens_instance_security_group_attachment", "edge", [instance(ens("01"))]),
      ),
    );
    assert.equal(moves.code, 2);
    assert.equal(moves.complete, false);
    const { "openstack_compute_instance_v2.web": unknown, ...others } = obstaclesOf(moves);
    assert.deepEqual(others, {
      "tencentcloud_cvm_security_group_attachment.app[0]":
        "tencentcloud_cvm_security_group_attachment.app[1], of the same block, cannot be moved",
      "tencentcloud_cvm_security_group_attachment.app[1]":
        "security group sg-foreign1 is not attached to instance ins-web00001",
      "tencentcloud_cvm_security_group_attachment.nowhere": "instance ins-nowhere1 does not exist",
      "alicloud_ens_instance_security_group_attachment.edge": undefined,
    });
    assert.match(unknown ?? "", /no security group named "no such group"/);
    assert.deepEqual(idsOf(moves), ["alicloud/ens:SecurityGroupAttachment i-5ens01:sg-5ensdefault"]);
    assert.ok(!moves.steps.some(({ edits }) => edits.some((edit) => /tencentcloud|openstack/.test(edit))));
    assert.match(
      moves.err,
      /^tencentcloud_\S+\.nowhere stays as it is: instance ins-nowhere1 does not exist$/m,
    );
  });

  it("leaves alone what waits to be deleted, and what cannot be read", async () => {
    const deposed = await told(
      stateFile(
        resource("tencentcloud_cvm_security_group_attachment", "app", [
          instance(cvm("ins-foreign1", "sg-foreign1")),
          instance(cvm("ins-foreign1", "sg-foreign1"), undefined, { deposed: "0a1b2c3d" }),
        ]),
        resource("tencentcloud_instance", "old", [{ schema_version: 0, attributes_flat: { id: "ins-1" } }]),
        resource("alicloud_ens_instance_security_group_attachment", "half", [
          instance({ instance_id: "i-5ens01" }),
        ]),
      ),
    );
    assert.equal(deposed.code, 2);
    const reasons = deposed.resources.map(({ obstacle }) => obstacle ?? "");
    assert.match(reasons[0] ?? "", /of the same block/);
    assert.match(reasons[1] ?? "", /waits to be deleted/);
    assert.match(reasons[2] ?? "", /cannot be read .*terraform apply -refresh-only/);
    assert.match(reasons[3] ?? "", /securityGroupId is required/);

    const encrypted = { ...SECRET, ciphertext: "v1:00:00" };
    const left = await told(
      stack(
        inStack(CVM, "twice", foreign),
        inStack(CVM, "twice", foreign, { delete: true }),
        inStack(CVM, "secret", { ...foreign, instanceId: encrypted }),
      ),
    );
    assert.equal(left.code, 2);
    assert.match(obstaclesOf(left)[urnOf(CVM, "twice")] ?? "", /waits to be deleted/);
    assert.match(obstaclesOf(left)[urnOf(CVM, "secret")] ?? "", /encrypted in - \(hint: .*--show-secrets\)/);
  });

  it("finds what a stack's resources attach, in the region of their provider, and by types of added packages, too", async () => {
    const provider = urnOf("pulumi:providers:tencentcloud", "singapore");
    const added = "tencentcloud:index/cvmSecurityGroupAttachment:CvmSecurityGroupAttachment";
    const moves = await told(
      stack(
        inStack("pulumi:providers:tencentcloud", "singapore", { region: "ap-singapore" }),
        inStack(
          added,
          "far",
          { instanceId: "ins-sgp00001", securityGroupId: "sg-default2" },
          { provider: `${provider}::0f3b5f0e-0000-4000-8000-000000000000` },
        ),
        inStack(CVM, "app", { ...foreign, instanceId: { ...SECRET, plaintext: '"ins-foreign1"' } }),
        inStack(
          "tencentcloud:Instance/instance:Instance",
          "read",
          { securityGroups: ["sg-default1"] },
          {
            external: true,
          },
        ),
        inStack("alicloud:ecs/instance:Instance", "i-bp1foreign", {
          instanceName: "shop/1",
          securityGroups: ["sg-bp1foreign"],
        }),
        // Its list is not the program's: the vendor's read filled it in.
        {
          ...inStack("openstack:compute/instance:Instance", server(1), {}),
          outputs: { securityGroups: ["default"] },
        },
      ),
    );
    assert.equal(moves.code, 0, moves.err);
    assert.deepEqual(idsOf(moves), [
      "tencentcloud/cvm:SecurityGroupAttachment ins-sgp00001#sg-default2",
      "tencentcloud/cvm:SecurityGroupAttachment ins-foreign1#sg-foreign1",
      "alicloud/ecs:SecurityGroupAttachment i-bp1foreign:sg-bp1foreign",
    ]);
    assert.match(moves.program, /new alicloud.ecs.SecurityGroupAttachment\("shop-1-sg-bp1foreign"/);
    assert.deepEqual(moves.steps[0]?.edits, [
      `give "far" (${added}) retainOnDelete: true`,
      `give "app" (${CVM}) retainOnDelete: true`,
      'give "i-bp1foreign" (alicloud:ecs/instance:Instance) ignoreChanges: ["securityGroups"]',
      'import "./attachments";',
    ]);
    assert.deepEqual(moves.steps[1]?.edits, [`take out "far" (${added})`, `take out "app" (${CVM})`]);
    assert.deepEqual(moves.steps[1]?.commands, [
      ["cloud-attachments", "migrate"],
      ["pulumi", "up"],
    ]);
  });

  it("tells of the last step alone once the state says that the vendor's resource lets go, and ours is there", async () => {
    const first = await run(stack(inStack(CVM, "app", foreign)), "--write");
    assert.equal(first.code, 0, first.err);
    const { resources } = JSON.parse(readFileSync(join(folder, "attachments.ts.import.json"), "utf8")) as {
      resources: { type: string; name: string }[];
    };
    const ours = resources.map((each) => ({ ...each, urn: urnOf(each.type, each.name) }));
    const stepsWith = async (more: object) =>
      (await told(stack(inStack(CVM, "app", foreign, more), ...ours))).steps.map(({ edits }) => edits);
    const last = [`take out "app" (${CVM})`];
    const give = (options: string) => [[`give "app" (${CVM}) ${options}`], last];
    assert.deepEqual(await stepsWith({ retainOnDelete: true }), [last]);
    // A protected resource cannot be deleted, kept or not.
    assert.deepEqual(await stepsWith({ retainOnDelete: true, protect: true }), give("protect: false"));
    assert.deepEqual(await stepsWith({ protect: true }), give("retainOnDelete: true, protect: false"));
    assert.deepEqual(await stepsWith({}), give("retainOnDelete: true"));

    const web = (ignoreChanges: string[]) =>
      stack(
        inStack(
          "alicloud:ecs/instance:Instance",
          "i-bp1foreign",
          { securityGroups: ["sg-bp1foreign"] },
          {
            ignoreChanges,
          },
        ),
      );
    const edits = async (text: string) => (await told(text)).steps.flatMap((step) => step.edits);
    for (const enough of ["securityGroups", "*"]) {
      assert.deepEqual(await edits(web([enough])), ['import "./attachments";']);
    }
    assert.equal(
      (await edits(web(["tags"])))[0],
      'give "i-bp1foreign" (alicloud:ecs/instance:Instance) ignoreChanges: ["tags","securityGroups"]',
    );
  });

  it("writes nothing unless --write is given, then what adopt writes, and touches no line of it again", async () => {
    const state = stateFile(
      resource("tencentcloud_cvm_security_group_attachment", "app", [
        instance(cvm("ins-foreign1", "sg-foreign1")),
      ]),
    );
    const printed = await run(state);
    assert.equal(printed.code, 0, printed.err);
    assert.deepEqual(readdirSync(folder), []);
    assert.match(printed.out, /^RESOURCE +CLOUD/);
    assert.match(printed.out, /^1\. Adopt/m);
    assert.match(printed.out, /^attachments\.ts, which --write writes:$/m);

    const written = await run(state, "--write");
    assert.equal(written.code, 0, written.err);
    const program = readFileSync(join(folder, "attachments.ts"), "utf8");
    assert.ok(printed.out.endsWith(program));
    assert.ok(existsSync(join(folder, "attachments.ts.adopted.json")));
    const edited = program.replace('"ins-foreign1-sg-foreign1"', '"mine"');
    writeFileSync(join(folder, "attachments.ts"), edited);
    assert.equal((await run(state, "--write")).code, 0);
    assert.equal(readFileSync(join(folder, "attachments.ts"), "utf8"), edited);

    rmSync(join(folder, "attachments.ts.adopted.json"));
    const refused = await run(state, "--write");
    assert.equal(refused.code, 2);
    assert.match(refused.err, /nothing was written/);
  });

  it("takes the pairs of a list that are chosen, and a resource or a block of attachments whole", async () => {
    const choose = async (...args: string[]) =>
      idsOf(await told(everyVendor, ...args)).map((id) => id.split(" ")[1]);
    assert.deepEqual(await choose("--group", "sg-bp1foreign"), ["i-bp1foreign:sg-bp1foreign"]);
    assert.deepEqual(await choose("--parent", "i-5ens01"), [
      "i-5ens01:sg-5ensdefault",
      "i-5ens02:sg-5ensdefault",
    ]);
    assert.deepEqual(await choose("--group", "monitoring"), [`${server(24)}/${group(4)}`]);
    assert.deepEqual(await choose("--type", "alicloud/ess"), [
      "asg-bp1api:lb-bp1foreign:rsp-bp1foreign:8080",
    ]);
    assert.deepEqual(await choose("--cloud", "huaweicloud"), [`${server(1)}/${group(1)}`]);
  });

  it("says which groups up would put on more network interfaces", async () => {
    const ports = Object.values(simulator.world.openstack.ports).filter(
      ({ serverId }) => serverId === server(21),
    );
    ports[0]?.securityGroupIds.push(group(2));
    const { steps } = await told(
      stateFile(
        resource("openstack_compute_instance_v2", "two", [
          instance({ id: server(21), security_groups: ["web"] }),
        ]),
      ),
    );
    assert.match(steps[0]?.step ?? "", /1 of them are not on all network interfaces yet/);
    ports[0]?.securityGroupIds.pop();
  });

  it("tells what is no state in one line, and of a state without anything to move", async () => {
    const cases: [string, RegExp][] = [
      ["nonsense", /^- is not JSON$/],
      ["[]", /^- is not a JSON object$/],
      ["{}", /^- is neither what pulumi stack export prints nor a state of Terraform/],
      [JSON.stringify({ format_version: "1.2", planned_values: {} }), /^- is a plan, not a state \(hint: /],
      [
        JSON.stringify({ version: 3, terraform_version: "0.11.14" }),
        /^- is a state file of version 3; known is 4/,
      ],
      [
        JSON.stringify({ version: 3, checkpoint: { latest: {} } }),
        /^- is neither what pulumi stack export prints/,
      ],
    ];
    for (const [text, message] of cases) {
      const { code, out, err } = await run(text, "--write");
      assert.equal(code, 2, text);
      assert.equal(out, "");
      assert.match(err.trimEnd(), message);
    }
    for (const empty of [stack(), stateFile(), JSON.stringify({ format_version: "1.0" })]) {
      const { code, out, err } = await run(empty, "--write");
      assert.deepEqual([code, out], [0, ""]);
      assert.match(err, /^- holds no resource of a vendor that could be moved\n$/);
    }
    // Parts that have another form than Terraform's or Pulumi's are passed over, not stumbled upon.
    const odd = ["x", 1, null, [], {}];
    for (const each of odd) {
      for (const text of [
        JSON.stringify({ deployment: { resources: [each] } }),
        JSON.stringify({ version: 4, resources: [each, { instances: [each] }] }),
        JSON.stringify({
          format_version: "1.0",
          values: { root_module: { resources: [each], child_modules: [each] } },
        }),
      ]) {
        const { code, err } = await run(text);
        assert.equal(code, 0, text + err);
      }
    }
    assert.deepEqual(readdirSync(folder), []);
    const two = await run(stack(), "--region", "a,b");
    assert.equal(two.code, 2);
    assert.match(two.err, /--region takes one region here/);
  });

  it("ends with 2 and moves nothing where a cloud cannot be asked", async () => {
    const state = stack(inStack(CVM, "app", foreign));
    const wrong = ["--config", "tencentcloud:secretKey=wrong"];
    const io = { cwd: folder, input: state };
    const { code, out, err } = await cloudAttachments(
      ["migrate", "-", "--write", ...configured(), ...wrong],
      io,
    );
    assert.equal(code, 2);
    assert.equal(out, "");
    assert.match(err, /app stays as it is: looking for security group sg-foreign1 on .*AuthFailure/);
    assert.deepEqual(readdirSync(folder), []);
  });
});
