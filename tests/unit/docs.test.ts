import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { associations } from "../../providers/associations";
import { commonFields } from "../../providers/core/contract/fields";
import { pluralOf } from "../../providers/core/contract/plural";
import { typeOf } from "../../providers/core/contract/provider-text";
import type { SettingTable } from "../../providers/core/util/settings";

const root = path.join(__dirname, "..", "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
const isThere = (file: string) => fs.existsSync(path.join(root, file));

const inDocs = fs.readdirSync(path.join(root, "docs")).filter((name) => name.endsWith(".md"));
const pages = inDocs.map((name) => `docs/${name}`);
const guides = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  "RELEASING.md",
];
const readmes = ["providers/README.md", "simulator/README.md", "cli/README.md", "examples/README.md"];
const documents = [...guides, ...readmes, ...pages];

const FENCE = /^```(\w*)\n(.*?)^```$/gms;
/** A link to a file of the repository as readers of a package need it, who have that README alone. */
const REPOSITORY = "https://github.com/pulumi-cloud-attachments/pulumi-cloud-attachments";
const OWN = new RegExp(`^${REPOSITORY}/(?:blob|tree)/main/(.+)$`);

const prose = (markdown: string) => markdown.replace(FENCE, "");

/** Every file of the repository that somebody wrote. */
function written(folder = "."): string[] {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (/^(node_modules|dist|\.git|package-lock\.json)$/.test(entry.name)) return [];
    if (entry.isDirectory()) return written(file);
    return entry.isFile() && !/\.(tgz|log|tsbuildinfo)$/.test(entry.name) ? [file] : [];
  });
}

function sourcesOf(folder: string): string {
  const files = written(folder).filter((file) => file.endsWith(".ts"));
  return files.map(read).join("\n");
}

describe("documentation", () => {
  it("type-checks: every example in TypeScript", () => {
    const files = new Map([[path.join(root, "docs", "preamble.d.ts"), PREAMBLE]]);
    for (const document of documents) {
      for (const [at, [, language, code = ""]] of [...read(document).matchAll(FENCE)].entries()) {
        if (language !== "ts") continue;
        // One that says where it belongs is checked there, a name alone among all others of docs; the rest are programs.
        const [, place] = /^\/\/ (\S+\.ts)\n/.exec(code) ?? [];
        const name = place ?? `${document.replace(/\W/g, "-")}-${at + 1}.mts`;
        const file = path.join(root, name.includes("/") ? "" : "docs", name);
        assert.ok(!files.has(file), `${document}: another example is named ${name}`);
        files.set(file, code);
      }
    }
    assert.ok(files.size > documents.length, "the examples were not found");
    assert.deepEqual(typeCheck(files), []);
  });

  for (const document of documents) {
    it(`${document}: every link leads somewhere`, () => {
      for (const [, target = ""] of prose(read(document)).matchAll(/\]\(([^)\s]+)\)/g)) {
        const [, own] = OWN.exec(target) ?? [];
        if (own === undefined && /^https:\/\//.test(target)) {
          assert.ok(URL.canParse(target), target);
          continue;
        }
        const [file = "", anchor] = (own ?? target).split("#");
        const linked =
          own !== undefined ? file : file === "" ? document : path.join(path.dirname(document), file);
        assert.ok(isThere(linked), `${target} does not exist`);
        if (anchor !== undefined)
          assert.ok(anchorsOf(read(linked)).includes(anchor), `${target}: no such heading`);
      }
    });
  }

  it("README: less than a thousand words", () => {
    assert.ok(read("README.md").split(/\s+/).length < 1_000);
  });

  it("docs/README.md: a link to every page", () => {
    const index = read("docs/README.md");
    for (const name of inDocs) assert.ok(name === "README.md" || index.includes(`](${name}`), name);
  });

  it("names the type of every resource", () => {
    const rows = read("docs/testing.md").split("\n");
    const forms = Object.values(associations).flatMap((single) => [single, pluralOf(single)]);
    for (const { token } of forms) {
      const row = `| \`${token.replace(/[/:]/g, ".")}\` | \`${typeOf(token)}\` |`;
      assert.ok(rows.includes(row), row);
    }
  });

  it("sets no config that nothing reads", () => {
    const known = Object.values(associations).flatMap(({ cloud }) =>
      Object.values(cloud.settings as SettingTable).map(({ config }) => config?.split(".")[0]),
    );
    const commands = documents.flatMap((file) => [
      ...read(file).matchAll(/config set (?:--\S+ )*'?(\w+:\w+)/g),
    ]);
    assert.ok(commands.length > 12);
    for (const [, key = ""] of commands) assert.ok(known.includes(key), key);
  });

  it("names the settings of all clouds that code reads past their tables", () => {
    const named = read("docs/configuration.md");
    const pattern = /"((?:PULUMI_CLOUD_ATTACHMENTS_[A-Z_]+|pulumi-cloud-attachments:\w+))"/g;
    const found = [...sourcesOf("providers").matchAll(pattern)].map(([, name = ""]) => name);
    assert.ok(found.length > 3);
    for (const name of found) assert.ok(named.includes(name), `docs/configuration.md does not name ${name}`);
  });

  it("promises no environment variable that nothing reads", () => {
    const code = sourcesOf("providers");
    for (const [, name = ""] of read("docs/configuration.md").matchAll(/`\$?((?:[A-Z]+_)+[A-Z]+)`/g)) {
      assert.ok(code.includes(name) || name === "NODE_EXTRA_CA_CERTS", name);
    }
  });

  it("is in the package as it is in the repository", () => {
    for (const file of ["LICENSE", "CHANGELOG.md"]) assert.equal(read(`providers/${file}`), read(file));
  });

  it("says nothing of the place it was written at", () => {
    const unwanted = /\/wor[k]\/|\/roo[t]\/|\bfact[s]\/|\bnpm[j]s\b|\bpython[h]osted\b|proxy\.golan[g]/;
    for (const file of written()) {
      const line = read(file)
        .split("\n")
        .find((text) => unwanted.test(text));
      assert.equal(line, undefined, file);
    }
  });
});

