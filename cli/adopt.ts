import {
  type AnyAssociation,
  checkInputs,
  fieldsOf,
  outputsOf,
  PACKAGE,
  PROVIDER,
  type Properties,
  printable,
  providerText,
  typeOf,
} from "pulumi-cloud-attachments/core";
import { type Attachment, associationOf, keyOf } from "./attachment";
import { jsonObject } from "./files";
import { UsageError } from "./io";

/** How the program is grouped. */
export type Grouping = "parent" | "group";

/** What was written before: the name of each attachment's resource, by its key. */
export type Adopted = Readonly<Record<string, string>>;

/** What is to be written. */
export interface Adoption {
  /** What comes behind the program that is there; all of it where there is none. */
  program: string;
  /** For `pulumi import --file`: what is new alone, since what is in state cannot be imported again. */
  imports: { resources: ImportedResource[] };
  adopted: Adopted;
  added: number;
}

/** A resource of an import file. */
export interface ImportedResource {
  type: string;
  name: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
}

/**
 * The resources for these attachments.
 *
 * @param before - those that an earlier run wrote: they are left alone, wherever the user has put them since.
 * @param names - names that are in use: two resources of a type cannot have one name.
 */
export function adopt(
  attachments: readonly Attachment[],
  before: Adopted,
  grouping: Grouping,
  names: Iterable<string> = [],
): Adoption {
  const taken = new Set([...names, ...Object.values(before)]);
  const adopted: Record<string, string> = { ...before };
  const resources: ImportedResource[] = [];
  const sections = new Map<string, string[]>();
  for (const attachment of sorted(attachments, grouping)) {
    const key = keyOf(attachment);
    if (Object.hasOwn(adopted, key)) continue;
    const association = associationOf(attachment.type) as AnyAssociation;
    const name = unused(nameFor(attachment), taken);
    adopted[key] = name;
    const title = titleOf(attachment, grouping);
    const section = sections.get(title) ?? [];
    sections.set(title, section);
    section.push(declaration(association, name, attachment));
    resources.push(imported(association, name, attachment));
  }
  const text = [...sections].map(([title, lines]) => `// ${title}\n${lines.join("\n")}\n`).join("\n");
  return { program: text, imports: { resources }, adopted, added: resources.length };
}

/** Imports of the clouds that `program` names, but for those that `before` has; TypeScript takes them anywhere. */
export function importsFor(program: string, before: string): string {
  const used = [...new Set([...program.matchAll(/^new (\w+)\./gm)].map(([, cloud = ""]) => cloud))];
  const ours = before.matchAll(/import\s*\{([^}]*)\}\s*from\s*["']pulumi-cloud-attachments["']/g);
  const imported = [...ours].flatMap(([, names = ""]) => names.split(",").map((name) => name.trim()));
  const isImported = (cloud: string) => imported.includes(cloud);
  const missing = used.filter((cloud) => !isImported(cloud));
  return missing.length > 0 ? `import { ${missing.join(", ")} } from "${PACKAGE}";\n\n` : "";
}

/** What `adopt` wrote beside the program. @throws UsageError for anything else. */
export function adoptedIn(text: string, file: string): Adopted {
  const { adopted } = jsonObject(text, file);
  const isMap =
    typeof adopted === "object" &&
    adopted !== null &&
    Object.values(adopted).every((name) => typeof name === "string");
  if (!isMap) throw new UsageError(`${file} is not what cloud-attachments adopt wrote`);
  return adopted as Adopted;
}

function sorted(attachments: readonly Attachment[], grouping: Grouping): Attachment[] {
  const order = ({ cloud, region, parent, group, id }: Attachment) => {
    const ends = [parent.name ?? parent.id, group];
    return [cloud, region, ...(grouping === "parent" ? ends : ends.reverse()), id].join("\0");
  };
  return attachments
    .map((attachment) => ({ attachment, key: order(attachment) }))
    .sort((one, two) => (one.key < two.key ? -1 : one.key > two.key ? 1 : 0))
    .map(({ attachment }) => attachment);
}

/** `alicloud cn-hangzhou: instance i-1 (web-1)`. What others named is no code: it is one line, whatever is in it. */
function titleOf({ type, region, cloud, args, parent, group }: Attachment, grouping: Grouping): string {
  const { what, where } = associationOf(type)?.describe(args) ?? { what: group, where: parent.id };
  const of = grouping === "parent" ? where : what;
  const name = grouping === "parent" && parent.name ? ` (${parent.name})` : "";
  return printable(`${cloud} ${region}: ${of}${name}`);
}

/** The name of the parent, and what tells its attachments apart. */
function nameFor({ parent, group, args }: Attachment): string {
  const port = args.port === undefined ? "" : `-${args.port}`;
  const name = (parent.name ?? parent.id).normalize("NFKC").replace(/[^\p{L}\p{N}._]+/gu, "-");
  return `${name.replace(/^-+|-+$/g, "").slice(0, 60) || parent.id}-${group}${port}`;
}

function unused(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  taken.add(name);
  return name;
}

/** What a program has to say: identity, settings that are not the default, and the region, whatever the stack's config says. */
function argumentsOf(association: AnyAssociation, { args, region }: Attachment): Properties {
  const own = fieldsOf(association).flatMap(([name, field]) => {
    const value = args[name];
    const isDefault = field.role === "setting" && value === field.default;
    // A name was looked up once; the id says the same without the look-up.
    return value === undefined || isDefault || field.resolvesTo ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(own), region };
}

/** `new alicloud.ecs.SecurityGroupAttachment("web-1-sg-2", { instanceId: "i-1", ... });` */
function declaration(association: AnyAssociation, name: string, attachment: Attachment): string {
  const type = association.token.replace(/[/:]/g, ".");
  const args = Object.entries(argumentsOf(association, attachment)).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)}`,
  );
  const line = `new ${type}(${JSON.stringify(name)}, { ${args.join(", ")} });`;
  if (line.length <= 110) return line;
  return `new ${type}(${JSON.stringify(name)}, {\n${args.map((each) => `  ${each},\n`).join("")}});`;
}

/** Inputs and outputs as a create of this declaration would leave them in state. */
function imported(association: AnyAssociation, name: string, attachment: Attachment): ImportedResource {
  const provider = { [PROVIDER]: providerText(association.token) };
  const { inputs, failures } = checkInputs(association, {
    ...argumentsOf(association, attachment),
    ...provider,
  });
  const [failure] = failures;
  if (failure) throw new UsageError(`${attachment.id}: ${failure.reason}`);
  const { args, incomplete, id } = attachment;
  const seen = { state: "attached", observed: args, ...(incomplete ? { incomplete } : {}) } as const;
  const outputs = outputsOf(association, inputs, inputs, attachment, { seen, confirmed: !incomplete });
  return { type: typeOf(association.token), name, id, inputs, outputs: { ...outputs, ...provider } };
}
