import {
  type AnyAssociation,
  asFound,
  asOneList,
  type Connection,
  fieldsOf,
  type InState,
  MOST_PAIRS,
  PACKAGE,
  type Properties,
  pluralOf,
  printable,
  typeOf,
} from "pulumi-cloud-attachments/core";
import { type Attachment, associationOf, keyOf } from "./attachment";
import { jsonObject } from "./files";
import { UsageError } from "./io";

/** How the program is grouped. */
export type Grouping = "parent" | "group";

/** How attachments become resources. */
export interface Layout {
  by: Grouping;
  /** From so many attachments of one parent or group on, they are one plural resource. */
  listsFrom: number;
  /** The login of the resources, where it is not the stack's. */
  connection?: Connection;
}

/** More single resources of one parent or group read worse than a list: see docs/one-or-many.md. */
export const LISTS_FROM = 10;

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
  /** How many of them an earlier run would have put into a list, by the name of that. */
  listable: ReadonlyMap<string, number>;
}

/** A resource of an import file. */
export interface ImportedResource extends InState {
  type: string;
  name: string;
}

/** A resource of the program: one attachment, or the list of several. */
interface Declaration {
  association: AnyAssociation;
  name: string;
  args: Properties;
  members: readonly Attachment[];
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
  layout: Layout,
  names: Iterable<string> = [],
): Adoption {
  const taken = new Set([...names, ...Object.values(before)]);
  const unique = new Map(attachments.map((attachment) => [keyOf(attachment), attachment]));
  const fresh = [...unique].flatMap(([key, attachment]) => (Object.hasOwn(before, key) ? [] : [attachment]));
  const adopted: Record<string, string> = { ...before };
  const resources: ImportedResource[] = [];
  const sections: string[] = [];
  for (const section of sectionsOf(fresh, layout.by)) {
    const declarations = declarationsOf(section, layout, taken);
    const [first] = section as [Attachment];
    sections.push(`// ${titleOf(first, layout.by)}\n${declarations.map(textOf).join("\n")}\n`);
    for (const declaration of declarations) {
      resources.push(imported(declaration));
      for (const member of declaration.members) adopted[keyOf(member)] = declaration.name;
    }
  }
  return {
    program: sections.join("\n"),
    imports: { resources },
    adopted,
    added: fresh.length,
    listable: listable(fresh, before),
  };
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

/** The attachments of each parent or group, in the order of their names. */
function sectionsOf(attachments: readonly Attachment[], by: Grouping): Attachment[][] {
  const sections = new Map<string, Attachment[]>();
  for (const attachment of sorted(attachments, by)) {
    const { type, region, accountId, parent, group } = attachment;
    const key = JSON.stringify([type, region, accountId, by === "parent" ? parent.id : group]);
    const section = sections.get(key);
    if (section) section.push(attachment);
    else sections.set(key, [attachment]);
  }
  return [...sections.values()];
}

function sorted(attachments: readonly Attachment[], by: Grouping): Attachment[] {
  const order = ({ cloud, region, parent, group, groupName, id }: Attachment) => {
    const ends = [parent.name ?? parent.id, groupName ?? group];
    return [cloud, region, ...(by === "parent" ? ends : ends.reverse()), id].join("\0");
  };
  return attachments
    .map((attachment) => ({ attachment, key: order(attachment) }))
    .sort((one, two) => (one.key < two.key ? -1 : one.key > two.key ? 1 : 0))
    .map(({ attachment }) => attachment);
}

/** The resources of a section: lists of those that fit into one, and single ones for the others. */
function declarationsOf(section: readonly Attachment[], layout: Layout, taken: Set<string>): Declaration[] {
  const association = associationOf((section[0] as Attachment).type) as AnyAssociation;
  const plural = pluralOf(association);
  const pairs = section.map((attachment) => ({
    attachment,
    args: argumentsOf(association, attachment, layout),
  }));
  // A pair that is not attached as it should be is for the next update to mend: alone, not as a failing of a whole list.
  const fitting = pairs.filter(
    ({ attachment, args }) => attachment.incomplete === undefined && asOneList(plural, [args]),
  );
  const isList =
    fitting.length >= layout.listsFrom &&
    asOneList(
      plural,
      fitting.map(({ args }) => args),
    );
  const listed = new Set(isList ? fitting : []);
  const lists = inParts([...listed], MOST_PAIRS).map((part) => ({
    association: plural,
    name: unused(endName((part[0] as (typeof pairs)[number]).attachment, layout.by), taken),
    args: asOneList(
      plural,
      part.map(({ args }) => args),
    ) as Properties,
    members: part.map(({ attachment }) => attachment),
  }));
  const singles = pairs
    .filter((pair) => !listed.has(pair))
    .map(({ attachment, args }) => ({
      association,
      name: unused(nameFor(attachment), taken),
      args,
      members: [attachment],
    }));
  return [...lists, ...singles];
}

/** Parts of about the same size, none larger than `most`. */
function inParts<T>(items: readonly T[], most: number): T[][] {
  const count = Math.ceil(items.length / most);
  const size = Math.ceil(items.length / count);
  return Array.from({ length: count }, (_, part) => items.slice(part * size, (part + 1) * size));
}

/** `alicloud cn-hangzhou: instance i-1 (web-1)`. What others named is no code: it is one line, whatever is in it. */
function titleOf(attachment: Attachment, by: Grouping): string {
  const { type, cloud, region, args, parent, group, groupName } = attachment;
  const { what, where } = associationOf(type)?.describe(args) ?? { what: group, where: parent.id };
  const [end, name] = by === "parent" ? [where, parent.name] : [what, groupName];
  return printable(`${cloud} ${region}: ${end}${name ? ` (${name})` : ""}`);
}

/** The name of the parent, and what tells its attachments apart. */
function nameFor({ parent, group, groupName, args }: Attachment): string {
  const port = args.port === undefined ? "" : `-${args.port}`;
  return `${word(parent.name, parent.id)}-${word(groupName, group)}${port}`;
}

function endName({ parent, group, groupName }: Attachment, by: Grouping): string {
  return by === "parent" ? word(parent.name, parent.id) : word(groupName, group);
}

/** A name that others gave, as part of a resource's. */
function word(name: string | undefined, id: string): string {
  const letters = (name ?? id).normalize("NFKC").replace(/[^\p{L}\p{N}._]+/gu, "-");
  return letters.replace(/^-+|-+$/g, "").slice(0, 60) || id;
}

function unused(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  taken.add(name);
  return name;
}

/** What a program has to say: identity, settings that are not the default, and the region, whatever the stack's config says. */
function argumentsOf(
  association: AnyAssociation,
  { args, region }: Attachment,
  { connection }: Layout,
): Properties {
  const own = fieldsOf(association).flatMap(([name, field]) => {
    const value = args[name];
    const isDefault = field.role === "setting" && value === field.default;
    // A name was looked up once; the id says the same without the look-up.
    return value === undefined || isDefault || field.resolvesTo ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(own), region, ...(connection ? { connection } : {}) };
}

/** `new alicloud.ecs.SecurityGroupAttachment("web-1-sg-2", { instanceId: "i-1", ... });`, with a member of a list a line. */
function textOf({ association, name, args, members }: Declaration): string {
  const type = association.token.replace(/[/:]/g, ".");
  const texts = Object.entries(args).map(([key, value]) => {
    const isList = key in association.plural && Array.isArray(value);
    return `${key}: ${isList ? listText(value, members) : literal(value)}`;
  });
  const line = `new ${type}(${JSON.stringify(name)}, { ${texts.join(", ")} });`;
  if (line.length <= 110 && !line.includes("\n")) return line;
  return `new ${type}(${JSON.stringify(name)}, {\n${texts.map((each) => `  ${each},\n`).join("")}});`;
}

/** The list with the name of each member behind it, which its id does not tell. */
function listText(values: readonly unknown[], members: readonly Attachment[]): string {
  const lines = values.map((value, place) => {
    const { parent, group, groupName } = members[place] as Attachment;
    const name = value === parent.id ? parent.name : value === group ? groupName : undefined;
    return `    ${literal(value)},${name ? ` // ${printable(name)}` : ""}\n`;
  });
  return `[\n${lines.join("")}  ]`;
}

/** A value as TypeScript has it: `{ port: 80 }`. */
function literal(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${literal(each)}`)
    .join(", ")} }`;
}

/** Inputs and outputs as a create of this declaration would leave them in state. */
function imported({ association, name, args, members }: Declaration): ImportedResource {
  const [{ id, args: observed, incomplete, accountId, region }] = members as [Attachment];
  const seen = { state: "attached", observed, ...(incomplete ? { incomplete } : {}) } as const;
  try {
    const found = asFound(association, args, { accountId, region }, seen);
    return { type: typeOf(association.token), name, ...found };
  } catch (error) {
    throw new UsageError(`${id}: ${(error as Error).message}`);
  }
}

/** How many of these have the parent or group that all of an earlier list have in common, by the name of that list. */
function listable(fresh: readonly Attachment[], before: Adopted): Map<string, number> {
  const keys = new Map<string, string[]>();
  for (const [key, name] of Object.entries(before)) {
    const others = keys.get(name);
    if (others) others.push(key);
    else keys.set(name, [key]);
  }
  const lists = new Map<string, string>();
  for (const [name, own] of keys) {
    if (own.length < 2) continue;
    const ends = own.map(endsOf);
    for (const end of ends[0] ?? []) if (ends.every((each) => each.includes(end))) lists.set(end, name);
  }
  const counts = new Map<string, number>();
  for (const attachment of fresh) {
    const list = endsOf(keyOf(attachment)).flatMap((end) => lists.get(end) ?? [])[0];
    if (list !== undefined) counts.set(list, (counts.get(list) ?? 0) + 1);
  }
  return counts;
}

/** The two ends that the key of an attachment tells, and where they are. */
function endsOf(key: string): string[] {
  const at = key.lastIndexOf(" ");
  const [place, id] = [key.slice(0, at), key.slice(at + 1)];
  const association = associationOf(place.split(" ")[0] ?? "");
  if (!association) return [];
  const { what, where } = association.describe(association.parseId(id));
  return [`${place} ${where}`, `${place} ${what}`];
}