for (const association of Object.values(associations)) {
  const name = association.token.replace(/[/:]/g, ".");

  describe(`documentation of ${name}`, () => {
    const page = pages.find((file) => read(file).startsWith(`# ${name}\n`)) ?? "";
    const text = page && read(page);

    it("has a page, and a row in both READMEs", () => {
      assert.ok(page, `no page in docs/ begins with "# ${name}"`);
      for (const [readme, link] of [
        ["README.md", page],
        ["providers/README.md", `${REPOSITORY}/blob/main/${page}`],
      ] as const) {
        const row = read(readme)
          .split("\n")
          .find((line) => line.startsWith(`| \`${name}\` `));
        assert.ok(row?.includes(`(${link})`), `${readme} has no row for ${name} with a link to ${page}`);
      }
    });

    it("has a project to run", () => {
      const example = `examples/${path.basename(page, ".md")}/index.ts`;
      for (const [document, link] of [
        ["README.md", example],
        [page, `../${example}`],
      ] as const) {
        assert.ok(read(document).includes(`(${link})`), `${document} has no link to ${example}`);
      }
    });

    it("has the same parts as the others", () => {
      assert.ok(text.split("\n")[2]?.startsWith("Additive"), "the first line says what it is");
      const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      assert.deepEqual(headings, [
        "Example",
        "Arguments",
        "Many at once",
        "Outputs",
        "Permissions",
        "Conflicts",
        "Behaviour",
        "When it fails",
        "Sources",
      ]);
    });

    it("names every argument, and what a change of it does", () => {
      const rows = (text.split("## Arguments")[1] ?? "").split("##")[0]?.split("\n") ?? [];
      const fields = { ...(association.fields as Record<string, { role: string }>), ...commonFields };
      for (const [field, { role }] of Object.entries(fields)) {
        const row = rows.find((line) => line.startsWith(`| \`${field}\` |`));
        assert.ok(row, `no row for ${field}`);
        assert.match(row, role === "identity" ? /\| replaces \|$/ : /\| updates in place/, field);
      }
      const known = Object.keys(fields).length;
      assert.equal(
        rows.filter((line) => line.startsWith("| `")).length,
        known,
        "it lists arguments that do not exist",
      );
    });

    it("names the plural form, and its lists", () => {
      const section = (text.split("## Many at once")[1] ?? "").split("\n## ")[0] ?? "";
      assert.ok(section.includes(`new attach.${name}s(`));
      for (const list of Object.keys(association.plural)) assert.ok(section.includes(`\`${list}\``), list);
    });

    it("quotes hints as the code has them", () => {
      // A hint that is put together stands whole in what the errors layer produces.
      const code = sourcesOf("providers").replace(/"\s*\+\s*"/g, "") + read("tests/errors/golden.md");
      for (const [, hint = ""] of text.matchAll(/hint: ([^`|]+)/g)) {
        const own = hint
          .replace(/; if it only takes longer, raise customTimeouts\.\w+$|\)$/, "")
          .replace(/the action [\w:]+/, "this action")
          .trim();
        assert.ok(code.includes(own), `no error says: ${own}`);
      }
    });
  });
}

/** The anchors that headings get on the web. */
function anchorsOf(markdown: string): string[] {
  return [...prose(markdown).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** What is wrong with these files, most of which exist only here. */
function typeCheck(files: Map<string, string>): string[] {
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  Object.assign(options, { composite: false, declaration: false, noEmit: true });
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => files.has(path.normalize(file)) || fileExists(file);
  host.readFile = (file) => files.get(path.normalize(file)) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = files.get(path.normalize(file));
    return text === undefined
      ? getSourceFile(file, version, ...rest)
      : ts.createSourceFile(file, text, version, true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    const where = file ? `${path.relative(root, file.fileName)}:${line}` : "";
    return `${where} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

/** What examples take for granted: ids, and the vendors' packages, which are not installed here. */
const PREAMBLE = `
declare const instanceId: string, networkInterfaceId: string, securityGroupId: string;
declare const scalingGroupId: string, loadBalancerId: string, vserverGroupId: string;
declare const vpcId: string, imageId: string, instanceType: string, vswitchId: string, baseGroupId: string;

declare module "vendors" {
  import * as pulumi from "@pulumi/pulumi";
  class Resource extends pulumi.CustomResource {
    constructor(name: string, args: Record<string, unknown>, opts?: pulumi.CustomResourceOptions);
  }
}
declare module "@pulumi/alicloud" {
  import { Resource } from "vendors";
  namespace ecs {
    class Instance extends Resource {}
    class SecurityGroup extends Resource {}
  }
  namespace ens {
    class InstanceSecurityGroupAttachment extends Resource {}
    class SecurityGroup extends Resource {}
  }
  namespace ess {
    class ScalingGroupVServerGroups extends Resource {}
  }
  namespace slb {
    class Listener extends Resource {}
    class ServerGroup extends Resource {}
  }
}
declare module "@pulumi/tencentcloud" {
  import { Resource } from "vendors";
  class CvmSecurityGroupAttachment extends Resource {}
}
declare module "@pulumi/openstack" {
  import { Resource } from "vendors";
  namespace compute {
    class Instance extends Resource {}
  }
  namespace networking {
    class SecGroup extends Resource {}
  }
}
`;
