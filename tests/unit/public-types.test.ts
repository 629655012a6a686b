import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { associations } from "../../providers/associations";
import { root } from "../kit/pulumi-project";

/** What an editor and the compiler make of a program, by the declarations of the built package. */
class Editor {
  readonly #file = join(root, "tests", "a-program.ts");
  readonly #service: ts.LanguageService;

  constructor(readonly text: string) {
    const options: ts.CompilerOptions = {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      skipLibCheck: true,
      types: [],
    };
    const read = (file: string) => (file === this.#file ? text : ts.sys.readFile(file));
    this.#service = ts.createLanguageService({
      getScriptFileNames: () => [this.#file],
      getScriptVersion: () => "1",
      getScriptSnapshot: (file) => {
        const source = read(file);
        return source === undefined ? undefined : ts.ScriptSnapshot.fromString(source);
      },
      getCurrentDirectory: () => dirname(this.#file),
      getCompilationSettings: () => options,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (file) => file === this.#file || ts.sys.fileExists(file),
      readFile: read,
      directoryExists: ts.sys.directoryExists,
      realpath: (file) => ts.sys.realpath?.(file) ?? file,
    });
  }

  /** What is shown over `words`; the tags (`@throws`) are in a part of their own. */
  hover(words: string): { documentation: string; tags: string[] } {
    const at = this.text.indexOf(words);
    const info = this.#service.getQuickInfoAtPosition(this.#file, at + words.length - 1);
    return {
      documentation: ts.displayPartsToString(info?.documentation),
      tags: (info?.tags ?? []).map(({ name }) => name),
    };
  }

  /** The lines, counted from 1, in which the compiler finds fault. */
  faults(): number[] {
    const source = this.#service.getProgram()?.getSourceFile(this.#file);
    const lines = this.#service
      .getSemanticDiagnostics(this.#file)
      .map(({ start = 0 }) => (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1);
    return [...new Set(lines)];
  }
}

const names = Object.entries(associations).map(
  ([page, { token }]) => [page, token.replace(/[/:]/g, ".")] as const,
);

describe("hovering over a constructor", () => {
  const editor = new Editor(
    ['import * as attach from "pulumi-cloud-attachments";']
      .concat(names.map(([, name]) => `new attach.${name}("one", {} as never);`))
      .join("\n"),
  );

  for (const [page, name] of names) {
    it(`${name}: what it is, the smallest example, the id, the rule of the last group, and its page`, () => {
      const { documentation, tags } = editor.hover(`new attach.${name}`);
      assert.match(documentation, /^(Puts|Binds|Attaches) an? .* Additive: /s);
      assert.ok(documentation.includes(`\`\`\`ts\nnew ${name}("`), documentation);
      assert.match(documentation, /\bthe id is `[^`]+`/i);
      assert.match(documentation, /Last\sgroup: /);
      const [, link = ""] = /\[its page\]\(([^)]+)\)/.exec(documentation) ?? [];
      const [cloud = "", product = ""] = name.split(".");
      const target = resolve(root, "providers", cloud, product, link);
      assert.equal(target, join(root, "docs", `${page}.md`));
      assert.ok(existsSync(target));
      assert.deepEqual(tags, []);
    });
  }
});

describe("the types of arguments", () => {
  /** Statements that the compiler takes. */
  const good = [
    'new attach.alicloud.ecs.SecurityGroupAttachment("a", { instanceId: "i-1", securityGroupId: "sg-1" });',
    'new attach.alicloud.ecs.SecurityGroupAttachment("b", { networkInterfaceId: later, securityGroupId: later });',
    'new attach.alicloud.ens.SecurityGroupAttachment("c", { instanceId: later, networkInterfaceId: undefined, securityGroupId: later });',
    'new attach.openstack.compute.SecurityGroupAttachment("d", { instanceId: later, securityGroupName: later, connection });',
    "const ecs: attach.alicloud.ecs.SecurityGroupAttachmentArgs = { instanceId: later, securityGroupId: later, connection };",
    'const group = new attach.alicloud.ecs.SecurityGroupAttachment("e", { ...ecs, region: "cn-beijing" });',
    "export const ends: pulumi.Output<string | undefined>[] = [group.instanceId, group.networkInterfaceId];",
    "export const other: pulumi.Output<string> = group.securityGroupId;",
    'const byId: attach.huaweicloud.ecs.SecurityGroupAttachmentArgs = { instanceId: "i", securityGroupId: "g" };',
    'const byName: attach.opentelekomcloud.compute.SecurityGroupAttachmentArgs = { instanceId: "i", securityGroupName: "g" };',
    'const cvm: attach.tencentcloud.cvm.SecurityGroupAttachmentArgs = { instanceId: "i", securityGroupId: "g" };',
    'const ess: attach.alicloud.ess.VServerGroupAttachmentArgs = { scalingGroupId: "a", loadBalancerId: "l", vserverGroupId: "v", port: 80 };',
    "export const all: attach.CommonInputs[] = [byId, byName, cvm, ess];",
  ];
  /** Statements that it refuses: both of two alternatives, or none. */
  const bad = ["alicloud.ecs", "alicloud.ens"]
    .flatMap((product) => [
      `new attach.${product}.SecurityGroupAttachment("a", { instanceId: "i-1", networkInterfaceId: later, securityGroupId: "sg-1" });`,
      `new attach.${product}.SecurityGroupAttachment("b", { securityGroupId: "sg-1" });`,
    ])
    .concat(
      ["openstack.compute", "huaweicloud.ecs", "opentelekomcloud.compute"].flatMap((product) => [
        `new attach.${product}.SecurityGroupAttachment("c", { instanceId: "i", securityGroupId: later, securityGroupName: "g" });`,
        `new attach.${product}.SecurityGroupAttachment("d", { instanceId: "i" });`,
      ]),
    );
  const preamble = [
    'import * as pulumi from "@pulumi/pulumi";',
    'import * as attach from "pulumi-cloud-attachments";',
    'const later = pulumi.output("later");',
    'const connection: attach.ConnectionInputs = { profile: "work", assumeRole: { roleArn: later } };',
  ];

  it("take one of two alternatives, known or not yet, and give the others as outputs all the same", () => {
    assert.deepEqual(new Editor([...preamble, ...good].join("\n")).faults(), []);
  });

  it("refuse both and none", () => {
    const expected = bad.map((_each, at) => preamble.length + at + 1);
    assert.deepEqual(new Editor([...preamble, ...bad].join("\n")).faults(), expected);
  });

  it("show their documentation, of alternatives, too", () => {
    const editor = new Editor([...preamble, ...good].join("\n"));
    assert.match(
      editor.hover("networkInterfaceId").documentation,
      /Elastic network interface .*A change replaces/s,
    );
    assert.match(editor.hover("securityGroupName").documentation, /Name of the security group/);
  });
});
